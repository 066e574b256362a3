"""Modules: added to a tenant, and all of them brought up to date."""

from __future__ import annotations

from collections.abc import Sequence

from graphql_erp.config import Settings
from graphql_erp.environment.custom_fields import read_custom_fields
from graphql_erp.install.bring_up import bring_up
from graphql_erp.install.installed import read_installed
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Progress
from graphql_erp.install.registries import registry_of
from graphql_erp.install.templates import exclusively
from graphql_erp.install.tenants import CORE, missing_tenant
from graphql_erp.tenants.databases import database_exists
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server


async def install_modules(
    server: Server,
    settings: Settings,
    tenant: str,
    modules: Sequence[str],
    *,
    demo: bool,
    progress: Progress,
) -> int:
    """Add modules to a tenant and bring all it has up to date, all of it or nothing.

    Args:
        server: Where the tenant is.
        settings: Where the modules are.
        tenant: Its name.
        modules: Modules to add; none brings those installed up to date.
        demo: Whether records for demonstration are loaded; a tenant that has some gets those of
            new modules too.
        progress: Told of every step.

    Returns:
        How many records were written.

    Raises:
        TenantUnavailable: There is no such tenant.
        SettingsError: The name cannot be a tenant's, or models and migrations differ.
        DeclarationError: A module is not there, or its declarations or records have mistakes.
    """
    database = tenant_database(settings, tenant)
    if not await database_exists(server, database):
        raise missing_tenant(tenant)
    async with exclusively(server, f"database {database}"):
        connection = await connect(server.owner_dsn(database))
        try:
            installed = await read_installed(connection)
            stored = await read_custom_fields(connection)
        finally:
            await connection.close()
        names = [CORE, *installed.modules, *modules]
        registry = registry_of(settings, names, stored.active)
        is_demo = demo or installed.is_demo
        return await bring_up(server, database, registry, demo=is_demo, progress=progress)
