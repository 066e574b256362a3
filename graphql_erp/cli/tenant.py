"""`erp tenant`: make, list and drop tenants."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import Steps, say, show_table
from graphql_erp.cli.first_passwords import give_first_passwords, say_sign_ins
from graphql_erp.install.tenants import create_tenant, drop_tenant, list_tenants
from graphql_erp.tenants.server import open_server

tenant_app = typer.Typer(
    no_args_is_help=True, help="Make, list and drop tenants: databases of their own."
)


@tenant_app.command("create")
def create(
    tenant: Annotated[str, typer.Argument(help="Name of the tenant.")],
    modules: Annotated[
        list[str] | None, typer.Argument(help="Modules to install; core by default.")
    ] = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Load demo data too.")] = False,
) -> None:
    """Make a tenant and install modules with all they depend on."""
    settings = settings_with()
    with open_server(settings) as server, Steps() as steps:
        asyncio.run(
            create_tenant(server, settings, tenant, modules or ["core"], demo=demo, progress=steps)
        )
        given = asyncio.run(give_first_passwords(server, settings, tenant))
    say_sign_ins(given)
    say(f'Made tenant "{tenant}". Serve it with: erp serve --tenant {tenant}')


@tenant_app.command("list")
def list_all() -> None:
    """List the tenants of the server, their modules and whether they can be served."""
    settings = settings_with()
    with open_server(settings) as server:
        states = asyncio.run(list_tenants(server, settings))
    rows = [
        [
            state.tenant,
            ", ".join(f"{name} {version}" for name, version in state.modules.items()),
            "yes" if state.is_current else f"no; run: {state.mend}",
        ]
        for state in states
    ]
    show_table(["tenant", "modules", "current"], rows)


@tenant_app.command("drop")
def drop(
    tenant: Annotated[str, typer.Argument(help="Name of the tenant.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Drop a tenant with all its records; what runs in it is ended."""
    if not yes:
        typer.confirm(f'Drop tenant "{tenant}" with all its records?', abort=True)
    settings = settings_with()
    with open_server(settings) as server:
        asyncio.run(drop_tenant(server, settings, tenant))
    say(f'Dropped tenant "{tenant}".')
