"""What a database holds against what the models say."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from graphql_erp.install.engine_tables import ENGINE_TABLES, REVISION_TABLE
from graphql_erp.tables.build import Tables
from graphql_erp.tables.catalogue import Catalogue, read_catalogue
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.diff import differences
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tables.steps import Step

_WANTED = "erp_wanted"
_NOT_COMPARED = frozenset({REVISION_TABLE})


async def compare(connection: asyncpg.Connection, tables: Tables | None) -> tuple[Step, ...]:
    """Return the steps that bring a database to what models say; nothing is changed.

    The tables are made in a schema beside, read and undone, so that PostgreSQL itself writes both
    sides and the same expression always looks the same.

    Args:
        connection: Of the owner, in a transaction.
        tables: Tables of the models; None compares what the engine needs alone.
    """
    found = await _undone(connection, "public", ())
    statements = [*prerequisites(), *create_statements(ENGINE_TABLES)]
    if tables is not None:
        statements.extend(create_statements(tables))
    wanted = await _undone(connection, _WANTED, statements)
    return differences(found, wanted)


async def _undone(
    connection: asyncpg.Connection, schema: str, statements: Sequence[str]
) -> Catalogue:
    transaction = connection.transaction()
    await transaction.start()
    try:
        if statements:
            await connection.execute(f"CREATE SCHEMA {schema}")
            await connection.execute(f"SET LOCAL search_path = {schema}, public")
            await connection.execute(";\n".join(statements))
        return await read_catalogue(connection, schema, leave_out=_NOT_COMPARED)
    finally:
        await transaction.rollback()
