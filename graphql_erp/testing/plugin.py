"""Pytest fixtures for this project and for module authors."""

import os
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server, open_server
from graphql_erp.testing.database import SharedDatabase, shared_database
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries
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


@pytest.fixture(scope="session")
def models_database(server: Server, test_settings: Settings) -> Iterator[SharedDatabase]:
    """Give the one database in which every set of declared models has a schema of its own."""
    with shared_database(server, test_settings) as opened:
        yield opened


@pytest.fixture
async def models(models_database: SharedDatabase) -> AsyncIterator[DeclaredModels]:
    """Give the models a test declares; their records are deleted after it."""
    declared = DeclaredModels(models_database)
    try:
        yield declared
    finally:
        await declared.close()


@pytest.fixture
def declare(models: DeclaredModels) -> Declare:
    """Give the function that declares models from YAML text."""
    return models.declare


@pytest.fixture
def gql(models: DeclaredModels) -> Gql:
    """Give the function that answers a document on the declared models."""
    return models.gql


@pytest.fixture
def queries(models: DeclaredModels) -> Queries:
    """Give everything that was sent to PostgreSQL."""
    return models.queries
