import asyncio
import os
from collections.abc import Iterator

import pytest

from benchmarks.data import SMALL
from benchmarks.database import make_records
from benchmarks.serve import DSN_VARIABLE, POOL_VARIABLE
from benchmarks.tables import table_statements
from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import open_server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def shop() -> Iterator[str]:
    """Connection string of a database with the small shop, made without installing anything."""
    given = Settings()
    name = f"{given.database_prefix}_bench_{os.getpid()}"
    with open_server(given.model_copy(update={"data_dir": given.data_dir / "test"})) as server:
        asyncio.run(create_database(server, name))
        asyncio.run(make_records(server.owner_dsn(name), SMALL, table_statements()))
        yield server.app_dsn(name)
        asyncio.run(drop_database(server, name))


@pytest.fixture
def served_shop(shop: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The same, with the environment that the servers under test read."""
    monkeypatch.setenv(DSN_VARIABLE, shop)
    monkeypatch.setenv(POOL_VARIABLE, "2")
    return shop
