"""`erp demo`: from nothing to a working company in the browser."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import Steps, say, say_error
from graphql_erp.cli.first_passwords import SignIns, give_first_passwords, say_sign_ins
from graphql_erp.cli.serve import Host, Port, serve_tenants
from graphql_erp.config import Settings
from graphql_erp.config import settings as process_settings
from graphql_erp.errors import SettingsError
from graphql_erp.http.assets import ASSETS_FOLDER, missing_assets
from graphql_erp.http.assets_install import install_assets
from graphql_erp.install.modules import install_modules
from graphql_erp.install.progress import Progress
from graphql_erp.install.tenants import create_tenant, tenant_state
from graphql_erp.tenants.server import Server, open_server

TENANT = "demo"
MODULES = ("core", "crm")


def demo_command(host: Host = None, port: Port = None) -> None:
    """Make the tenant "demo" with demo data, unless it is there, and serve it."""
    settings = demo_settings(host, port)
    with Steps() as steps:
        steps.step("PostgreSQL", 0, 1)
        server = open_server(settings)
        steps.step("PostgreSQL", 1, 1)
        with_graphiql = install_graphiql(steps)
    with server:
        with Steps() as steps:
            given = asyncio.run(_bring_up(server, settings, steps))
        say_sign_ins(given)
        if not with_graphiql:
            say("Without the files of GraphiQL the API works all the same, by POST.")
        serve_tenants(server, settings)


def demo_settings(host: str | None, port: int | None) -> Settings:
    """Return the settings of the demo: those for development unless they say otherwise.

    Raises:
        SettingsError: A value cannot be used.
    """
    is_given = "development" in process_settings().model_fields_set
    return settings_with(
        tenant=TENANT,
        tenant_hosts="",
        host=host,
        port=port,
        workers=1,
        development=None if is_given else True,
    )


async def _bring_up(server: Server, settings: Settings, progress: Progress) -> SignIns:
    state = await tenant_state(server, settings, TENANT)
    if not state.exists:
        await create_tenant(server, settings, TENANT, MODULES, demo=True, progress=progress)
    elif not state.is_current:
        await install_modules(server, settings, TENANT, MODULES, demo=True, progress=progress)
    return await give_first_passwords(server, settings, TENANT)


def install_graphiql(
    progress: Progress, *, folder: Path = ASSETS_FOLDER, npm: Sequence[str] | None = None
) -> bool:
    """Install the files of GraphiQL unless they are there, and tell whether they are now.

    Args:
        progress: Told of the step.
        folder: Where the files go.
        npm: The npm command; None: the machine's or the wheel's.
    """
    if not missing_assets(folder):
        return True
    progress.step("GraphiQL", 0, 1)
    try:
        install_assets(folder, npm=npm)
    except SettingsError as error:
        say_error(error)
        return False
    progress.step("GraphiQL", 1, 1)
    return True
