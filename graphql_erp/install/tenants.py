"""Tenants: made, listed, looked at, dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.errors import DeclarationError, SettingsError, TenantUnavailable
from graphql_erp.install.installed import Installed, read_installed
from graphql_erp.install.names import tenant_database, tenant_of
from graphql_erp.install.progress import Progress
from graphql_erp.install.registries import module_folders, registry_of
from graphql_erp.install.scripts import UnknownRevision, missing_steps, scripts_of
from graphql_erp.install.templates import ensure_template
from graphql_erp.tenants.databases import create_database, database_exists, drop_database
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server

CORE = "core"
"""Module every tenant has."""

_CLONE_ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantState:
    """What there is of a tenant, and whether it can be served."""

    tenant: str
    modules: Mapping[str, str] = field(default_factory=dict)
    """Version of each module installed."""
    exists: bool = False
    is_current: bool = False
    """Whether the tables are what the modules of today need."""
    reason: str = ""
    """Why it is not current, in one sentence."""
    mend: str = ""
    """The command that makes it current, "" when it is."""


async def create_tenant(
    server: Server,
    settings: Settings,
    tenant: str,
    modules: Sequence[str],
    *,
    demo: bool,
    progress: Progress,
) -> None:
    """Make a tenant with modules and all they depend on, as a copy of their template.

    Raises:
        SettingsError: The name cannot be used or is taken, or models and migrations differ.
        DeclarationError: A module is not there, or its declarations or records have mistakes.
    """
    database = tenant_database(settings, tenant)
    if await database_exists(server, database):
        raise _taken(tenant)
    registry = registry_of(settings, [CORE, *modules])
    for attempt in range(1, _CLONE_ATTEMPTS + 1):
        template = await ensure_template(server, settings, registry, demo=demo, progress=progress)
        progress.step("Copy of the template", 0, 1)
        try:
            await create_database(server, database, template=template)
        except asyncpg.DuplicateDatabaseError as error:
            raise _taken(tenant) from error
        except asyncpg.InvalidCatalogNameError:
            # Somebody with newer modules dropped it in this moment.
            if attempt == _CLONE_ATTEMPTS:
                raise
            continue
        break
    progress.step("Copy of the template", 1, 1)


def _taken(tenant: str) -> SettingsError:
    return SettingsError(
        f'There is a tenant "{tenant}" already.',
        hint=f"Add modules to it: erp module install --tenant {tenant} <module>",
    )


async def drop_tenant(server: Server, settings: Settings, tenant: str) -> None:
    """Drop a tenant with all its records and end the sessions in it.

    Raises:
        TenantUnavailable: There is none of that name.
        SettingsError: The name cannot be a tenant's.
    """
    database = tenant_database(settings, tenant)
    if not await database_exists(server, database):
        raise missing_tenant(tenant)
    await drop_database(server, database)


def missing_tenant(tenant: str) -> TenantUnavailable:
    """Return the error that there is no such tenant."""
    return TenantUnavailable(
        f'There is no tenant "{tenant}".', hint=f"Make it: erp tenant create {tenant}"
    )


async def list_tenants(server: Server, settings: Settings) -> list[TenantState]:
    """Return the state of every tenant of the server, by name."""
    connection = await connect(server.owner_dsn(server.maintenance))
    try:
        # Another prefix may begin like ours, but its databases have another owner.
        rows = await connection.fetch(
            "SELECT datname::text AS name FROM pg_database WHERE pg_get_userbyid(datdba) ="
            ' current_user AND NOT datistemplate ORDER BY datname::text COLLATE "C"'
        )
    finally:
        await connection.close()
    tenants = [tenant_of(settings, row["name"]) for row in rows]
    return [await tenant_state(server, settings, name) for name in tenants if name is not None]


async def tenant_state(server: Server, settings: Settings, tenant: str) -> TenantState:
    """Return what there is of a tenant.

    Raises:
        SettingsError: The name cannot be a tenant's.
    """
    database = tenant_database(settings, tenant)
    try:
        connection = await connect(server.owner_dsn(database))
    except asyncpg.InvalidCatalogNameError:
        return TenantState(
            tenant=tenant, reason="It does not exist.", mend=f"erp tenant create {tenant} {CORE}"
        )
    try:
        installed = await read_installed(connection)
    finally:
        await connection.close()
    reason = _outdated(settings, installed)
    names = " ".join(installed.modules) or CORE
    return TenantState(
        tenant=tenant,
        modules=installed.modules,
        exists=True,
        is_current=not reason,
        reason=reason,
        mend=f"erp module install --tenant {tenant} {names}" if reason else "",
    )


def _outdated(settings: Settings, installed: Installed) -> str:
    """Return why a database must not be served as it is, "" when it may."""
    if not installed.modules:
        return "No module is installed."
    try:
        modules = load_modules(module_folders(settings), list(installed.modules))
    except DeclarationError as error:
        return f"Its modules cannot be read: {error.problems[0].message}"
    for module in modules:
        version = installed.modules.get(module.identifier)
        if version is None:
            return f"Module {module.identifier} is needed and not installed."
        if version != module.manifest.version:
            return f"Module {module.identifier} is at {version}, not {module.manifest.version}."
    try:
        missing = missing_steps(scripts_of(modules), installed.heads)
    except UnknownRevision as error:
        return f"It is ahead of the modules: {error}"
    return f"{len(missing)} migrations have not been run." if missing else ""
