"""Serving tenants over HTTP: sockets, processes, signals."""

from __future__ import annotations

import gc
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import ChangeReload, Multiprocess

from graphql_erp.cli.choices import as_environment
from graphql_erp.cli.logs import configure_logs
from graphql_erp.cli.request_log import RequestLog
from graphql_erp.cli.served_tenants import ServedTenants
from graphql_erp.config import Settings, settings
from graphql_erp.errors import SettingsError
from graphql_erp.http.hosts import HostCheck
from graphql_erp.http.origins import origins_of
from graphql_erp.http.strict_transport import StrictTransport
from graphql_erp.http.tenants import TenantsApp
from graphql_erp.install.registries import module_folders

FACTORY = "graphql_erp.cli.serving:application"
PROTOCOL = "graphql_erp.cli.bounded_protocol:BoundedProtocol"
_PACKAGE = Path(__file__).resolve().parent.parent
_BACKLOG = 2048
_STOP_SECONDS = 10
_SILENT_SECONDS = 60
"""A worker says nothing while it reads its modules; one that is silent for longer is replaced."""
_GC_THRESHOLDS = (50_000, 50, 50)
_ASKED_FOR_LOG = frozenset({"debug", "info"})


def application() -> ASGIApp:
    """Return the ASGI application of the tenants that the environment names."""
    chosen = settings()
    configure_logs(chosen)
    tenants = _SettledTenants(chosen)
    origins = frozenset(origin.encode() for origin in origins_of(chosen.cors_origins))
    app: ASGIApp = HostCheck(
        TenantsApp(tenants), tenants.hosts, default=tenants.default, origins=origins
    )
    if chosen.hsts_seconds:
        app = StrictTransport(app, chosen.hsts_seconds)
    return RequestLog(app) if chosen.log_level in _ASKED_FOR_LOG else app


class _SettledTenants(ServedTenants):
    """Spares what lives as long as the process from being looked at by every collection."""

    async def startup(self) -> None:
        await super().startup()
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    Raises:
        SettingsError: The address cannot be used.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        # Unlike that of a name that leads nowhere, the text of a number says no more than it means.
        is_number = error.errno is not None and error.errno > 0
        reason = os.strerror(error.errno or 0) if is_number else error.strerror
        raise SettingsError(
            f"Cannot listen on {host}:{port}: {reason}.",
            hint="Choose another address with --host and --port, or ERP_HOST and ERP_PORT.",
        ) from error


def address_of(listener: socket.socket) -> str:
    """Return the URL under which a listening socket is reached from this machine."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 -- shown, not bound
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(
    chosen: Settings, listener: socket.socket, *, reload: bool, started: Callable[[], None]
) -> None:
    """Answer requests until the process is told to stop.

    Args:
        chosen: Settings; other processes read them from the environment.
        listener: Where requests arrive; requests wait there until a process is ready.
        reload: Whether to start anew when a file of a module or of the engine changes.
        started: Called once requests are answered; with several processes, once they are started.
    """
    os.environ.update(as_environment(chosen))
    settings.cache_clear()
    config = _config(chosen, reload=reload)
    if reload:
        started()
        ChangeReload(config, target=uvicorn.Server(config).run, sockets=[listener]).run()
    elif chosen.workers > 1:
        started()
        Multiprocess(config, sockets=[listener]).run()
    else:
        _serve_here(config, listener, started)


def _config(chosen: Settings, *, reload: bool) -> uvicorn.Config:
    return uvicorn.Config(
        FACTORY,
        factory=True,
        loop="uvloop",
        http=PROTOCOL,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        # Without the setting anybody could claim any address, also from this machine.
        proxy_headers=bool(chosen.trusted_proxies),
        forwarded_allow_ips=chosen.trusted_proxies,
        workers=chosen.workers,
        timeout_graceful_shutdown=_STOP_SECONDS,
        timeout_worker_healthcheck=_SILENT_SECONDS,
        reload=reload,
        reload_dirs=[str(path) for path in (_PACKAGE, *module_folders(chosen))] if reload else None,
        reload_includes=["*.yaml", "*.yml"] if reload else None,
    )


class _Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config: uvicorn.Config, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._say_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            self._say_started()


def _serve_here(
    config: uvicorn.Config, listener: socket.socket, started: Callable[[], None]
) -> None:
    server = _Server(config, started)

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.should_exit = True

    # The server raises the signal that stopped it once more, when its own handlers are gone; the
    # process would die of it instead of leaving PostgreSQL in order.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server.run(sockets=[listener])
