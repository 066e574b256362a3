"""`erp serve`: answer the requests of tenants."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated

import typer

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say, say_error
from graphql_erp.cli.served_tenant import require_current
from graphql_erp.cli.served_tenants import default_tenant, hosts_of
from graphql_erp.cli.serving import address_of, listen, serve
from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError, TenantUnavailable
from graphql_erp.install.tenants import TenantState, tenant_state
from graphql_erp.sealing.keys import KeyFile
from graphql_erp.tenants.server import Server, open_server

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[
    int | None, typer.Option(help="Port to listen on; 0 takes a free one.", min=0, max=65535)
]


def serve_command(
    tenant: Annotated[str | None, typer.Option(help="Tenant that answers requests.")] = None,
    host: Host = None,
    port: Port = None,
    workers: Annotated[int | None, typer.Option(help="Processes.", min=1, max=256)] = None,
    *,
    reload: Annotated[
        bool, typer.Option("--reload", help="Start anew when a file of a module changes.")
    ] = False,
) -> None:
    """Serve a tenant over HTTP, or several, until the process is told to stop.

    What is not given is taken from the settings (ERP_TENANT, ERP_HOST, ERP_PORT, ERP_WORKERS).
    Several tenants are named in ERP_TENANT_HOSTS; --tenant then says which one is always open.
    """
    settings = settings_with(tenant=tenant, host=host, port=port, workers=workers)
    if tenant is not None and default_tenant(settings) != tenant:
        raise SettingsError(
            f'The tenant "{tenant}" has no host in ERP_TENANT_HOSTS.',
            hint="Give it one, or leave --tenant out.",
        )
    with open_server(settings) as server:
        serve_tenants(server, settings, reload=reload)


def serve_tenants(server: Server, settings: Settings, *, reload: bool = False) -> None:
    """Serve the tenants of the settings and print where.

    Args:
        server: The PostgreSQL server; this process keeps it running for its workers.
        settings: Settings.
        reload: Whether to start anew when a file changes.

    Raises:
        TenantUnavailable: The default tenant does not exist or is not migrated.
        SettingsError: The key file cannot be used.
    """
    hosts, default = hosts_of(settings), default_tenant(settings)
    # Keys that cannot be used are told now, not by the first request that needs them.
    KeyFile(settings.key_path).read()
    require_current(asyncio.run(tenant_state(server, settings, default)))
    for tenant in dict.fromkeys(hosts.values()):
        _warn(asyncio.run(tenant_state(server, settings, tenant)))
    with listen(settings.host, settings.port) as listener:
        address = address_of(listener)

        def started() -> None:
            if settings.tenant_hosts.strip():
                _say_hosts(hosts, default, address)
            else:
                say(f'Tenant "{default}" is served at {address}/graphql')
                say(f"GraphiQL: open {address}/graphql in a browser. Stop with Ctrl+C.")

        serve(settings, listener, reload=reload, started=started)


def _warn(state: TenantState) -> None:
    """Tell of a tenant that cannot be served yet; it is served once that is mended."""
    try:
        require_current(state)
    except TenantUnavailable as error:
        say_error(error)


def _say_hosts(hosts: Mapping[bytes, str], default: str, address: str) -> None:
    """Print which names lead to which tenant."""
    say(f"Listening at {address}")
    port = address.rpartition(":")[2]
    first = ""
    for tenant in dict.fromkeys(hosts.values()):
        names = [name.decode() for name, other in hosts.items() if other == tenant]
        first = names[0] if tenant == default else first
        say(f'Tenant "{tenant}" is served under {", ".join(names)}')
    say(f"GraphiQL: open http://{first}:{port}/graphql in a browser. Stop with Ctrl+C.")
