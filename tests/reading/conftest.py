import os
from collections.abc import AsyncIterator

import pytest
from reading_bench import OTHER_ACTOR, Bench, open_bench

from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio for the whole session, as the connections do."""
    return "asyncio"


@pytest.fixture(scope="session")
async def bench(server: Server, test_settings: Settings) -> AsyncIterator[Bench]:
    """Give an engine and a reference reader over one filled database."""
    name = f"{server.prefix}_reading_{os.getpid()}"
    await create_database(server, name)
    try:
        async with open_bench(server, name, test_settings) as opened:
            yield opened
    finally:
        await drop_database(server, name)


@pytest.fixture(scope="session")
async def bench_of_company(server: Server, test_settings: Settings) -> AsyncIterator[Bench]:
    """Give the same for an actor of another language, who works in a company."""
    name = f"{server.prefix}_reading_company_{os.getpid()}"
    await create_database(server, name)
    try:
        async with open_bench(server, name, test_settings, OTHER_ACTOR) as opened:
            yield opened
    finally:
        await drop_database(server, name)
