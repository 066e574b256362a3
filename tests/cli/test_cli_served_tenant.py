import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import orjson
import pytest
from cli_sign_in import PASSWORD, ask, signed_in

from graphql_erp.api.call import Call
from graphql_erp.cli.request_log import OPERATION
from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable, Unauthenticated
from graphql_erp.install.modules import install_modules
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant, drop_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

ME = "query Me { me { user { login company { name } } } }"
ADMIN = {"data": {"me": {"user": {"login": "admin", "company": {"name": "My Company"}}}}}


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


async def test_requests_are_answered_on_behalf_of_who_sends_them(served: ServedTenant) -> None:
    assert await ask(served, ME) == ADMIN
    nobody: dict[str, Any] = {"headers": []}
    who = Call("{ me { groups } }")
    assert orjson.loads((await served.execute(who, nobody)).body) == {"data": {"me": None}}
    refused = orjson.loads((await served.execute(Call("{ contacts { totalCount } }"), nobody)).body)
    assert refused["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    login = Call(
        "mutation ($password: String!)"
        ' { userLogin(login: "admin", password: $password) { accessToken errors { code } } }',
        {"password": PASSWORD},
    )
    given = orjson.loads((await served.execute(login, nobody)).body)["data"]["userLogin"]
    assert given["errors"] == []
    headers = [(b"authorization", f"Bearer {given['accessToken']}".encode())]
    answer = await served.execute(Call(ME), {"headers": headers})
    assert orjson.loads(answer.body) == ADMIN
    with pytest.raises(Unauthenticated):
        await served.execute(Call(ME), {"headers": [(b"authorization", b"Bearer x")]})
    assert await served.ready() == ""


async def test_name_of_the_operation_is_left_for_the_log(served: ServedTenant) -> None:
    scope: dict[str, Any] = {"headers": []}

    await served.execute(Call(ME), scope)

    assert scope[OPERATION] == "Me"


async def test_changes_tell_who_made_them_and_from_where(served: ServedTenant) -> None:
    scope = {
        "headers": [
            *(await signed_in(served)),
            (b"x-request-id", b"cart-7"),
            (b"user-agent", b"curl/8.5"),
        ],
        "client": ("192.0.2.7", 50123),
    }
    create_contact = 'mutation { contactCreate(data: {name: "Ada"}) { record { id } } }'
    changes = "{ contacts { nodes { changes { nodes { user { login } request ip agent } } } } }"

    await served.execute(Call(create_contact), scope)

    found = (await ask(served, changes))["data"]["contacts"]["nodes"]
    assert found == [
        {
            "changes": {
                "nodes": [
                    {
                        "user": {"login": "admin"},
                        "request": "cart-7",
                        "ip": "192.0.2.7",
                        "agent": "curl/8.5",
                    }
                ]
            }
        }
    ]


async def test_schema_is_that_of_the_tenant(served: ServedTenant) -> None:
    sdl = served.schema().sdl.body.decode()

    assert "type Contact implements" in sdl
    assert "type CrmLead " not in sdl


async def test_new_modules_are_served_without_a_restart(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    await install_modules(server, settings, settings.tenant, ["crm"], demo=False, progress=Silent())
    await served.look()

    assert await ask(served, '{ __type(name: "CrmStage") { name } }') == {
        "data": {"__type": {"name": "CrmStage"}}
    }
    assert "type CrmLead implements" in served.schema().sdl.body.decode()


async def test_tenant_that_is_dropped_is_refused_until_it_is_back(
    served: ServedTenant, settings: Settings, server: Server
) -> None:
    assert await ask(served, ME) == ADMIN
    await drop_tenant(server, settings, settings.tenant)

    assert await served.ready() == "TENANT_UNAVAILABLE"
    answer = await ask(served, ME)
    assert answer["errors"][0]["extensions"]["code"] == "TENANT_UNAVAILABLE"
    await served.look()
    with pytest.raises(TenantUnavailable) as refused:
        await served.execute(Call(ME), {"headers": []})
    assert refused.value.message == f'The tenant "{settings.tenant}" cannot be served now.'
    assert refused.value.hint == f"Make it: erp tenant create {settings.tenant}"

    await create(server, settings)

    assert await served.ready() == ""
    assert await ask(served, ME) == ADMIN


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


READ = "{ languages { totalCount } }"
UNKNOWN = (
    "The connection to the tenant's database was lost; the outcome of the mutation is unknown."
)
WRITE = 'mutation { contactCreate(data: {name: "Kept"}) { errors { code } } }'


@asynccontextmanager
async def locked(server: Server, settings: Settings) -> AsyncIterator[asyncpg.Connection]:
    """Keep the tables that READ and WRITE want."""
    database = tenant_database(settings, settings.tenant)
    owner = await asyncpg.connect(server.owner_dsn(database))
    try:
        async with owner.transaction():
            await owner.execute("LOCK TABLE language, contact")
            yield owner
    finally:
        await owner.close()


async def end_who_waits(owner: asyncpg.Connection) -> None:
    waiting = (
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while (pid := await owner.fetchval(waiting)) is None:  # noqa: ASYNC110 -- it tells nobody
        await asyncio.sleep(0.01)
    await owner.execute("SELECT pg_terminate_backend($1)", pid)


@pytest.mark.parametrize(
    ("document", "message", "hint"),
    [
        (READ, "The connection to the tenant's database was lost.", "Try again in a moment."),
        (WRITE, UNKNOWN, "Read what it was to change before you send it again."),
    ],
)
async def test_lost_connection_is_told_and_the_next_request_is_answered(
    served: ServedTenant, settings: Settings, server: Server, document: str, message: str, hint: str
) -> None:
    headers = await signed_in(served)
    async with locked(server, settings) as owner:
        request = asyncio.create_task(served.execute(Call(document), {"headers": headers}))
        await end_who_waits(owner)
        answer = await request

    assert answer.status == 503
    assert orjson.loads(answer.body) == {
        "errors": [
            {"message": message, "extensions": {"code": "TENANT_UNAVAILABLE", "hint": hint}}
        ],
        "data": None,
    }
    assert "errors" not in await ask(served, READ)
    assert (await ask(served, '{ contacts(filter: {name: {eq: "Kept"}}) { totalCount } }')) == {
        "data": {"contacts": {"totalCount": 0}}
    }


@pytest.mark.parametrize("statement_cache", [0, 256])
@pytest.mark.parametrize(
    ("document", "message"),
    [
        (READ, "The query took longer than the limit."),
        (WRITE, "The write took longer than the limit."),
    ],
)
async def test_statement_beyond_the_limit_is_told_whoever_keeps_the_limit(
    settings: Settings, server: Server, statement_cache: int, document: str, message: str
) -> None:
    await create(server, settings)
    limits = {"statement_cache": statement_cache, "statement_timeout": 0.5}
    tenant = ServedTenant(settings.model_copy(update=limits))
    await tenant.startup()
    try:
        # Who asks is known by now, so that nothing but the document waits.
        await ask(tenant, READ)
        async with locked(server, settings):
            answer = await ask(tenant, document)
        assert (answer["data"], len(answer["errors"])) == (None, 1)
        assert answer["errors"][0]["message"] == message
        assert answer["errors"][0]["extensions"]["code"] == "TIMEOUT"
        assert "errors" not in await ask(tenant, READ)
    finally:
        await tenant.shutdown()
