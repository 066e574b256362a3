"""One database, brought to what a set of modules says: tables, records, notes."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import asyncpg

from graphql_erp.environment.custom_fields import read_custom_fields
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import SettingsError
from graphql_erp.install.compare import compare
from graphql_erp.install.custom_columns import settle_custom
from graphql_erp.install.engine_tables import INSTALLED, REVISION_TABLE
from graphql_erp.install.grants import ship_grants
from graphql_erp.install.installed import write_installed
from graphql_erp.install.migrate import driver_of, migrate, owner_transaction
from graphql_erp.install.progress import Progress
from graphql_erp.install.records import load_records
from graphql_erp.install.scripts import UnknownRevision, scripts_of
from graphql_erp.install.shared_checks import settle_shared
from graphql_erp.registry.custom_fields import shipped
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.tables.build import Tables, build_tables
from graphql_erp.tables.ddl import protect
from graphql_erp.tenants.server import Server
from graphql_erp.writing.recompute import recompute_all
from graphql_erp.writing.writer import Writer

_SHOWN_DIFFERENCES = 5
_log = logging.getLogger("graphql_erp")


async def bring_up(
    server: Server, database: str, registry: Registry, *, demo: bool, progress: Progress
) -> int:
    """Bring a database to what the modules of a registry say, all of it or nothing.

    Args:
        server: Where it is.
        database: Its name.
        registry: Its modules.
        demo: Whether records for demonstration belong to it.
        progress: Told of every step.

    Returns:
        How many records were written.

    Raises:
        SettingsError: Models and migrations differ, or the database is ahead of the modules.
        DeclarationError: A record cannot be written.
    """
    tables = build_tables(registry)
    async with owner_transaction(server, database) as connection:
        try:
            await migrate(connection, scripts_of(registry.modules), progress)
        except UnknownRevision as error:
            raise SettingsError(
                f"The database {database} has revisions that the modules do not have: {error}",
                hint="Install the version of the program and of the modules that made them.",
            ) from error
        driver = await driver_of(connection)
        progress.step("Comparison", 0, 1)
        stored = await read_custom_fields(driver)
        steps = await settle_custom(driver, await compare(driver, tables), registry, stored)
        steps = await settle_shared(driver, steps, registry)
        if steps:
            raise differ(registry, [step.line() for step in steps])
        progress.step("Comparison", 1, 1)
        await _protect(driver, server, tables)
        # SQLAlchemy reads JSON into Python; the program reads its text, as it does at work.
        await driver.reset_type_codec("jsonb", schema="pg_catalog")
        # From here on with the rights the program has at work: the role owns nothing.
        await driver.execute(f'SET LOCAL ROLE "{server.app.role}"')
        writer = Writer(
            registry=registry,
            tables=tables,
            actor=Actor(),
            now=datetime.now(UTC),
            connection=driver,
        )
        elevated = Transaction(writer)
        for sentence in await ship_grants(elevated):
            _log.warning(sentence)
        count = await load_records(elevated.writer, demo=demo, progress=progress)
        # What a column added to existing records shall hold, or one whose formula changed.
        await recompute_all(writer)
        await driver.execute("RESET ROLE")
        await write_installed(driver, registry, demo=demo)
    return count


def differ(registry: Registry, lines: list[str]) -> SettingsError:
    """Return the error that models and migrations differ."""
    shown = "; ".join(lines[:_SHOWN_DIFFERENCES])
    more = len(lines) - _SHOWN_DIFFERENCES
    rest = f"; and {more} more" if more > 0 else ""
    names = " ".join(module.identifier for module in shipped(registry.modules))
    return SettingsError(
        f"The models and migrations of {names} differ: {shown}{rest}.",
        hint=f"Run: erp module makemigration {names}",
    )


async def _protect(driver: asyncpg.Connection, server: Server, tables: Tables) -> None:
    """Let the program read, not change, which modules are installed and what triggers write."""
    for table in (INSTALLED.name, REVISION_TABLE):
        await driver.execute(f'REVOKE INSERT, UPDATE, DELETE ON {table} FROM "{server.app.role}"')
    for statement in protect(tables, server.app.role):
        await driver.execute(statement)
