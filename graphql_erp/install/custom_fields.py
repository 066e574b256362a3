"""Custom fields of a tenant: its registry with them, and their columns."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.environment.custom_fields import read_custom_fields
from graphql_erp.errors import TenantUnavailable
from graphql_erp.install.compare import compare
from graphql_erp.install.custom_columns import custom_columns, settle_custom
from graphql_erp.install.migrate import driver_of, owner_transaction
from graphql_erp.install.names import tenant_database
from graphql_erp.install.registries import registry_of
from graphql_erp.install.shared_checks import settle_shared
from graphql_erp.install.templates import exclusively
from graphql_erp.registry.custom_fields import PREFIX
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server

_LOCK_TIMEOUT = "2s"
"""Everybody who wants the table waits behind us, so that we do not wait for long."""

_COLUMNS = (
    "SELECT c.relname::text AS table, a.attname::text AS column"
    " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
    " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
    " AND starts_with(a.attname::text, $1) AND NOT a.attisdropped"
)


class TableInUse(TenantUnavailable):
    """The column of a custom field cannot be added while others use the table for so long."""


async def tenant_registry(
    server: Server, settings: Settings, tenant: str, modules: Sequence[str]
) -> tuple[Registry, int]:
    """Return the registry of a tenant with its custom fields, whose columns are there, and a stamp.

    Args:
        server: Where the tenant is.
        settings: Where the modules are.
        tenant: Its name.
        modules: What is installed in it.

    Raises:
        TableInUse: A column is missing and cannot be added now.
        DeclarationError: Declarations have mistakes, or custom fields do not fit them any more.
    """
    database = tenant_database(settings, tenant)
    connection = await connect(server.owner_dsn(database))
    try:
        stored = await read_custom_fields(connection)
        rows = await connection.fetch(_COLUMNS, PREFIX)
    finally:
        await connection.close()
    registry = registry_of(settings, modules, stored.active)
    present = {(row["table"], row["column"]) for row in rows}
    if not custom_columns(registry, stored.active) <= present:
        await _add_columns(server, database, registry)
    return registry, stored.stamp


async def _add_columns(server: Server, database: str, registry: Registry) -> None:
    tables = build_tables(registry)
    async with (
        exclusively(server, f"database {database}"),
        owner_transaction(server, database) as connection,
    ):
        driver = await driver_of(connection)
        stored = await read_custom_fields(driver)
        await driver.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
        try:
            steps = await compare(driver, tables)
            steps = await settle_custom(driver, steps, registry, stored)
            await settle_shared(driver, steps, registry)
        except asyncpg.LockNotAvailableError as error:
            raise TableInUse("A custom field waits for a table that is in use.") from error
