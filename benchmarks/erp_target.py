"""The engine as a target: its real request path over the benchmark's database."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import asyncpg
from starlette.applications import Starlette
from starlette.types import Scope

from benchmarks.serve import DSN_VARIABLE, serve
from benchmarks.targets import Captured
from graphql_erp.api.call import Answer, Call
from graphql_erp.api.execution import Engine
from graphql_erp.api.schema import introspection_bytes
from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.environment.environment import Environment
from graphql_erp.http.app import create_app
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.build import build_registry
from graphql_erp.security.actor import Actor
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import open_server

MODULE = "shop"


def _engine(settings: Settings) -> Engine:
    paths = [Path(path) for path in settings.module_paths.split(os.pathsep)]
    return Engine(build_registry(load_modules(paths, [MODULE])), settings)


def install() -> None:
    """Make the tables of the module and of what it needs in the environment's database."""
    settings = Settings()
    name = f"{settings.database_prefix}_{settings.tenant}"
    statements = (*prerequisites(), *create_statements(_engine(settings).tables))
    with open_server(settings) as server:
        asyncio.run(_execute(server.owner_dsn(name), statements))


async def _execute(dsn: str, statements: tuple[str, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


def erp_sql(document: str, variables: Mapping[str, Any]) -> list[Captured]:
    """Return the statements that answering a document takes."""
    return asyncio.run(_statements(document, variables))


async def _statements(document: str, variables: Mapping[str, Any]) -> list[Captured]:
    settings = Settings()
    engine = _engine(settings)
    pool = await TenantPool.open(os.environ[DSN_VARIABLE], settings)
    environment = Environment(pool=pool, actor=Actor())
    try:
        operation = engine.documents.get(document).operation(None)
        values = operation.coerce(variables)
        program = await engine.prepare(operation, values, environment)
        inputs = surroundings(environment.actor, environment.clock())
        inputs.update(values.coerced)
        return [
            Captured(root.statement.sql, tuple(root.statement.bind(inputs)))
            for root in program.statements
        ]
    finally:
        await pool.close()


class _Server:
    """The engine behind the HTTP layer."""

    _pool: TenantPool

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._engine = _engine(settings)
        self._files = SchemaFiles.of(
            sdl=self._engine.schema.sdl.encode(),
            introspection=introspection_bytes(self._engine.schema),
            schema_hash=self._engine.schema.hash,
        )

    async def start(self) -> None:
        self._pool = await TenantPool.open(os.environ[DSN_VARIABLE], self._settings)

    async def stop(self) -> None:
        await self._pool.close()

    async def ready(self) -> str:
        return ""

    async def execute(self, call: Call, _scope: Scope) -> Answer:
        return await self._engine.execute(call, Environment(pool=self._pool, actor=Actor()))

    def app(self) -> Starlette:
        return create_app(
            Service(
                execute=self.execute,
                schema=lambda: self._files,
                ready=self.ready,
                startup=self.start,
                shutdown=self.stop,
            )
        )


if __name__ == "__main__":
    serve(_Server(Settings()).app())
