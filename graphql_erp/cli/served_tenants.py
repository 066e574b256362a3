"""ServedTenants: all tenants one process answers for, opened when first asked for."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from starlette.types import ASGIApp

from graphql_erp.cli.engine_shelf import EngineShelf
from graphql_erp.cli.served_tenant import WAIT_SECONDS, ServedTenant
from graphql_erp.cli.shared_server import SharedServer
from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError, TenantUnavailable
from graphql_erp.http.app import create_app
from graphql_erp.http.hosts import allowed_hosts, tenant_hosts
from graphql_erp.http.service import Service
from graphql_erp.install.names import tenant_database

MakeApp = Callable[[Service], ASGIApp]

_LONGEST_PAUSE = 60.0
_log = structlog.get_logger(__name__)


def hosts_of(settings: Settings) -> Mapping[bytes, str]:
    """Return the tenant behind each name under which requests may arrive.

    Raises:
        SettingsError: A setting is malformed, or the two ways to name hosts are mixed.
    """
    if not settings.tenant_hosts.strip():
        names = sorted(allowed_hosts(settings.allowed_hosts, settings.host))
        return dict.fromkeys(names, settings.tenant)
    if settings.allowed_hosts.strip():
        raise SettingsError(
            "ERP_ALLOWED_HOSTS and ERP_TENANT_HOSTS cannot both be given.",
            hint="Name all hosts in ERP_TENANT_HOSTS.",
        )
    found = tenant_hosts(settings.tenant_hosts)
    for tenant in found.values():
        tenant_database(settings, tenant)
    return found


def default_tenant(settings: Settings) -> str:
    """Return the tenant that is always open: that of the settings, else the first with a host.

    Raises:
        SettingsError: A setting is malformed.
    """
    tenants = dict.fromkeys(hosts_of(settings).values())
    return settings.tenant if settings.tenant in tenants else next(iter(tenants))


@dataclass(slots=True, eq=False)
class _Open:
    """One open tenant."""

    tenant: ServedTenant
    app: ASGIApp
    starting: asyncio.Task[None]
    busy: int = 0
    """Requests under way."""
    used: float = field(default_factory=time.monotonic)
    """When the last request came or went."""


class _Loan:
    """An open tenant for the length of an `async with` block: it is not closed meanwhile."""

    __slots__ = ("_opened",)

    def __init__(self, opened: _Open) -> None:
        self._opened = opened

    async def __aenter__(self) -> ASGIApp:
        opened = self._opened
        opened.busy += 1
        try:
            if not opened.starting.done():
                await asyncio.wait({opened.starting}, timeout=WAIT_SECONDS)
        except BaseException:
            opened.busy -= 1
            raise
        return opened.app

    async def __aexit__(self, *_error: object) -> None:
        self._opened.busy -= 1
        self._opened.used = time.monotonic()


class ServedTenants:
    """Answers for several tenants; implements the protocol `Tenants` of the HTTP layer.

    The default tenant is opened at the start, others by their first request. A tenant that nobody
    has asked for some time is closed; so is the one unused for longest when too many are open.
    Engines are shared by tenants with the same modules, everything else is a tenant's own.
    """

    def __init__(self, settings: Settings, *, make_app: MakeApp = create_app) -> None:
        """Serve the tenants of the settings.

        Args:
            settings: Settings.
            make_app: Makes the HTTP application of one tenant.

        Raises:
            SettingsError: A setting is malformed.
        """
        self.hosts = hosts_of(settings)
        self.default = default_tenant(settings)
        self.engines = EngineShelf(settings)
        self._settings = settings
        self._make_app = make_app
        self._server = SharedServer(settings)
        self._open: OrderedDict[str, _Open] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()
        self._tidying: asyncio.Task[None] | None = None
        self._is_started = False

    @property
    def names(self) -> tuple[str, ...]:
        """The tenants that are open, the one unused for longest first."""
        return tuple(self._open)

    async def startup(self) -> None:
        """Join the PostgreSQL server and open the default tenant."""
        await self._server.open()
        self._is_started = True
        await self._opened(self.default).starting
        self._tidying = asyncio.get_running_loop().create_task(self._tidy())

    async def shutdown(self) -> None:
        """Close all tenants and leave the PostgreSQL server."""
        if self._tidying is not None:
            self._tidying.cancel()
            await asyncio.wait({self._tidying})
        for name in self.names:
            self._close(name)
        while self._closing:
            await asyncio.wait(self._closing)
        if self._is_started:
            self._is_started = False
            await self._server.close()

    def lend(self, tenant: str) -> _Loan:
        """Lend the application of a tenant for the length of one request.

        Raises:
            TenantUnavailable: Too many tenants are open and busy.
        """
        return _Loan(self._opened(tenant))

    def close_unused(self) -> None:
        """Close the tenants nobody has asked for some time."""
        oldest = time.monotonic() - self._settings.tenant_idle
        for name, opened in tuple(self._open.items()):
            if name != self.default and not opened.busy and opened.used < oldest:
                self._close(name)

    def _opened(self, tenant: str) -> _Open:
        known = self._open.get(tenant)
        if known is None:
            self._make_room()
            known = self._open[tenant] = self._begin(tenant)
        else:
            self._open.move_to_end(tenant)
        return known

    def _begin(self, tenant: str) -> _Open:
        served = ServedTenant(
            self._settings, tenant=tenant, server=self._server, engines=self.engines
        )
        starting = asyncio.get_running_loop().create_task(served.startup())
        return _Open(served, self._make_app(served.service()), starting)

    def _make_room(self) -> None:
        """Close the tenant unused for longest when one more would be too many.

        Raises:
            TenantUnavailable: All of them are busy.
        """
        if len(self._open) < self._settings.open_tenants:
            return
        free = (name for name, opened in self._open.items() if not opened.busy)
        name = next((name for name in free if name != self.default), None)
        if name is None:
            _log.error("too_many_tenants", open=len(self._open))
            raise TenantUnavailable(
                "The server answers for as many tenants as it can.", hint="Try again in a moment."
            )
        self._close(name)

    def _close(self, name: str) -> None:
        closing = asyncio.get_running_loop().create_task(_closed(self._open.pop(name)))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)

    async def _tidy(self) -> None:
        while True:
            await asyncio.sleep(min(self._settings.tenant_idle / 2, _LONGEST_PAUSE))
            self.close_unused()


async def _closed(opened: _Open) -> None:
    # Not cancelled: what its threads open would stay open.
    with suppress(Exception):
        await opened.starting
    try:
        await opened.tenant.shutdown()
    except Exception as error:  # noqa: BLE001 -- the others are to be closed all the same
        _log.error("tenant_close_failed", tenant=opened.tenant.tenant, exc_info=error)
