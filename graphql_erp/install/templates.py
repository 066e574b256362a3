"""Template databases: one per set of modules, built once, copied for each new tenant."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.install.bring_up import bring_up
from graphql_erp.install.names import template_database
from graphql_erp.install.progress import Progress
from graphql_erp.install.scripts import scripts_digest
from graphql_erp.registry.registry import Registry
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server


@asynccontextmanager
async def exclusively(server: Server, subject: str) -> AsyncIterator[asyncpg.Connection]:
    """Hold a lock of the whole server on a subject, with a connection to its maintenance base."""
    digest = hashlib.sha256(f"{server.prefix} {subject}".encode()).digest()
    connection = await connect(server.owner_dsn(server.maintenance))
    try:
        key = int.from_bytes(digest[:8], "big", signed=True)
        await connection.execute("SELECT pg_advisory_lock($1)", key)
        # The lock goes with the session.
        yield connection
    finally:
        await connection.close()


async def ensure_template(
    server: Server, settings: Settings, registry: Registry, *, demo: bool, progress: Progress
) -> str:
    """Return the template of a set of modules, built now when there is none that is current.

    Raises:
        SettingsError: Models and migrations differ.
        DeclarationError: A record cannot be written.
    """
    name = template_database(settings, registry, demo=demo)
    mark = _mark(registry, demo=demo)
    # The name has the digest of the declarations, the comment that of the revisions. Nobody
    # connects to a finished template: whoever copies it ends all sessions in it.
    comment = f"{mark} at {scripts_digest(registry.modules)}"
    async with exclusively(server, f"template {mark}") as connection:
        if await _comment_of(connection, name) == comment:
            return name
        await drop_database(server, name)
        await create_database(server, name)
        try:
            await bring_up(server, name, registry, demo=demo, progress=progress)
        except BaseException:
            await drop_database(server, name)
            raise
        # The comment comes last: a template without it was never finished.
        await connection.execute(f"COMMENT ON DATABASE \"{name}\" IS '{comment}'")
        await _drop_stale(connection, settings, name, mark)
    return name


def _mark(registry: Registry, *, demo: bool) -> str:
    names = " ".join(sorted(module.identifier for module in registry.modules))
    return f"{'demo' if demo else 'plain'} template of {names}"


async def _comment_of(connection: asyncpg.Connection, name: str) -> str | None:
    comment: str | None = await connection.fetchval(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
    )
    return comment


async def _drop_stale(
    connection: asyncpg.Connection, settings: Settings, current: str, mark: str
) -> None:
    """Drop templates of older forms of the same modules that nobody uses."""
    stale = await connection.fetch(
        "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname::text, $1)"
        " AND datname <> $2 AND starts_with(shobj_description(oid, 'pg_database'), $3)"
        # A drop waits five seconds for sessions to end.
        " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = pg_database.oid"
        " AND a.backend_type = 'client backend')",
        f"{settings.database_prefix}_template_",
        current,
        f"{mark} at ",
    )
    for row in stale:
        # Somebody who copies it right now keeps it; the next one who builds drops it.
        with suppress(asyncpg.ObjectInUseError, asyncpg.InvalidCatalogNameError):
            await connection.execute(f'DROP DATABASE "{row["name"]}"')
