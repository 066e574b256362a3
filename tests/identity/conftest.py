"""A tenant with core for the tests of accounts."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest
from identity_place import Place

from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.install.progress import Silent
from graphql_erp.install.registries import registry_of
from graphql_erp.install.tenants import create_tenant, drop_tenant
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server, open_server


@pytest.fixture(scope="session")
def identity_settings(test_settings: Settings) -> Settings:
    tenant = f"id{secrets.token_hex(4)}"
    return test_settings.model_copy(update={"database_prefix": "erp_id", "tenant": tenant})


@pytest.fixture(scope="session")
def server(identity_settings: Settings) -> Iterator[Server]:
    with open_server(identity_settings) as opened:
        settings, tenant = identity_settings, identity_settings.tenant
        asyncio.run(
            create_tenant(opened, settings, tenant, ["core"], demo=False, progress=Silent())
        )
        try:
            yield opened
        finally:
            asyncio.run(drop_tenant(opened, settings, tenant))


@pytest.fixture(scope="session")
def engine(identity_settings: Settings) -> Engine:
    return Engine(registry_of(identity_settings, ["core"]), identity_settings)


@pytest.fixture
async def place(
    server: Server, identity_settings: Settings, engine: Engine
) -> AsyncIterator[Place]:
    database = f"{server.prefix}_{identity_settings.tenant}"
    pool = await TenantPool.open(server.app_dsn(database), identity_settings)
    try:
        yield Place(identity_settings, pool, engine)
        async with pool.acquire() as connection:
            await connection.execute("DELETE FROM erp_login_attempt")
    finally:
        await pool.close()
