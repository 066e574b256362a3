"""Pytest fixtures for this project and for module authors."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server, open_server
from graphql_erp.testing.server import settings_for_tests


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio, the only loop asyncpg knows."""
    return "asyncio"


@pytest.fixture(scope="session")
def test_settings() -> Settings:
    """Give the settings of the test run."""
    return settings_for_tests()


@pytest.fixture(scope="session")
def server(test_settings: Settings) -> Iterator[Server]:
    """Give the server of the test run: embedded, or the one in ERP_DATABASE_URL."""
    with open_server(test_settings) as opened:
        yield opened


@pytest.fixture
async def database(server: Server) -> AsyncIterator[str]:
    """Give the name of a fresh empty database, dropped after the test."""
    name = f"{server.prefix}_{os.getpid()}_{secrets.token_hex(4)}"
    await create_database(server, name)
    try:
        yield name
    finally:
        await drop_database(server, name)
