import os
from collections.abc import AsyncIterator

import asyncpg
import pytest
from expression_samples import create_tables

from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run on asyncio for the whole session, as the connection does."""
    return "asyncio"


@pytest.fixture(scope="session")
async def connection(server: Server) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection to a database with the sample tables, shared by this folder's tests."""
    name = f"{server.prefix}_expressions_{os.getpid()}"
    await create_database(server, name)
    opened = await asyncpg.connect(server.owner_dsn(name))
    await create_tables(opened)
    try:
        yield opened
    finally:
        await opened.close()
        await drop_database(server, name)
