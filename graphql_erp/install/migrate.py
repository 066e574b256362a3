"""Bring a database to all heads of a set of modules."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from graphql_erp.install.engine_tables import REVISION_TABLE
from graphql_erp.install.progress import Progress
from graphql_erp.install.scripts import missing_steps
from graphql_erp.tenants.server import Server

_SESSION = {"application_name": "erp install", "TimeZone": "UTC", "jit": "off"}


@asynccontextmanager
async def owner_transaction(
    server: Server, database: str, *, undone: bool = False
) -> AsyncIterator[AsyncConnection]:
    """Give a connection of the owner in one transaction, undone when something fails.

    Args:
        server: Where the database is.
        database: Its name.
        undone: Whether it is undone in any case.
    """
    engine = create_async_engine(
        server.owner_url(database),
        poolclass=NullPool,
        # Statements prepared before a change of a table do not survive it.
        connect_args={
            "server_settings": _SESSION,
            "statement_cache_size": 0,
            "prepared_statement_cache_size": 0,
        },
    )
    try:
        async with engine.begin() as connection:
            # The driver begins with the first statement, and some go past SQLAlchemy.
            await connection.execute(sa.text("SELECT 1"))
            yield connection
            if undone:
                await connection.rollback()
    finally:
        await engine.dispose()


async def driver_of(connection: AsyncConnection) -> asyncpg.Connection:
    """Return the driver's connection behind one of SQLAlchemy's: same session and transaction."""
    raw = await connection.get_raw_connection()
    return raw.driver_connection


async def migrate(
    connection: AsyncConnection, scripts: ScriptDirectory, progress: Progress
) -> None:
    """Bring a database to all heads; nothing happens when it is there.

    Raises:
        UnknownRevision: The database has revisions that are not among the scripts.
    """
    # Alembic's own table cuts names of revisions off at 32 characters.
    await connection.execute(
        sa.text(
            f"CREATE TABLE IF NOT EXISTS {REVISION_TABLE}"
            f" (version_num text CONSTRAINT pk_{REVISION_TABLE} PRIMARY KEY)"
        )
    )
    await connection.run_sync(_run, scripts, progress)


def _run(connection: sa.Connection, scripts: ScriptDirectory, progress: Progress) -> None:
    def steps(heads: Sequence[str], _context: MigrationContext) -> Any:
        missing = missing_steps(scripts, heads)
        for number, step in enumerate(missing):
            progress.step("Tables", number, len(missing))
            yield step
        if missing:
            progress.step("Tables", len(missing), len(missing))

    context = MigrationContext.configure(
        connection, opts={"version_table": REVISION_TABLE, "version_table_pk": False, "fn": steps}
    )
    with Operations.context(context):
        context.run_migrations()
