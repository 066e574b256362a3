"""A database with the tables and records of modules, and the engine that answers for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import orjson

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.cli.demo_actor import demo_actor
from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.environment.environment import Environment
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.model import RelationKind
from graphql_erp.security.actor import Actor
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server
from graphql_erp.writing.create import create_rows
from graphql_erp.writing.values import Reference, Row, fill_defaults
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Installed:
    """Answers documents over one database."""

    engine: Engine
    environment: Environment

    async def ask(self, document: str, variables: Mapping[str, Any]) -> Any:
        """Return the answer to a document."""
        answer = await self.engine.execute(Call(document, variables), self.environment)
        return orjson.loads(answer.body)


@asynccontextmanager
async def installed(
    server: Server, settings: Settings, folders: Sequence[Path], names: Sequence[str], *, demo: bool
) -> AsyncIterator[Installed]:
    """Give a fresh database with modules and their records."""
    engine = Engine(build_registry(load_modules(folders, names)), settings)
    database = f"{server.prefix}_docs_{id(engine):x}"
    await create_database(server, database)
    try:
        owner = await asyncpg.connect(server.owner_dsn(database))
        for statement in (*prerequisites(), *create_statements(engine.tables)):
            await owner.execute(statement)
        await owner.close()
        pool = await TenantPool.open(server.app_dsn(database), settings)
        try:
            async with pool.acquire() as connection, connection.transaction():
                await _Loading(engine, connection).load(demo=demo)
            actor = await demo_actor(engine, pool)
            yield Installed(engine, Environment(pool=pool, actor=actor))
        finally:
            await pool.close()
    finally:
        await drop_database(server, database)


@dataclass(slots=True)
class _Pending:
    model: str
    module: str
    identifier: str
    values: dict[str, Any]
    references: dict[str, str]
    links: dict[str, tuple[str, ...]]


class _Loading:
    def __init__(self, engine: Engine, connection: Any) -> None:
        self.engine = engine
        self.registry = engine.registry
        self.connection = connection
        self.ids: dict[str, int] = {}

    async def load(self, *, demo: bool) -> None:
        pending = [*self._made(), *self._declared(demo=demo)]
        waiting = pending
        while waiting:
            ready = [item for item in waiting if all(map(self.ids.get, item.references.values()))]
            if not ready:
                raise AssertionError(f"{waiting[0].identifier} waits for ever.")
            await self._create(ready)
            waiting = [item for item in waiting if item.identifier not in self.ids]
        await self._link(pending)
        await self._remember(pending)

    def _declared(self, *, demo: bool) -> list[_Pending]:
        return [
            _Pending(
                item.model,
                item.module,
                item.identifier,
                dict(item.values),
                dict(item.references),
                dict(item.links),
            )
            for item in self.registry.records
            if demo or not item.demo
        ]

    def _made(self) -> list[_Pending]:
        found = []
        for source in self.registry.record_sources:
            fields = self.registry.models[source.model].fields
            for key, given in source.function():
                values = {
                    name: fields[name].type.clean(value)
                    for name, value in given.items()
                    if value is not None and not fields[name].is_to_one
                }
                references = {
                    name: f"{source.module}.{value}"
                    for name, value in given.items()
                    if value is not None and fields[name].is_to_one
                }
                name = f"{source.module}.{key}"
                found.append(_Pending(source.model, source.module, name, values, references, {}))
        return found

    async def _create(self, ready: list[_Pending]) -> None:
        writer = Writer(
            registry=self.registry,
            tables=self.engine.tables,
            actor=Actor(),
            now=datetime.now(UTC),
            connection=self.connection,
        )
        for name in dict.fromkeys(item.model for item in ready):
            model = self.registry.models[name]
            items = [item for item in ready if item.model == name]
            rows = []
            for item in items:
                row = Row(None, dict(item.values))
                for field, target in item.references.items():
                    relation = model.fields[field].relation
                    assert relation is not None
                    row.values[field] = Reference(relation.target, ("id",), (self.ids[target],))
                fill_defaults(writer, model, row)
                rows.append(row)
            written = await create_rows(writer, model, rows)
            assert written.problems == (), written.problems
            self.ids.update(zip((item.identifier for item in items), written.ids, strict=True))

    async def _link(self, pending: list[_Pending]) -> None:
        for item in pending:
            for name, targets in item.links.items():
                relation = self.registry.models[item.model].fields[name].relation
                assert relation is not None
                assert relation.kind is RelationKind.LINK
                await self.connection.executemany(
                    f'INSERT INTO "{relation.link_table}"'
                    f' ("{relation.link_own}", "{relation.link_target}") VALUES ($1, $2)',
                    [(self.ids[item.identifier], self.ids[target]) for target in targets],
                )

    async def _remember(self, pending: list[_Pending]) -> None:
        if "RecordReference" not in self.registry.models:
            return
        table = self.engine.tables.of("RecordReference").name
        await self.connection.executemany(
            f'INSERT INTO "{table}" (module, name, model, record_id) VALUES ($1, $2, $3, $4)',
            [
                (item.module, item.identifier.partition(".")[2], item.model, self.ids[item.identifier])
                for item in pending
            ],
        )
