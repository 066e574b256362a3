"""Several tenants in one process: what they share, and that nothing else crosses."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import pytest
from cli_sign_in import PASSWORD, give_password

from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.cli.served_tenants import ServedTenants, default_tenant, hosts_of
from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError, TenantUnavailable
from graphql_erp.http.hosts import HostCheck
from graphql_erp.http.tenants import TenantsApp
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

CREATE = """
mutation ($name: String!) {
  contactCreate(data: {name: $name}) { record { id name } errors { code } }
}
"""
READ = "{ contacts(orderBy: [{id: ASC}]) { totalCount nodes { id name } } }"
BY_NAME = "query ($name: String!) { contacts(filter: {name: {eq: $name}}) { totalCount } }"
RENAME = """
mutation ($id: ID!, $name: String!) {
  contactUpdate(id: $id, data: {name: $name}) { record { id name } errors { code } }
}
"""
ONCE = """
mutation ($name: String!) {
  contactCreate(data: {name: $name}) @idempotent(key: "one") { record { id name } errors { code } }
}
"""
ADD_FIELD = """
mutation {
  customFieldCreate(data: {model: "Contact", name: "x_grade", type: CHAR}) { errors { code } }
}
"""


@pytest.fixture
async def names(cli_settings: Settings, server: Server) -> AsyncIterator[tuple[str, str]]:
    """Give two tenants with equal modules."""
    mark = secrets.token_hex(4)
    made = (f"a{mark}", f"b{mark}")
    for name in made:
        await create_tenant(server, cli_settings, name, ["core"], demo=False, progress=Silent())
        await give_password(server, cli_settings, name)
    yield made
    for name in made:
        await drop_database(server, tenant_database(cli_settings, name))


@pytest.fixture
def settings(cli_settings: Settings, names: tuple[str, str]) -> Settings:
    """Give the settings of a process that serves both, and one that is not there."""
    text = f"{names[0]}=a.example,www.a.example;{names[1]}=b.example;missing=c.example"
    return cli_settings.model_copy(update={"tenant_hosts": text, "development": True})


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[ServedTenants, httpx2.AsyncClient]]:
    """Serve tenants as a process of its own would."""
    tenants = ServedTenants(settings)
    app = HostCheck(TenantsApp(tenants), tenants.hosts, default=tenants.default)
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    await tenants.startup()
    try:
        async with httpx2.AsyncClient(transport=transport, base_url="http://a.example") as client:
            yield tenants, client
    finally:
        await tenants.shutdown()


@pytest.fixture
async def served(settings: Settings) -> AsyncIterator[tuple[ServedTenants, httpx2.AsyncClient]]:
    async with serving(settings) as both:
        yield both


@pytest.fixture
def client(served: tuple[ServedTenants, httpx2.AsyncClient]) -> httpx2.AsyncClient:
    return served[1]


@pytest.fixture
def tenants(served: tuple[ServedTenants, httpx2.AsyncClient]) -> ServedTenants:
    return served[0]


async def ask(client: httpx2.AsyncClient, host: str, document: str, **variables: Any) -> Any:
    body = {"query": document, "variables": variables}
    headers = {"host": host, **await _signed_in(client, host)}
    response = await client.post("/graphql", json=body, headers=headers)
    return response.json()


async def _signed_in(client: httpx2.AsyncClient, host: str) -> dict[str, str]:
    """Return the header of the administrator of a host's tenant."""
    known: dict[str, str] = client.__dict__.setdefault("tokens", {})
    # One after the other: a process refuses many sign-ins at once.
    async with client.__dict__.setdefault("signing_in", asyncio.Lock()):
        if host not in known:
            fields = {"grant_type": "password", "username": "admin", "password": PASSWORD}
            answer = await client.post("/auth/token", data=fields, headers={"host": host})
            known[host] = answer.json().get("access_token", "")
    return {"authorization": f"Bearer {known[host]}"} if known[host] else {}


def opened(tenants: ServedTenants, name: str) -> ServedTenant:
    return tenants._open[name].tenant


