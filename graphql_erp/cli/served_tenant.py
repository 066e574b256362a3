"""ServedTenant: one tenant as one process serves it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

import structlog
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.execution import Engine
from graphql_erp.api.schema import introspection_bytes
from graphql_erp.cli.demo_actor import demo_actor
from graphql_erp.cli.request_log import OPERATION, operation_of
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import ErpError, TenantUnavailable
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service
from graphql_erp.install.names import tenant_database
from graphql_erp.install.registries import registry_of
from graphql_erp.install.tenants import TenantState, missing_tenant, tenant_state
from graphql_erp.registry.registry import Registry
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server, open_server

RETRY_SECONDS = 2.0
"""How long a refusal is believed before the tenant is looked at again."""

LOOK_SECONDS = 10.0
"""How long a tenant is believed to be current as long as its database answers."""

EXAMPLE = """\
# The answer to this query is made by one SQL statement.
query Leads {
  crmLeads(first: 5, orderBy: [{expectedRevenue: DESC_NULLS_LAST}]) {
    totalCount
    nodes {
      name
      expectedRevenue
      stage { name }
      salesperson { name }
    }
  }
}
"""
"""What GraphiQL shows first in the demo."""

_log = structlog.get_logger(__name__)


def require_current(state: TenantState) -> None:
    """Refuse a tenant that cannot be served.

    Raises:
        TenantUnavailable: It does not exist or is not migrated; the hint is what mends it.
    """
    if not state.exists:
        raise missing_tenant(state.tenant)
    if not state.is_current:
        raise TenantUnavailable(
            f'The tenant "{state.tenant}" cannot be served. {state.reason}',
            hint=f"Run: {state.mend}",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Served:
    """What answers requests while the modules of the tenant stay as they are."""

    engine: Engine
    files: SchemaFiles
    environment: Environment


class ServedTenant:
    """Answers the requests of one tenant, and finds out when that is not possible.

    The tenant is looked at when the process starts, at readiness probes, and, while it is refused,
    at requests. New or upgraded modules replace engine, pool and schema at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: Server | None = None
        self._served: _Served | None = None
        self._refusal: ErpError | None = None
        self._looked = 0.0
        self._looking = asyncio.Lock()

    def service(self) -> Service:
        """Return the tenant as the HTTP layer sees it."""
        return Service(
            execute=self.execute,
            schema=self.schema,
            ready=self.ready,
            startup=self.startup,
            shutdown=self.shutdown,
            queries_by_get=self._settings.queries_by_get == "open",
            max_body_bytes=self._settings.max_body_bytes,
            example=EXAMPLE if self._settings.tenant == "demo" else "",
        )

    async def startup(self) -> None:
        """Join the PostgreSQL server and get ready to answer; a refused tenant is no failure."""
        self._server = await asyncio.to_thread(open_server, self._settings)
        await self.look()

    async def shutdown(self) -> None:
        """Close all connections and leave the PostgreSQL server."""
        if self._served is not None:
            await self._served.environment.pool.close()
        if self._server is not None:
            await asyncio.to_thread(self._server.close)

    async def execute(self, call: Call, scope: Scope) -> Answer:
        """Answer one request.

        Raises:
            TenantUnavailable: The tenant cannot be served now.
        """
        scope[OPERATION] = operation_of(call)
        served = self._served
        if self._refusal is not None or served is None:
            served = await self._look_again()
        return await served.engine.execute(call, served.environment)

    async def ready(self) -> str:
        """Return an empty string when requests can be answered, else the code of the reason."""
        served = self._served
        is_recent = time.monotonic() - self._looked < LOOK_SECONDS
        if self._refusal is None and served is not None and is_recent:
            return await _answering(served.environment.pool)
        await self.look()
        return "" if self._refusal is None else TenantUnavailable.code

    def schema(self) -> SchemaFiles:
        """Return the schema that is current; an empty one while there is none."""
        return self._served.files if self._served is not None else _NO_SCHEMA

    async def look(self) -> None:
        """Find out whether the tenant can be served, and with which modules."""
        async with self._looking:
            try:
                await self._look()
            except ErpError as error:
                if self._refusal is None:
                    _log.error("tenant_refused", reason=error.message, hint=error.hint)
                self._refusal = error
            else:
                self._refusal = None
            self._looked = time.monotonic()

    async def _look_again(self) -> _Served:
        if time.monotonic() - self._looked > RETRY_SECONDS:
            await self.look()
        if self._refusal is None and self._served is not None:
            return self._served
        # Mistakes of module authors and operators are for the log, not for clients.
        hint = self._refusal.hint if isinstance(self._refusal, TenantUnavailable) else ""
        raise TenantUnavailable(
            f'The tenant "{self._settings.tenant}" cannot be served now.',
            hint=hint if self._settings.development else "",
        )

    async def _look(self) -> None:
        server = self._server
        if server is None:
            raise TenantUnavailable("The server is not started.")
        registry = await asyncio.to_thread(_current_registry, server, self._settings)
        before = self._served
        if before is not None and before.engine.registry.fingerprint == registry.fingerprint:
            return
        self._served = await self._serve(server, registry)
        if before is not None:
            await before.environment.pool.close()

    async def _serve(self, server: Server, registry: Registry) -> _Served:
        engine = await asyncio.to_thread(Engine, registry, self._settings)
        files = await asyncio.to_thread(_schema_files, engine)
        dsn = server.app_dsn(tenant_database(self._settings, self._settings.tenant))
        pool = await TenantPool.open(dsn, self._settings)
        try:
            actor = await demo_actor(engine, pool)
        except BaseException:
            await pool.close()
            raise
        return _Served(engine=engine, files=files, environment=Environment(pool=pool, actor=actor))


async def _answering(pool: TenantPool) -> str:
    try:
        async with pool.acquire() as connection:
            await connection.execute("SELECT")
    except TenantUnavailable as error:
        return error.code
    return ""


def _current_registry(server: Server, settings: Settings) -> Registry:
    # In a thread with a loop of its own, for reading modules takes longer than a request may wait.
    state = asyncio.run(tenant_state(server, settings, settings.tenant))
    require_current(state)
    return registry_of(settings, list(state.modules))


def _schema_files(engine: Engine) -> SchemaFiles:
    schema = engine.schema
    return SchemaFiles.of(
        sdl=schema.sdl.encode(),
        introspection=introspection_bytes(schema),
        schema_hash=schema.hash,
    )


_NO_SCHEMA = SchemaFiles.of(sdl=b"", introspection=b"{}", schema_hash="none")
