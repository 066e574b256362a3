import secrets
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from graphql_erp.api.call import Call
from graphql_erp.cli.request_log import OPERATION
from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable
from graphql_erp.install.modules import install_modules
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant, drop_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

ME = 'query Me { users(q: "Q(id=user)") { nodes { login company { name } } } }'


@pytest.fixture
async def settings(cli_settings: Settings, server: Server) -> AsyncIterator[Settings]:
    """Give the settings of a tenant of this test alone."""
    chosen = cli_settings.model_copy(update={"tenant": f"t{secrets.token_hex(4)}"})
    yield chosen
    await drop_database(server, tenant_database(chosen, chosen.tenant))


async def create(server: Server, settings: Settings) -> None:
    await create_tenant(server, settings, settings.tenant, ["core"], demo=False, progress=Silent())


@pytest.fixture
async def served(settings: Settings, server: Server) -> AsyncIterator[ServedTenant]:
    """Give a tenant that is served."""
    await create(server, settings)
    tenant = ServedTenant(settings)
    await tenant.startup()
    yield tenant
    await tenant.shutdown()


async def ask(served: ServedTenant, document: str) -> Any:
    return orjson.loads((await served.execute(Call(document), {})).body)


async def test_requests_are_answered_on_behalf_of_the_demo_user(served: ServedTenant) -> None:
    assert await ask(served, ME) == {
        "data": {"users": {"nodes": [{"login": "demo", "company": {"name": "My Company"}}]}}
    }
    assert await served.ready() == ""


async def test_name_of_the_operation_is_left_for_the_log(served: ServedTenant) -> None:
    scope: dict[str, Any] = {}

    await served.execute(Call(ME), scope)

    assert scope == {OPERATION: "Me"}


async def test_schema_is_that_of_the_tenant(served: ServedTenant) -> None:
    sdl = served.schema().sdl.body.decode()

    assert "type Contact implements" in sdl
    assert "CrmLead" not in sdl


async def test_new_modules_are_served_without_a_restart(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    await install_modules(server, settings, settings.tenant, ["crm"], demo=False, progress=Silent())
    await served.look()

    assert await ask(served, "{ crmStages { totalCount } }") == {
        "data": {"crmStages": {"totalCount": 6}}
    }
    assert "type CrmLead implements" in served.schema().sdl.body.decode()


async def test_tenant_that_is_dropped_is_refused_until_it_is_back(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    await drop_tenant(server, settings, settings.tenant)

    assert await served.ready() == "TENANT_UNAVAILABLE"
    answer = await ask(served, ME)
    assert answer["errors"][0]["extensions"]["code"] == "TENANT_UNAVAILABLE"
    await served.look()
    with pytest.raises(TenantUnavailable) as refused:
        await served.execute(Call(ME), {})
    assert refused.value.message == f'The tenant "{settings.tenant}" cannot be served now.'
    assert refused.value.hint == f"Make it: erp tenant create {settings.tenant}"

    await create(server, settings)

    assert await served.ready() == ""
    assert (await ask(served, ME))["data"]["users"]["nodes"][0]["login"] == "demo"


async def test_tenant_that_is_refused_at_the_start_is_served_once_it_is_made(
    settings: Settings, server: Server
) -> None:
    tenant = ServedTenant(settings)
    await tenant.startup()
    try:
        assert await tenant.ready() == "TENANT_UNAVAILABLE"
        assert tenant.schema().sdl.body == b""
        await create(server, settings)
        assert await tenant.ready() == ""
        assert "data" in await ask(tenant, ME)
    finally:
        await tenant.shutdown()
