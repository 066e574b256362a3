"""Cost units: who pays, how many, and what happens when there are none left."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from graphql_erp.api.call import Call
from graphql_erp.api.meter import Meter
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import RateLimited
from graphql_erp.security.actor import Actor
from graphql_erp.security.request_facts import RequestFacts
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Lead
    fields: {name: {type: Char, required: true}}
"""
COUNT = "{ leads { totalCount } }"
CREATE = 'mutation { leadCreate(data: {name: "a"}) { record { id } errors { code } } }'

As = Callable[..., Client]


@pytest.fixture
async def client(models: DeclaredModels) -> Client:
    models.declare(MODELS)
    return await models.client()


def allowing(client: Client, **allowances: int) -> As:
    """Let accounts have so many units; give clients of tenants, users, keys and addresses."""
    client.engine.meter = Meter(allowances)

    def acting(
        user: int | None = None, key: int | None = None, ip: str | None = None, tenant: str = "t"
    ) -> Client:
        environment = replace(
            client.environment,
            tenant=tenant,
            actor=Actor(user=user, key=key),
            request=RequestFacts(ip=ip),
        )
        return Client(client.engine, environment)

    return acting


async def asked(client: Client, document: str = COUNT) -> list[str]:
    return (await client(document)).codes


async def test_user_with_no_units_left_is_refused_for_a_while(
    client: Client, models: DeclaredModels
) -> None:
    acting = allowing(client, user=30)
    # Each costs 10 units, and a lump of a hundredth of 30 is one.
    assert [await asked(acting(user=1)) for _ in range(3)] == [[], [], []]
    models.queries.clear()

    result = await acting(user=1)(COUNT)

    assert (result.answer.status, result.answer.has_data) == (429, False)
    assert result.codes == ["RATE_LIMITED"]
    assert result.errors[0]["message"] == (
        "This user asked for more in a minute than its limit allows."
    )
    assert 1 <= (result.answer.retry_after or 0) <= 60
    assert models.queries.count == 0
    assert await asked(acting(user=1)) == ["RATE_LIMITED"]


async def test_others_pay_for_themselves(client: Client) -> None:
    acting = allowing(client, user=10, key=10, address=10)
    assert await asked(acting(user=1, key=1, ip="192.0.2.1")) == []

    assert await asked(acting(user=1)) == ["RATE_LIMITED"]
    assert await asked(acting(key=1)) == ["RATE_LIMITED"]
    assert await asked(acting(ip="192.0.2.1")) == ["RATE_LIMITED"]
    assert await asked(acting(user=2, key=2, ip="192.0.2.2")) == []
    assert await asked(acting(user=1, key=1, ip="192.0.2.1", tenant="other")) == []


async def test_network_of_an_ipv6_address_pays_together(client: Client) -> None:
    acting = allowing(client, address=10)
    assert await asked(acting(ip="2001:db8::1")) == []

    assert await asked(acting(ip="2001:db8::ffff:1")) == ["RATE_LIMITED"]
    assert await asked(acting(ip="2001:db8:0:1::1")) == []
    assert await asked(acting(ip="::ffff:192.0.2.9")) == []
    assert await asked(acting(ip="192.0.2.9")) == ["RATE_LIMITED"]


async def test_refused_mutation_changes_nothing(client: Client) -> None:
    acting = allowing(client, user=150)
    assert await asked(acting(user=1), CREATE) == []

    assert await asked(acting(user=1), CREATE) == ["RATE_LIMITED"]

    assert (await client(COUNT)).data == {"leads": {"totalCount": 1}}


@pytest.mark.parametrize(
    ("document", "cost"),
    [
        ("{ __typename }", 10),
        (COUNT, 10),
        ("{ leads(first: 40) { nodes { id } } }", 50),
        (CREATE, 110),
        (f"mutation {{ ...M }} fragment M on Mutation {{ a: {CREATE[11:-1]} b: __typename }}", 210),
    ],
)
async def test_cost_is_what_may_be_returned_and_what_is_written(
    client: Client, document: str, cost: int
) -> None:
    acting = allowing(client, user=10_000)
    call = Call(document)

    assert (await acting(user=1).call(call)).codes == []

    assert call.told.cost == cost


@pytest.mark.parametrize(
    "document", ["{", "{ nothing }", "{ leads(first: 501) { nodes { id } } }", "query A {a} {b}"]
)
async def test_refused_documents_are_paid_for_too(client: Client, document: str) -> None:
    acting = allowing(client, user=30)

    codes = [await asked(acting(user=1), document) for _ in range(4)]

    assert "RATE_LIMITED" not in codes[0] + codes[1] + codes[2]
    assert codes[3] == ["RATE_LIMITED"]


async def test_request_dearer_than_the_allowance_is_never_answered(client: Client) -> None:
    acting = allowing(client, user=50)

    assert await asked(acting(user=1), "{ leads(first: 100) { nodes { id } } }") == ["RATE_LIMITED"]


async def test_no_limit_keeps_no_accounts(client: Client) -> None:
    acting = allowing(client, user=0, key=0, address=0)

    for _ in range(5):
        assert await asked(acting(user=1, key=1, ip="192.0.2.1")) == []

    assert client.engine.meter._accounts == {}


async def test_accounts_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graphql_erp.api.meter._MAX_ACCOUNTS", 10)
    meter = Meter({"address": 1_000})

    for number in range(50):
        await meter.charge((("address", "t", str(number)),), 1)

    assert len(meter._accounts) == 10


async def test_small_amounts_are_gathered() -> None:
    meter = Meter({"user": 1_000})
    key = ("user", "t", "1")

    for _ in range(1_000):
        await meter.charge((key,), 1)
    for _ in range(9):
        await meter.charge((key,), 1)
    with pytest.raises(RateLimited):
        await meter.charge((key,), 1)


async def test_accounts_are_those_of_user_key_and_address(client: Client) -> None:
    environment: Environment = replace(
        client.environment,
        tenant="demo",
        actor=Actor(user=3, key=5),
        request=RequestFacts(ip="192.0.2.1"),
    )
    meter = Meter({"user": 1, "key": 1, "address": 1})

    assert meter.keys(environment) == (
        ("user", "demo", "3"),
        ("key", "demo", "5"),
        ("address", "demo", "192.0.2.1"),
    )
