"""`erp serve`: answer the requests of a tenant."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say
from graphql_erp.cli.served_tenant import require_current
from graphql_erp.cli.serving import address_of, listen, serve
from graphql_erp.config import Settings
from graphql_erp.install.tenants import tenant_state
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
    """Serve a tenant over HTTP until the process is told to stop.

    What is not given is taken from the settings (ERP_TENANT, ERP_HOST, ERP_PORT, ERP_WORKERS).
    """
    settings = settings_with(tenant=tenant, host=host, port=port, workers=workers)
    with open_server(settings) as server:
        serve_tenant(server, settings, reload=reload)


def serve_tenant(server: Server, settings: Settings, *, reload: bool = False) -> None:
    """Serve the tenant of the settings and print where.

    Args:
        server: The PostgreSQL server; this process keeps it running for its workers.
        settings: Settings.
        reload: Whether to start anew when a file changes.

    Raises:
        TenantUnavailable: The tenant does not exist or is not migrated.
    """
    require_current(asyncio.run(tenant_state(server, settings, settings.tenant)))
    with listen(settings.host, settings.port) as listener:
        address = address_of(listener)

        def started() -> None:
            say(f'Tenant "{settings.tenant}" is served at {address}/graphql')
            say(f"GraphiQL: open {address}/graphql in a browser. Stop with Ctrl+C.")

        serve(settings, listener, reload=reload, started=started)
