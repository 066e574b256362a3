"""Core as shipped: the world's reference data is there after the installation."""

import secrets
from collections.abc import AsyncIterator

import asyncpg
import iso4217
import pycountry
import pytest

from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.modules import install_modules
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant, tenant_state
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server
from graphql_erp.testing.database import list_databases

pytestmark = pytest.mark.anyio


@pytest.fixture
async def chosen(server: Server, test_settings: Settings) -> AsyncIterator[Settings]:
    prefix = f"erp_test_i{secrets.token_hex(3)}"
    paths = str(REPOSITORY / "modules")
    yield test_settings.model_copy(update={"database_prefix": prefix, "module_paths": paths})
    for name in await list_databases(server, prefix):
        await drop_database(server, name)


async def test_reference_data_is_complete_and_installed_once(
    server: Server, chosen: Settings
) -> None:
    await create_tenant(server, chosen, "one", ["crm"], demo=True, progress=Silent())
    again = await install_modules(server, chosen, "one", [], demo=False, progress=Silent())

    connection = await asyncpg.connect(server.app_dsn(f"{chosen.database_prefix}_one"))
    try:
        counts = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM country) AS countries,"
            " (SELECT count(*) FROM country_state) AS states,"
            " (SELECT count(*) FROM currency) AS currencies,"
            " (SELECT count(*) FROM country_state WHERE parent_id IS NOT NULL) AS nested,"
            " (SELECT count(*) FROM crm_stage) AS stages"
        )
        digits = await connection.fetch("SELECT code::text, decimal_places FROM currency")
        missing = await connection.fetchval(
            "SELECT count(*) FROM record_reference r"
            " LEFT JOIN country c ON r.model = 'Country' AND c.id = r.record_id"
            " WHERE r.model = 'Country' AND c.id IS NULL"
        )
    finally:
        await connection.close()
    subdivisions = list(pycountry.subdivisions)
    units = {item.code: item.exponent for item in iso4217.Currency if item.exponent is not None}
    assert dict(counts) == {
        "countries": 249,
        "states": len(subdivisions),
        "currencies": len(pycountry.currencies),
        "nested": sum(1 for item in subdivisions if item.parent_code),
        "stages": 6,
    }
    known = {row["code"]: row["decimal_places"] for row in digits}
    assert {code: known[code] for code in units if code in known} == {
        code: places for code, places in units.items() if code in known
    }
    assert (missing, again) == (0, 0)
    assert (await tenant_state(server, chosen, "one")).is_current is True
