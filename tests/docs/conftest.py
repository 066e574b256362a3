from collections.abc import AsyncIterator

import pytest
from docs_installed import Answering, made_tenant

from graphql_erp.config import Settings
from graphql_erp.tenants.server import Server


@pytest.fixture(scope="session")
async def demo_company(server: Server, test_settings: Settings) -> AsyncIterator[Answering]:
    """Give the demo company; tests only read it."""
    async with (
        made_tenant(server, test_settings, ["crm"], demo=True) as tenant,
        tenant.opened(["crm"]) as answering,
    ):
        yield answering
