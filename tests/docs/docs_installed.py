"""A tenant with modules and their records, as the commands make it."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.identity.callers import read_actor
from graphql_erp.identity.grant_reader import GrantReader
from graphql_erp.install.modules import install_modules
from graphql_erp.install.progress import Silent
from graphql_erp.install.registries import registry_of
from graphql_erp.install.tenants import create_tenant, drop_tenant
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
"""When the documents of the pages are answered."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """Answers documents over one tenant on behalf of its administrator."""

    server: Server
    settings: Settings
    name: str

    async def add(self, modules: Sequence[str]) -> None:
        """Install more modules with their demo data."""
        await install_modules(
            self.server, self.settings, self.name, modules, demo=True, progress=Silent()
        )

    @asynccontextmanager
    async def opened(
        self, modules: Sequence[str], engine: Engine | None = None
    ) -> AsyncIterator[Answering]:
        """Give what answers for the modules installed now."""
        engine = engine or Engine(registry_of(self.settings, modules), self.settings)
        database = f"{self.server.prefix}_{self.name}"
        pool = await TenantPool.open(self.server.app_dsn(database), self.settings)
        try:
            actor = await read_actor(pool, "admin")
            grants = await GrantReader(pool).get(engine.registry, engine.tables)
            environment = Environment(
                pool=pool,
                actor=actor,
                permission=grants.permission(actor.groups),
                clock=lambda: NOW,
            )
            yield Answering(engine, environment)
        finally:
            await pool.close()


@dataclass(frozen=True, slots=True)
class Answering:
    """An engine on a tenant."""

    engine: Engine
    environment: Environment

    async def ask(self, document: str, variables: Mapping[str, Any]) -> Any:
        """Return the answer to a document."""
        answer = await self.engine.execute(Call(document, variables), self.environment)
        return orjson.loads(answer.body)


@asynccontextmanager
async def made_tenant(
    server: Server, settings: Settings, modules: Sequence[str], *, demo: bool
) -> AsyncIterator[Tenant]:
    """Give a new tenant, dropped at the end."""
    name = f"docs_{secrets.token_hex(4)}"
    await create_tenant(server, settings, name, modules, demo=demo, progress=Silent())
    try:
        yield Tenant(server, settings, name)
    finally:
        await drop_tenant(server, settings, name)
