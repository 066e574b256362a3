"""The engine and the oracle over one filled database."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import asyncpg
from oracle_grants import Case
from oracle_models import company
from oracle_rows import fill
from oracle_sight import Ids, seen_by

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.expressions.evaluate import PythonContext
from graphql_erp.expressions.scope import Surroundings
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.install.engine_tables import ENGINE_TABLES
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import UNRESTRICTED, Permission
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.connection import set_codecs
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server
from graphql_erp.testing.reference_reader import ReferenceReader
from graphql_erp.testing.reference_reader_page import Limits
from graphql_erp.testing.reference_reader_snapshot import (
    Snapshot,
    take_snapshot,
    with_sort_keys,
)

SEED = 71
NOW = datetime(2025, 11, 3, 4, 45, tzinfo=UTC)
COUNT_CAP = 12


@dataclass
class Sight:
    """What a case's actor may do in the engine, and what they see by the oracle."""

    case: Case
    permission: Permission
    actor: Actor
    whole: Snapshot
    seen: Snapshot
    ids: Ids

    def hides(self, model: str) -> bool:
        """Tell whether the actor sees some records of a model and does not see others."""
        return 0 < len(self.ids[model]) < len(self.whole.records[model])


@dataclass
class OracleBench:
    """Answers documents on behalf of anybody."""

    registry: Registry
    engine: Engine
    forced: Engine
    """The same, with all records brought to Python."""
    pool: TenantPool
    owner: asyncpg.Connection
    reader: ReferenceReader
    _wholes: dict[str, Snapshot] = field(default_factory=dict)

    async def answer(
        self,
        document: str,
        variables: Mapping[str, Any],
        actor: Actor,
        permission: Permission = UNRESTRICTED,
        engine: Engine | None = None,
    ) -> dict[str, Any]:
        """Return the engine's whole response."""
        environment = Environment(
            pool=self.pool, actor=actor, permission=permission, clock=lambda: NOW
        )
        chosen = engine or self.engine
        answer = await chosen.execute(Call(document, dict(variables)), environment)
        parsed: dict[str, Any] = json.loads(answer.body)
        return parsed

    async def whole(self, actor: Actor) -> Snapshot:
        """Return everything in the database, in the language and company of somebody."""
        key = repr(actor)
        if key not in self._wholes:
            self._wholes[key] = await self.snapshot(actor)
        return self._wholes[key]

    async def snapshot(self, actor: Actor) -> Snapshot:
        """Return everything that is in the database now."""
        values = {
            "user": actor.user,
            "company": actor.company,
            "companies": actor.companies,
            "today": NOW.date(),
            "now": NOW,
            "timezone": actor.timezone,
            "language": actor.language,
        }
        context = PythonContext(self.registry, LOOKUPS, Surroundings(values))
        return await take_snapshot(self.owner, self.registry, context)

    async def sight(self, case: Case) -> Sight:
        """Return what a case's actor may do and sees."""
        grants = case.grants()
        permission = grants.permission(grants.closed(case.given))
        whole = await self.whole(case.actor)
        seen, ids = seen_by(case, whole)
        seen = await with_sort_keys(self.owner, seen)
        return Sight(case, permission, case.actor, whole, seen, ids)

    def limits(self, sight: Sight) -> Limits:
        """Return what counts are like for somebody: statistics tell of whole tables alone."""
        limited = {
            model for model in self.registry.models if not sight.case.is_unlimited(model, "read")
        }
        if limited & {"Partner", "Order"}:
            limited.add("AuditEntry")
        return Limits(
            page_default=self.reader.limits.page_default,
            count_cap=COUNT_CAP,
            limited=frozenset(limited),
        )


@asynccontextmanager
async def open_oracle(
    server: Server, database: str, settings: Settings
) -> AsyncIterator[OracleBench]:
    """Create the tables in an empty database and fill them."""
    registry = company()
    chosen = settings.model_copy(update={"count_cap": COUNT_CAP, "pool_min": 1, "pool_max": 1})
    engine = Engine(registry, chosen)
    owner = await asyncpg.connect(server.owner_dsn(database))
    await set_codecs(owner)
    for statement in (
        *prerequisites(),
        *create_statements(ENGINE_TABLES),
        *create_statements(engine.tables),
    ):
        await owner.execute(statement)
    await fill(owner, registry, SEED)
    pool = await TenantPool.open(server.app_dsn(database), chosen)
    limits = Limits(page_default=chosen.page_default, count_cap=COUNT_CAP)
    bench = OracleBench(
        registry=registry,
        engine=engine,
        forced=Engine(registry, chosen, forces_rows=True),
        pool=pool,
        owner=owner,
        reader=ReferenceReader(engine.schema.sdl, None, limits),  # type: ignore[arg-type]
    )
    bench.reader.snapshot = await bench.whole(Actor())
    try:
        yield bench
    finally:
        await asyncio.sleep(0)
        await pool.close()
        await owner.close()
