"""The database of the writing benchmark: made anew for each run."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import psutil

from benchmarks.limit import json_as_bytes
from benchmarks.processes import parent_of_backend, tree_cpu
from benchmarks.serve import pool_of
from benchmarks.tables import MODULES
from benchmarks.write_cases import ROWS
from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.environment.environment import Environment
from graphql_erp.install.engine_tables import ENGINE_TABLES
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.declared import declared_grants
from graphql_erp.security.permission import UNRESTRICTED, Conditions, Permission
from graphql_erp.security.permission import Operation as Permitted
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import open_server

MODULE = "sales"
_FILL = """
INSERT INTO bench_customer (code, name) SELECT 'C' || g, 'Customer ' || g
  FROM generate_series(1, 1000) g;
INSERT INTO bench_item (code, name) SELECT 'I' || g, 'Item ' || g FROM generate_series(1, 1000) g;
"""
_FILL_SALES = """
INSERT INTO {table} (number, state, ordered_on, total, customer_id)
  SELECT 'S' || g, 'draft', date '2026-01-01', g * 10, g FROM generate_series(1, {rows}) g;
"""


@dataclass(frozen=True, slots=True)
class Opened:
    """The engine and both pools over one database."""

    engine: Engine
    environment: Environment
    plain: asyncpg.Pool
    postgres: psutil.Process | None

    def cpu(self) -> float:
        """Return the processor seconds this process and PostgreSQL have taken so far."""
        return time.process_time() + (tree_cpu(self.postgres) if self.postgres else 0.0)

    async def answer(self, document: str, variables: Mapping[str, Any]) -> bytes:
        """Return the engine's answer to a request."""
        answer = await self.engine.execute(Call(document, variables), self.environment)
        return answer.body


def company_separation(registry: Registry) -> Permission:
    """Return the permission to do everything that the rules of core leave."""
    rules = declared_grants(registry).rules
    limits = Conditions({rule.model: rule.where for rule in rules})
    return Permission(conditions=dict.fromkeys(Permitted, limits))


@asynccontextmanager
async def opened_database(
    settings: Settings, *, is_durable: bool, is_limited: bool = False
) -> AsyncIterator[Opened]:
    """Give the engine over a new database; it is dropped at the end.

    Args:
        settings: Those of the engine.
        is_durable: Commits wait for the disk.
        is_limited: The actor sees the companies they work in only.
    """
    modules = load_modules((REPOSITORY / "modules", MODULES), (MODULE,))
    unmetered = settings.model_copy(update={"rate_limit_user": 0})
    engine = Engine(build_registry(modules), unmetered)
    name = f"{settings.database_prefix}_bench_writes"
    with open_server(settings) as server:
        await drop_database(server, name)
        await create_database(server, name)
        try:
            await _make(server.owner_dsn(name), name, engine, is_durable=is_durable)
            pool = await TenantPool.open(server.app_dsn(name), settings)
            async with pool_of(server.app_dsn(name), settings.pool_max, json_as_bytes) as plain:
                permission = UNRESTRICTED
                if is_limited:
                    permission = company_separation(engine.registry)
                actor = Actor(company=1, companies=(1,))
                environment = Environment(pool=pool, actor=actor, permission=permission)
                yield Opened(
                    engine, environment, plain, await parent_of_backend(server.app_dsn(name))
                )
            await pool.close()
        finally:
            await drop_database(server, name)


async def _make(dsn: str, name: str, engine: Engine, *, is_durable: bool) -> None:
    owner = await asyncpg.connect(dsn)
    try:
        for statement in (
            *prerequisites(),
            *create_statements(ENGINE_TABLES),
            *create_statements(engine.tables),
        ):
            await owner.execute(statement)
        await owner.execute(_FILL)
        for table in ("bench_sale", "bench_audited_sale", "bench_hooked_sale"):
            await owner.execute(_FILL_SALES.format(table=table, rows=ROWS))
        await owner.execute("ANALYZE")
        if not is_durable:
            await owner.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    finally:
        await owner.close()
