"""ServedTenant: one tenant as one process serves it."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass, replace

import structlog
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.errors import driver_refusal, failed
from graphql_erp.api.execution import Engine
from graphql_erp.cli.engine_shelf import NO_SCHEMA, EngineShelf, Shelved
from graphql_erp.cli.request_log import OPERATION, operation_of
from graphql_erp.cli.shared_server import SharedServer
from graphql_erp.config import Settings
from graphql_erp.environment.custom_fields import read_stamp
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import ErpError, TenantUnavailable
from graphql_erp.http.oidc import provider_of
from graphql_erp.http.origins import origins_of
from graphql_erp.http.request_facts import request_facts
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service
from graphql_erp.identity.accounts import workshop
from graphql_erp.identity.gate import Gate, open_gate
from graphql_erp.install.custom_fields import TableInUse, tenant_registry
from graphql_erp.install.names import tenant_database
from graphql_erp.install.tenants import TenantState, missing_tenant, tenant_state
from graphql_erp.registry.custom_fields import CUSTOM_FIELD_MODEL, shipped
from graphql_erp.registry.registry import Registry, fingerprint
from graphql_erp.sealing.keys import KeyFile
from graphql_erp.sealing.sealer import KeySealer
from graphql_erp.security.actor import Actor
from graphql_erp.tenants.connection import is_lost
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server

RETRY_SECONDS = 1.0
"""How long a refusal or a lost connection is left alone before the tenant is looked at again."""

WAIT_SECONDS = 5.0
"""How long a request waits for a look that is under way while the tenant is refused."""

LOOK_SECONDS = 10.0
"""How long a tenant is believed to be current as long as its database answers."""

NOTICE_SECONDS = 1.0
"""How long custom fields that another process added stay unknown, but for the time to build."""

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
    """What answers requests while the modules and custom fields of the tenant stay as they are."""

    shared: Shelved
    """What other tenants with the same modules and custom fields answer by too."""
    environment: Environment
    gate: Gate
    stamp: int
    """That of the custom fields."""
    server: Server
    """Where its connections lead."""

    @property
    def engine(self) -> Engine:
        """What executes requests."""
        return self.shared.engine


class ServedTenant:
    """Answers the requests of one tenant, and finds out when that is not possible.

    The tenant is looked at when the process starts, at readiness probes, and, while it is refused,
    at requests; also when a connection was lost. New or upgraded modules replace engine, pool and
    schema at once, custom fields engine and schema: requests under way end as they began. A
    PostgreSQL server that is gone is opened again. Implements the protocol `Serving`.

    Connections, actor, custom fields and refusals are its own; the PostgreSQL server and engines
    may be shared with other tenants of the process.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        tenant: str = "",
        server: SharedServer | None = None,
        engines: EngineShelf | None = None,
    ) -> None:
        """Serve a tenant once it is started.

        Args:
            settings: Settings.
            tenant: Its name; "" stands for that of the settings.
            server: The PostgreSQL server shared with others; None: nobody shares it.
            engines: Engines shared with others; None: nobody shares them.
        """
        self.tenant = tenant or settings.tenant
        self._settings = settings
        self._workshop = workshop(settings)
        self._server = server or SharedServer(settings)
        self._engines = engines or EngineShelf(settings)
        self._served: _Served | None = None
        self._refusal: ErpError | None = None
        self._looked = 0.0
        self._looking: asyncio.Task[None] | None = None
        self._noticing: asyncio.Task[None] | None = None
        self._is_open = False

    def service(self) -> Service:
        """Return the tenant as the HTTP layer sees it."""
        return Service(
            execute=self.execute,
            schema=self.schema,
            gate=self.gate,
            oidc=provider_of(self._settings, self._workshop.sealer),
            ready=self.ready,
            startup=self.startup,
            shutdown=self.shutdown,
            queries_by_get=self._settings.queries_by_get,
            max_body_bytes=self._settings.max_body_bytes,
            request_timeout=self._settings.request_timeout,
            graphiql=self._settings.graphiql,
            cors_origins=origins_of(self._settings.cors_origins),
            tenant=self.tenant,
            example=EXAMPLE if self.tenant == "demo" else "",
        )

    async def startup(self) -> None:
        """Join the PostgreSQL server and get ready to answer; a refused tenant is no failure."""
        await self._server.open()
        self._is_open = True
        await self.look()
        self._noticing = asyncio.get_running_loop().create_task(self._notice())

    async def shutdown(self) -> None:
        """Close all connections and leave the PostgreSQL server."""
        if self._noticing is not None:
            self._noticing.cancel()
            await asyncio.wait({self._noticing})
        if self._looking is not None:
            # Not cancelled: what its threads open would stay open.
            await asyncio.wait({self._looking})
        if self._served is not None:
            await self._served.environment.pool.close()
        if self._is_open:
            self._is_open = False
            await self._server.close()

    async def execute(self, call: Call, scope: Scope) -> Answer:
        """Answer one request.

        Raises:
            TenantUnavailable: The tenant cannot be served now.
        """
        scope[OPERATION] = operation_of(call)
        served = self._served
        if self._refusal is not None or served is None:
            served = await self._look_again()
        try:
            environment = await served.gate.admit(
                served.environment,
                served.engine,
                scope["headers"],
                request_facts(scope),
                scope.get("scheme", "http"),
            )
            answer = await served.engine.execute(call, environment)
        except TenantUnavailable as error:
            # Not even who asks could be looked up.
            answer = failed(error)
        except Exception as error:
            is_write = served.engine.is_write(call, served.environment)
            refusal = driver_refusal(error, is_write=is_write)
            if refusal is None:
                raise
            _log.warning("driver_failed", tenant=self.tenant, reason=str(error), code=refusal.code)
            answer = failed(refusal)
        if answer.status == TenantUnavailable.status:
            self._look_soon()
        return answer

    async def gate(self, scope: Scope) -> Gate:
        """Return the accounts of the tenant.

        Raises:
            TenantUnavailable: The tenant cannot be served now.
        """
        del scope
        served = self._served
        if self._refusal is not None or served is None:
            served = await self._look_again()
        return served.gate

    async def ready(self) -> str:
        """Return an empty string when requests can be answered, else the code of the reason."""
        served = self._served
        is_recent = time.monotonic() - self._looked < LOOK_SECONDS
        if self._refusal is None and served is not None and is_recent:
            reason = await _answering(served.environment.pool)
            if reason:
                self._look_soon()
            return reason
        await self.look()
        return "" if self._refusal is None else TenantUnavailable.code

    def schema(self) -> SchemaFiles:
        """Return the schema that is current; an empty one while there is none."""
        return self._served.shared.files if self._served is not None else NO_SCHEMA

    async def look(self) -> None:
        """Find out whether the tenant can be served, and with which modules."""
        await asyncio.wait({self._look_now()})

    async def accept(self, registry: Registry) -> None:
        """Build the engine of other models; it is on the shelf when they are to be served.

        Raises:
            DeclarationError: No schema can be made of them.
        """
        await self._engines.get(registry)

    async def renew(self) -> None:
        """Serve what the tenant holds now, whatever a look under way has seen."""
        if self._looking is not None:
            await asyncio.wait({self._looking})
        await self.look()

    async def _notice(self) -> None:
        """Look whenever another process has changed the custom fields."""
        while True:
            await asyncio.sleep(NOTICE_SECONDS)
            served = self._served
            if served is None or CUSTOM_FIELD_MODEL not in served.engine.registry.models:
                continue
            # Whatever keeps the number from being read is found out by requests and probes.
            with suppress(Exception):
                async with served.environment.pool.acquire() as connection:
                    stamp = await read_stamp(connection)
                if stamp != served.stamp:
                    await self.look()

    def _look_now(self) -> asyncio.Task[None]:
        """Return the one look that is under way; it outlives the request that began it."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.get_running_loop().create_task(self._look())
        return self._looking

    def _look_soon(self) -> asyncio.Task[None] | None:
        """Return the look that is under way; begin one unless the last has only just ended."""
        is_under_way = self._looking is not None and not self._looking.done()
        if is_under_way or time.monotonic() - self._looked > RETRY_SECONDS:
            return self._look_now()
        return None

    async def _look(self) -> None:
        try:
            await self._renew()
        except Exception as error:  # noqa: BLE001 -- whatever it is, there is nothing to serve
            self._refuse(error)
        else:
            self._refusal = None
        self._looked = time.monotonic()

    def _refuse(self, error: Exception) -> None:
        if not isinstance(error, ErpError):
            _log.error("tenant_look_failed", tenant=self.tenant, exc_info=error)
            self._refusal = TenantUnavailable("The tenant's database cannot be reached.")
            return
        if self._refusal is None:
            _log.error("tenant_refused", tenant=self.tenant, reason=error.message, hint=error.hint)
        self._refusal = error

    async def _look_again(self) -> _Served:
        look = self._look_soon()
        if look is not None:
            await asyncio.wait({look}, timeout=WAIT_SECONDS)
        if self._refusal is None and self._served is not None:
            return self._served
        # Mistakes of module authors and operators are for the log, not for clients.
        hint = self._refusal.hint if isinstance(self._refusal, TenantUnavailable) else ""
        raise TenantUnavailable(
            f'The tenant "{self.tenant}" cannot be served now.',
            hint=hint if self._settings.development else "",
        )

    async def _renew(self) -> None:
        """Serve what the tenant has now, by the server that is there now."""
        server = self._server.current
        try:
            registry, stamp = await asyncio.to_thread(_current, server, self._settings, self.tenant)
        except TableInUse:
            if self._served is None:
                raise
            # The next notice tries again.
            _log.warning("custom_field_waits", tenant=self.tenant)
            return
        except Exception as error:
            if not is_lost(error):
                raise
            _log.warning("server_lost", tenant=self.tenant, reason=str(error))
            server = await self._server.reopen(server)
            registry, stamp = await asyncio.to_thread(_current, server, self._settings, self.tenant)
        await self._replace(server, registry, stamp)

    async def _replace(self, server: Server, registry: Registry, stamp: int) -> None:
        before = self._served
        # Connections lead to where the server was, which may be another place after its restart.
        keeps_server = before is not None and before.server is server
        if before is not None and before.engine.registry.fingerprint == registry.fingerprint:
            shared = before.shared
        else:
            shared = await self._engines.get(registry)
        if before is not None and keeps_server and _same_modules(before.engine, shared.engine):
            # A column more leaves connections and what they have prepared as they are.
            self._served = replace(before, shared=shared, stamp=stamp)
            return
        environment = await self._environment(server)
        gate = open_gate(environment.pool, self.tenant, self._workshop)
        self._served = _Served(
            shared=shared, environment=environment, gate=gate, stamp=stamp, server=server
        )
        if before is not None:
            await before.environment.pool.close()

    async def _environment(self, server: Server) -> Environment:
        dsn = server.app_dsn(tenant_database(self._settings, self.tenant))
        pool = await TenantPool.open(dsn, self._settings)
        return Environment(
            pool=pool,
            actor=Actor(),
            tenant=self.tenant,
            sealer=KeySealer(KeyFile(self._settings.key_path), self.tenant),
            serving=self,
        )


async def _answering(pool: TenantPool) -> str:
    try:
        async with pool.acquire() as connection:
            await connection.execute("SELECT")
    except TenantUnavailable as error:
        return error.code
    except Exception as error:
        if not is_lost(error):
            raise
        return TenantUnavailable.code
    return ""


def _current(server: Server, settings: Settings, tenant: str) -> tuple[Registry, int]:
    # In a thread with a loop of its own, for reading modules takes longer than a request may wait.
    state = asyncio.run(tenant_state(server, settings, tenant))
    require_current(state)
    return asyncio.run(tenant_registry(server, settings, tenant, list(state.modules)))


def _same_modules(first: Engine, second: Engine) -> bool:
    """Tell whether nothing but custom fields makes the difference."""
    if first is second:
        return True
    one, other = (fingerprint(shipped(item.registry.modules)) for item in (first, second))
    return one == other
