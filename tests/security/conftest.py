import os
from collections.abc import AsyncIterator

import pytest
from canary_twins import Twins, open_twins
from oracle_bench import OracleBench, open_oracle

from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server
from graphql_erp.testing.database import SharedDatabase


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio for the whole session, as the connections do."""
    return "asyncio"


@pytest.fixture(scope="session")
async def oracle(server: Server, test_settings: Settings) -> AsyncIterator[OracleBench]:
    """Give the engine and the oracle over one filled database."""
    name = f"{server.prefix}_oracle_{os.getpid()}"
    await create_database(server, name)
    try:
        async with open_oracle(server, name, test_settings) as opened:
            yield opened
    finally:
        await drop_database(server, name)


@pytest.fixture(scope="module")
async def twins(models_database: SharedDatabase) -> AsyncIterator[Twins]:
    """Give the canary twins."""
    async with open_twins(models_database) as opened:
        yield opened
