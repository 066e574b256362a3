"""A part of a transaction that can fail alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graphql_erp.writing.writer import Writer


@asynccontextmanager
async def savepoint(writer: Writer, *, undone: bool = False) -> AsyncIterator[None]:
    """Undo what is written inside when it fails, and let the transaction go on.

    Args:
        writer: In a transaction.
        undone: Whether it is undone in any case.
    """
    journal, connection = writer.journal, writer.connection
    written = {name: dict(ids) for name, ids in journal.written.items()}
    calls, failure = list(journal.after_commit), journal.failure

    async def undo() -> None:
        journal.written, journal.after_commit, journal.failure = written, calls, failure
        # Releasing it too keeps the next one of the same name from hiding this one.
        await connection.fetch("ROLLBACK TO SAVEPOINT erp_part")
        await connection.fetch("RELEASE SAVEPOINT erp_part")

    await connection.fetch("SAVEPOINT erp_part")
    try:
        yield
    except BaseException:
        await undo()
        raise
    if undone:
        await undo()
    else:
        await connection.fetch("RELEASE SAVEPOINT erp_part")