async def test_host_chooses_the_database(client: httpx2.AsyncClient) -> None:
    for host, name in (("a.example", "Ada"), ("b.example:8000", "Ben"), ("B.Example.", "Bea")):
        assert (await ask(client, host, CREATE, name=name))["data"]["contactCreate"]["errors"] == []

    first, second = await ask(client, "WWW.a.example", READ), await ask(client, "b.example", READ)

    assert "Ada" in [item["name"] for item in first["data"]["contacts"]["nodes"]]
    assert [item["name"] for item in second["data"]["contacts"]["nodes"]][-2:] == ["Ben", "Bea"]
    assert "Ada" not in str(second)
    assert "Be" not in "".join(item["name"][:2] for item in first["data"]["contacts"]["nodes"])


async def test_interleaved_requests_of_equal_documents_never_cross(
    client: httpx2.AsyncClient, tenants: ServedTenants, names: tuple[str, str]
) -> None:
    hosts = ["a.example", "b.example"]
    made = await asyncio.gather(
        *(ask(client, hosts[n % 2], CREATE, name=f"{hosts[n % 2]} {n}") for n in range(40))
    )
    for number, answer in enumerate(made):
        record = answer["data"]["contactCreate"]["record"]
        assert record["name"] == f"{hosts[number % 2]} {number}"
        id_ = record["id"]
        renamed = await ask(client, hosts[number % 2], RENAME, id=id_, name=f"x {number}")
        assert renamed["data"]["contactUpdate"]["record"] == {"id": id_, "name": f"x {number}"}

    for turn, host in enumerate(hosts):
        found = (await ask(client, host, READ))["data"]["contacts"]["nodes"]
        ours = [item["name"] for item in found if item["name"].startswith("x ")]
        assert sorted(ours) == sorted(f"x {n}" for n in range(turn, 40, 2))
    counted = await asyncio.gather(
        *(ask(client, hosts[n % 2], BY_NAME, name=f"x {n // 2}") for n in range(80))
    )
    for number, answer in enumerate(counted):
        is_own = number // 2 % 2 == number % 2
        assert answer == {"data": {"contacts": {"totalCount": int(is_own)}}}
    engines = {id(opened(tenants, name)._served.engine) for name in names}
    assert len(engines) == 1


async def test_key_of_an_answer_belongs_to_one_tenant(client: httpx2.AsyncClient) -> None:
    first = await ask(client, "a.example", ONCE, name="Once")
    other = await ask(client, "b.example", ONCE, name="Elsewhere")
    again = await ask(client, "a.example", ONCE, name="Once")

    assert again == first
    assert other["data"]["contactCreate"]["record"]["name"] == "Elsewhere"
    assert (await ask(client, "a.example", BY_NAME, name="Once"))["data"]["contacts"] == {
        "totalCount": 1
    }


async def test_custom_field_of_one_tenant_is_unknown_to_the_other(
    client: httpx2.AsyncClient, tenants: ServedTenants, names: tuple[str, str]
) -> None:
    read = "{ contacts(first: 1, orderBy: [{id: ASC}]) { nodes { xGrade } } }"
    await ask(client, "a.example", CREATE, name="Ada")
    # Both know the document before one of them knows the field.
    for host in ("a.example", "b.example"):
        assert (await ask(client, host, read))["errors"][0]["extensions"]["code"] == (
            "GRAPHQL_VALIDATION_FAILED"
        )
    headers = {"host": "b.example", **await _signed_in(client, "b.example")}
    before = (await client.get("/graphql/schema.graphql", headers=headers)).text

    assert (await ask(client, "a.example", ADD_FIELD))["data"] == {
        "customFieldCreate": {"errors": []}
    }

    for _ in range(3):
        assert (await ask(client, "a.example", read))["data"]["contacts"]["nodes"] == [
            {"xGrade": None}
        ]
        refused = await ask(client, "b.example", read)
        assert refused["errors"][0]["message"].startswith("Cannot query field 'xGrade'")
    response = await client.get("/graphql/schema.graphql", headers=headers)
    assert response.text == before
    assert "xGrade" not in response.text
    own = await _signed_in(client, "a.example")
    assert "xGrade" in (await client.get("/graphql/schema.graphql", headers=own)).text
    engines = [opened(tenants, name)._served.engine for name in names]
    assert engines[0] is not engines[1]
    # The same field makes the same models: they are shared again.
    assert "errors" not in await ask(client, "b.example", ADD_FIELD)
    engines = [opened(tenants, name)._served.engine for name in names]
    assert engines[0] is engines[1]


