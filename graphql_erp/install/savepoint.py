"""A part of a transaction that can fail alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from graphql_erp.writing.writer import WriteConnection


@asynccontextmanager
async def savepoint(connection: WriteConnection, *, undone: bool = False) -> AsyncIterator[None]:
    """Undo what is written inside when it fails, and let the transaction go on.

    Args:
        connection: In a transaction.
        undone: Whether it is undone in any case.
    """
    await connection.fetch("SAVEPOINT erp_part")
    try:
        yield
    except BaseException:
        await connection.fetch("ROLLBACK TO SAVEPOINT erp_part")
        raise
    if undone:
        await connection.fetch("ROLLBACK TO SAVEPOINT erp_part")
    await connection.fetch("RELEASE SAVEPOINT erp_part")
