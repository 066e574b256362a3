"""Twins: databases that differ in what one user may not read, asked the same."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
from canary_models import GROUP, canary_registry
from canary_rows import TWINS, Rows, batches, further, moves

from graphql_erp.environment.environment import Environment
from graphql_erp.security.actor import Actor
from graphql_erp.security.declared import declared_grants
from graphql_erp.tables.build import Tables
from graphql_erp.testing.client import Client, Result
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.models import NOW
from graphql_erp.testing.queries import Queries

CLERK = Actor(user=1)
SETTINGS = {"report_cost": True, "pool_min": 1, "pool_max": 2}
FIRST_NEW = 1000
"""Id of the first record that is made when the twins are filled."""
_COMPANY = """mutation {
  currencyCreate(data: {name: "Euro", code: "EUR", numeric: "978", symbol: "e"}) {
    errors { message }
  }
  companyCreate(data: {name: "House", currency: {id: 1}}) { errors { message } }
}"""
_USERS = """INSERT INTO "user" (name, login, company_id, active, time_zone)
    SELECT name, name, 1, true, 'UTC' FROM unnest(ARRAY['Clerk', 'Boss', 'Other']) AS name"""


@dataclass(frozen=True, slots=True)
class Twin:
    """One of the databases."""

    name: str
    clerk: Client
    """Who may not see it all."""
    everybody: Client
    """Who may."""


@dataclass(frozen=True, slots=True)
class Twins:
    """All of them."""

    all: tuple[Twin, ...]
    queries: Queries

    async def answers(self, document: str, variables: dict[str, Any] | None = None) -> list[Result]:
        """Return the answer of each twin to the clerk."""
        return [await twin.clerk(document, **(variables or {})) for twin in self.all]

    async def same(self, document: str, variables: dict[str, Any] | None = None) -> Result:
        """Return the answer of all twins to the clerk, which must be one to the last byte."""
        first, *others = await self.answers(document, variables)
        for twin, other in zip(self.all[1:], others, strict=True):
            assert other.body.decode() == first.body.decode(), f"{twin.name}: {document}"
        return first

    async def unlike(self, document: str) -> bool:
        """Tell whether the answers differ for who may see everything."""
        return len({(await twin.everybody(document)).body for twin in self.all}) > 1


@asynccontextmanager
async def open_twins(database: SharedDatabase) -> AsyncIterator[Twins]:
    """Make and fill the twins."""
    queries = Queries()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(_twin(database, name, queries)) for name in TWINS]
        yield Twins(tuple(opened), queries)


@asynccontextmanager
async def _twin(database: SharedDatabase, name: str, queries: Queries) -> AsyncIterator[Twin]:
    engine = database.engine(canary_registry(), SETTINGS)
    grants = declared_grants(engine.registry)
    groups = grants.closed([GROUP])
    schema = f"canary_{name}_{secrets.token_hex(3)}"
    await database.make_schema(schema, engine.tables)
    pool = await database.pool(schema, queries, SETTINGS)
    environment = Environment(pool=pool, actor=Actor(), clock=lambda: NOW)
    clerk = replace(
        environment, actor=replace(CLERK, groups=groups), permission=grants.permission(groups)
    )
    everybody = Client(engine, environment)
    owner = await asyncpg.connect(database.server.owner_dsn(database.name))
    try:
        await owner.execute(f"SET search_path TO {schema}, public")
        await _fill(everybody, owner, name)
        await _settle(owner, schema, engine.tables, TWINS.index(name))
        yield Twin(name, Client(engine, clerk), everybody)
    finally:
        await owner.close()
        await pool.close()


async def _fill(everybody: Client, owner: asyncpg.Connection, name: str) -> None:
    made = await everybody(_COMPANY)
    assert made.errors == []
    await owner.execute(_USERS)
    for model, rows in batches(name):
        await _create(everybody, model, rows)
    for move in moves(name):
        result = await everybody(f"mutation {{ it: {move} }}")
        assert result.members == {"data": {"it": {"errors": []}}}
    if name == TWINS[-1]:
        for model, rows in further():
            await _create(everybody, model, rows)


async def _create(everybody: Client, model: str, rows: Rows) -> None:
    root = f"{model[0].lower()}{model[1:]}CreateMany"
    document = f"mutation($d: [{model}CreateInput!]!) {{ {root}(data: $d) {{ affected }} }}"
    result = await everybody(document, d=rows)
    assert result.members == {"data": {root: {"affected": len(rows)}}}


async def _settle(owner: asyncpg.Connection, schema: str, tables: Tables, number: int) -> None:
    """Let everything be equal that is not meant to differ, and hidden users differ."""
    author = (2, 3, None)[number]
    for table in tables.models.values():
        # Nothing of this is recorded, and what is recorded may be changed.
        await owner.execute(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
        if "created_by_id" in table.c:
            change = (
                f'UPDATE "{table.name}" SET created_by_id = $1, created_at = $2, updated_at = $2'
            )
            await owner.execute(change, author, NOW)
        if table.name == "audit_entry":
            change = """UPDATE audit_entry SET user_id = $1, changed_at = $2,
                new_values = new_values - 'created_at'"""
            await owner.execute(change, author, NOW)
        await owner.execute(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')
        place = f'{schema}."{table.name}"'
        sequence = "SELECT setval(pg_get_serial_sequence($1, 'id'), $2, false)"
        await owner.execute(sequence, place, FIRST_NEW)
    await owner.execute("ANALYZE")
