"""One database for all tests of a run: each set of models has a schema of its own in it.

Making a database takes half a second and dropping it as long again; making the tables of a few
models in a schema takes tens of milliseconds, emptying them two or three.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import asyncpg

from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.install.engine_tables import ENGINE_TABLES
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.tables.ddl import create_statements, protect
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.connection import TenantConnection, connect_tenant
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server
from graphql_erp.testing.queries import Queries


@dataclass(slots=True)
class SharedDatabase:
    """The database of one test run, and the engines made for it."""

    server: Server
    name: str
    settings: Settings
    _engines: dict[tuple[str, str], Engine] = field(default_factory=dict)
    _schemas: dict[str, str] = field(default_factory=dict)

    def engine(self, registry: Registry, changes: Mapping[str, Any]) -> Engine:
        """Return the engine of a registry; equal registries and settings share one."""
        key = (registry.fingerprint, repr(sorted(changes.items())))
        if key not in self._engines:
            self._engines[key] = Engine(registry, self.changed(changes))
        return self._engines[key]

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """Return the settings of the run with some of them changed."""
        return self.settings.model_copy(update=dict(changes))

    async def schema(self, engine: Engine) -> str:
        """Return the schema that holds an engine's tables, made when first asked for."""
        fingerprint = engine.registry.fingerprint
        if fingerprint not in self._schemas:
            name = f"models_{len(self._schemas) + 1}"
            await self.make_schema(name, engine.tables)
            self._schemas[fingerprint] = name
        return self._schemas[fingerprint]

    async def make_schema(self, name: str, tables: Tables) -> None:
        """Make a schema with empty tables."""
        async with self._owner() as owner, owner.transaction():
            await owner.execute(
                f"CREATE SCHEMA {name};"
                f"GRANT USAGE ON SCHEMA {name} TO {self.server.app.role};"
                f"SET LOCAL search_path TO {name}, public;"
            )
            statements = (*create_statements(ENGINE_TABLES), *create_statements(tables))
            protections = protect(tables, self.server.app.role)
            await owner.execute(";\n".join((*statements, *protections)))

    async def empty(self, schema: str, tables: Tables) -> None:
        """Delete all records and begin ids at 1 again."""
        kept = (tables.metadata, ENGINE_TABLES.metadata)
        # Deletions are recorded too, so that the record of them is deleted last.
        last = [name for metadata in kept for name in metadata.tables]
        last.sort(key=lambda name: name in tables.protected)
        names = [f"{schema}.{name}" for name in last]
        sequences = [f"{schema}.{table.name}" for table in tables.models.values()]
        deletes = "".join(f"DELETE FROM {name};" for name in names)  # noqa: S608 - our own names
        restarts = "".join(
            f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), 1, false);"
            for name in sequences
        )
        async with self._owner() as owner:
            await owner.execute(
                f"BEGIN; SET CONSTRAINTS ALL DEFERRED; {deletes} {restarts} COMMIT;"
            )

    @asynccontextmanager
    async def _owner(self) -> AsyncIterator[asyncpg.Connection]:
        owner = await asyncpg.connect(self.server.owner_dsn(self.name))
        try:
            # Nobody misses these records after a crash.
            await owner.execute("SET synchronous_commit TO off")
            yield owner
        finally:
            await owner.close()

    async def pool(self, schema: str, queries: Queries, changes: Mapping[str, Any]) -> TenantPool:
        """Return a pool of connections that see one schema and tell what they send."""
        dsn = self.server.app_dsn(self.name)
        place = urlencode({"search_path": f"{schema}, public"})
        settings = self.changed(changes)

        async def connect() -> TenantConnection:
            joint = "&" if "?" in dsn else "?"
            connection = await connect_tenant(f"{dsn}{joint}{place}", settings)
            connection.add_query_logger(queries.record)
            return connection

        pool = TenantPool(connect, minimum=1, maximum=settings.pool_max)
        await pool.fill()
        return pool


@contextmanager
def shared_database(server: Server, settings: Settings) -> Iterator[SharedDatabase]:
    """Give the database of a test run; it is dropped at the end."""
    name = f"{server.prefix}_{os.getpid()}_{secrets.token_hex(4)}"
    asyncio.run(_create(server, name))
    try:
        yield SharedDatabase(server, name, settings)
    finally:
        asyncio.run(drop_database(server, name))


async def _create(server: Server, name: str) -> None:
    await create_database(server, name)
    owner = await asyncpg.connect(server.owner_dsn(name))
    try:
        await owner.execute(";\n".join(prerequisites()))
    finally:
        await owner.close()


async def list_databases(server: Server, prefix: str) -> list[str]:
    """Return the names of all databases that begin with `<prefix>_`, in order."""
    connection = await connect(server.owner_dsn(server.maintenance))
    try:
        rows = await connection.fetch(
            "SELECT datname::text FROM pg_database WHERE starts_with(datname::text, $1)"
            ' AND NOT datistemplate ORDER BY datname::text COLLATE "C"',
            f"{prefix}_",
        )
        return [row["datname"] for row in rows]
    finally:
        await connection.close()