async def test_tenant_that_is_missing_refuses_and_the_others_answer(
    client: httpx2.AsyncClient,
) -> None:
    answer = await ask(client, "c.example", READ)

    assert answer["errors"][0]["message"] == 'The tenant "missing" cannot be served now.'
    assert (await ask(client, "b.example", READ)).keys() == {"data"}
    ready = [
        (await client.get("/health/ready", headers={"host": host})).json()
        for host in ("a.example", "b.example", "c.example", "10.0.0.1")
    ]
    assert ready == [
        {"status": "ready"},
        {"status": "ready"},
        {"status": "unavailable", "reason": "TENANT_UNAVAILABLE"},
        {"status": "ready"},
    ]


async def test_tenant_is_opened_by_its_first_request_and_closed_when_unused(
    settings: Settings, names: tuple[str, str]
) -> None:
    async with serving(settings.model_copy(update={"tenant_idle": 0.2})) as (tenants, client):
        assert tenants.names == (names[0],)
        assert (await client.get("/health/live", headers={"host": "b.example"})).status_code == 200
        assert tenants.names == (names[0],)
        await ask(client, "b.example", READ)
        assert tenants.names == names
        pool = opened(tenants, names[1])._served.environment.pool

        await asyncio.sleep(0.5)

        assert tenants.names == (names[0],)
        assert pool.size == 0
        assert (await ask(client, "b.example", READ)).keys() == {"data"}


async def test_tenant_unused_for_longest_makes_room(
    settings: Settings, names: tuple[str, str]
) -> None:
    async with serving(settings.model_copy(update={"open_tenants": 2})) as (tenants, client):
        await ask(client, "b.example", READ)
        assert tenants.names == names

        async with tenants.lend(names[1]):
            refused = await client.post(
                "/graphql", json={"query": READ}, headers={"host": "c.example"}
            )
            assert (refused.status_code, refused.json()["errors"][0]["message"]) == (
                503,
                "The server answers for as many tenants as it can.",
            )
            with pytest.raises(TenantUnavailable):
                async with tenants.lend("missing"):
                    pass
        assert tenants.names == names

        await ask(client, "c.example", READ)

        assert tenants.names == (names[0], "missing")


async def test_requests_at_once_open_a_tenant_once(
    client: httpx2.AsyncClient, tenants: ServedTenants, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts: list[str] = []
    startup = ServedTenant.startup

    async def counted(self: ServedTenant) -> None:
        starts.append(self.tenant)
        await startup(self)

    monkeypatch.setattr(ServedTenant, "startup", counted)
    body = {"query": "{ countries { totalCount } }"}
    answers = await asyncio.gather(
        *(client.post("/graphql", json=body, headers={"host": "b.example"}) for _ in range(20))
    )

    assert all(answer.json().keys() == {"data"} for answer in answers)
    assert starts == [tenants.names[1]]


def test_hosts_name_the_default_tenant(cli_settings: Settings) -> None:
    hosts = {"tenant_hosts": "acme=acme.example;beta=beta.example"}

    assert default_tenant(cli_settings.model_copy(update=hosts)) == "acme"
    assert default_tenant(cli_settings.model_copy(update={**hosts, "tenant": "beta"})) == "beta"
    assert default_tenant(cli_settings.model_copy(update={"tenant": "gamma"})) == "gamma"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (
            {"allowed_hosts": "erp.example", "tenant_hosts": "acme=acme.example"},
            "ERP_ALLOWED_HOSTS and ERP_TENANT_HOSTS cannot both be given.",
        ),
        ({"tenant_hosts": "template_a=a.example"}, '"template_a" cannot be the name of a tenant.'),
    ],
)
def test_hosts_that_cannot_be_served_are_refused(
    cli_settings: Settings, given: dict[str, str], message: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        hosts_of(cli_settings.model_copy(update=given))

    assert refused.value.message == message
