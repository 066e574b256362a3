"""The shipped modules in PostgreSQL: what their declarations promise, the database keeps."""

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path

import asyncpg
import pytest

from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

REPOSITORY = Path(__file__).parent.parent.parent
PATHS = [REPOSITORY / "modules", REPOSITORY / "examples"]

STAGE = """
    INSERT INTO crm_stage (name, sequence, is_won, is_lost, is_folded)
    VALUES ('{"en": "New"}', 1, false, false, false)
"""
LEAD = """
    INSERT INTO crm_lead (name, stage_id, expected_revenue, probability, priority, active, state)
    SELECT 'Acme', id, $1, $2, 'normal', true, 'open' FROM crm_stage
"""


@pytest.fixture
async def connection(server: Server, database: str) -> AsyncIterator[asyncpg.Connection]:
    tables = build_tables(build_registry(load_modules(PATHS, ["crm", "northwind"])))
    opened = await asyncpg.connect(server.owner_dsn(database))
    try:
        await opened.execute(";\n".join((*prerequisites(), *create_statements(tables))))
        yield opened
    finally:
        await opened.close()


async def test_weighted_revenue_follows_what_it_is_made_of(
    connection: asyncpg.Connection,
) -> None:
    await connection.execute(STAGE)
    await connection.execute(LEAD, Decimal("1000.01"), Decimal("33.35"))

    created = await connection.fetchval("SELECT weighted_revenue FROM crm_lead")
    await connection.execute("UPDATE crm_lead SET probability = 100")
    updated = await connection.fetchval("SELECT weighted_revenue FROM crm_lead")

    assert (created, updated) == (Decimal("333.50"), Decimal("1000.01"))


@pytest.mark.parametrize("probability", [-1, 101])
async def test_probability_beyond_its_range_is_refused(
    connection: asyncpg.Connection, probability: int
) -> None:
    await connection.execute(STAGE)

    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(LEAD, Decimal(1000), Decimal(probability))

    assert await connection.fetchval("SELECT count(*) FROM crm_lead") == 0


async def test_meeting_that_ends_before_it_starts_is_refused(
    connection: asyncpg.Connection,
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute(
            "INSERT INTO crm_meeting (name, starts_at, ends_at, organiser_id)"
            " VALUES ('Call', '2026-12-01 10:00Z', '2026-12-01 09:59Z', 1)"
        )


async def test_totals_that_are_not_stored_have_no_column(connection: asyncpg.Connection) -> None:
    columns = await connection.fetch(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_name = 'northwind_order_line'"
    )

    assert {row["column_name"] for row in columns} == {
        "id",
        "version",
        "created_at",
        "created_by_id",
        "updated_at",
        "updated_by_id",
        "order_id",
        "product_id",
        "unit_price",
        "quantity",
        "discount",
    }
