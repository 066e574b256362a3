"""Bench: the engine and the reference reader side by side over the same rows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
from graphql import DocumentNode, parse
from reading_models import reading_registry
from reading_rows import Rows, fill

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.expressions.evaluate import PythonContext
from graphql_erp.expressions.scope import Surroundings
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.planning.plan import Strategy
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.connection import set_codecs
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server
from graphql_erp.testing.reference_reader import ReferenceAnswer, ReferenceReader
from graphql_erp.testing.reference_reader_cursors import CursorBook
from graphql_erp.testing.reference_reader_page import Limits
from graphql_erp.testing.reference_reader_snapshot import take_snapshot

SEED = 20_240_229
NOW = datetime(2024, 11, 3, 4, 45, tzinfo=UTC)
ACTOR = Actor(user=2, company=None, timezone="America/St_Johns", language="fr")
OTHER_ACTOR = Actor(user=2, company=2, companies=(2,), timezone="America/St_Johns")
COUNT_CAP = 20


RowsOf = Callable[[Registry], Rows]


def seeded(registry: Registry) -> Rows:
    """Return the rows most tests read."""
    return Rows(registry, SEED)


@dataclass
class Bench:
    """Answers documents twice."""

    engine: Engine
    forced: Engine
    """The same, with all records brought to Python."""
    environment: Environment
    reader: ReferenceReader
    statements: list[str]
    """SQL sent since the last look."""
    cursors: CursorBook = field(default_factory=CursorBook)
    last_data: Any = None
    """Reference answer to the document looked at last."""

    async def compiled(
        self, document: str, variables: Mapping[str, Any], engine: Engine | None = None
    ) -> dict[str, Any]:
        """Return an engine's whole response; cursors in it are as PostgreSQL made them."""
        self.statements.clear()
        chosen = engine or self.engine
        chosen.answered.clear()
        answer = await chosen.execute(Call(document, dict(variables)), self.environment)
        await asyncio.sleep(0)  # the driver tells of statements a moment later
        parsed: dict[str, Any] = json.loads(answer.body)
        return parsed

    def reference(self, document: DocumentNode, variables: Mapping[str, Any]) -> ReferenceAnswer:
        """Return the reference answer; cursors in it say what they mean."""
        return self.reader.answer(document, variables)

    async def difference(self, document: str, variables: Mapping[str, Any]) -> str:
        """Return what differs between the two answers, "" when nothing does."""
        for cursor in self.cursors.unknown(document, variables):
            await self._learn(cursor)
        ours = self.reference(parse(document), variables)
        self.last_data = ours.data
        for engine in (self.engine, self.forced):
            found = await self._differs(engine, ours, document, variables)
            if found:
                return found
        return ""

    async def _differs(
        self,
        engine: Engine,
        ours: ReferenceAnswer,
        document: str,
        variables: Mapping[str, Any],
    ) -> str:
        theirs = await self.compiled(
            self.cursors.translated(document), self.cursors.translated(dict(variables)), engine
        )
        # Besides, there are BEGIN and COMMIT, and the driver asks for the types it does not know.
        sent = [text for text in self.statements if text.startswith(("SELECT", "WITH _"))]
        if "errors" in theirs:
            return f"refused: {theirs['errors']}"
        found = self.cursors.difference(ours.data, theirs["data"])
        is_exact = not engine.answered[Strategy.ROWS]
        if not found and (
            len(sent) < ours.data_fields or (is_exact and len(sent) != ours.data_fields)
        ):
            found = f"{len(sent)} statements for {ours.data_fields} fields: {sent}"
        return found

    async def _learn(self, cursor: str) -> None:
        question = self.cursors.question(self.reader.snapshot, cursor)
        answer = await self.compiled(question, {})
        self.cursors.remember(cursor, answer)


def found_something(value: Any) -> bool:
    """Tell whether an answer holds a record, a group or a count."""
    if isinstance(value, dict):
        return "id" in value or any(map(found_something, value.values()))
    if isinstance(value, list):
        return bool(value)
    return value not in (None, False, 0)


def around(actor: Actor) -> Surroundings:
    """Return what documents may mention of an actor."""
    return Surroundings(
        {name.removeprefix("@"): value for name, value in surroundings(actor, NOW).items()}
    )


@asynccontextmanager
async def open_bench(
    server: Server,
    database: str,
    settings: Settings,
    actor: Actor = ACTOR,
    rows: RowsOf = seeded,
) -> AsyncIterator[Bench]:
    """Create the tables in an empty database, fill them, and open both readers."""
    registry = reading_registry()
    chosen = settings.model_copy(update={"count_cap": COUNT_CAP, "pool_min": 1, "pool_max": 1})
    engine = Engine(registry, chosen)
    owner = await asyncpg.connect(server.owner_dsn(database))
    await set_codecs(owner)
    for statement in (*prerequisites(), *create_statements(engine.tables)):
        await owner.execute(statement)
    await fill(owner, registry, rows(registry))
    context = PythonContext(registry, LOOKUPS, around(actor))
    snapshot = await take_snapshot(owner, registry, context)
    await owner.close()
    limits = Limits(page_default=chosen.page_default, count_cap=COUNT_CAP)
    pool = await TenantPool.open(server.app_dsn(database), chosen)
    statements: list[str] = []
    async with pool.acquire() as connection:
        connection.add_query_logger(lambda record: statements.append(record.query))
    try:
        yield Bench(
            engine=engine,
            forced=Engine(registry, chosen, forces_rows=True),
            environment=Environment(pool=pool, actor=actor, clock=lambda: NOW),
            reader=ReferenceReader(engine.schema.sdl, snapshot, limits),
            statements=statements,
        )
    finally:
        await pool.close()
