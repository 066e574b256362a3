import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
from docs_installed import Answering, Tenant, made_tenant

from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.install.registries import registry_of
from graphql_erp.tenants.server import Server


@pytest.fixture(scope="session")
def demo_tenant(server: Server, test_settings: Settings) -> Iterator[Tenant]:
    """Give the tenant of the demo company; tests only read it."""
    with asyncio.Runner() as runner:
        making = made_tenant(server, test_settings, ["crm"], demo=True)
        yield runner.run(making.__aenter__())
        runner.run(making.__aexit__(None, None, None))


@pytest.fixture(scope="session")
def demo_engine(test_settings: Settings) -> Engine:
    """Give the engine of the demo company."""
    return Engine(registry_of(test_settings, ["crm"]), test_settings)


@pytest.fixture
async def demo_company(demo_tenant: Tenant, demo_engine: Engine) -> AsyncIterator[Answering]:
    """Give what answers for the demo company."""
    async with demo_tenant.opened(["crm"], demo_engine) as answering:
        yield answering
