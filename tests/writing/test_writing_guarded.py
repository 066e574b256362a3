# ruff: noqa: E501 -- one case a line
"""Small writes under access and rules: in one statement they do what the general way does."""

import random
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

GRANTS = """
groups: {{clerk: {{}}}}
access:
  Area: {{clerk: [{{allow: [read], where: '{area}'}}]}}
  Shop:
    clerk:
      - {{allow: [read], where: '{read}'}}
      - {{allow: [create], where: '{create}'}}
      - {{allow: [update], where: '{update}'}}
  Sale:
    clerk:
      - {{allow: [read, update], where: '{sale}'}}
      - {{allow: [create], where: '{line}'}}
  Company: {{clerk: [read]}}
rules:
  own_companies:
    models_with: company
    where: Q(company__isnull=True) | Q(company__in=companies)
"""
MODELS = """
model: Company
fields: {name: {type: Char, required: true}}
---
model: Area
fields: {name: {type: Char, required: true}, keeper: {type: ManyToOne, to: Company}}
---
model: Shop
order_by: [id]
fields:
  side: {type: Char, required: true}
  name: {type: Char, max_length: 9, translate: true}
  is_open: {type: Boolean, required: true, default: true}
  rent: {type: Decimal, digits: [10, 2]}
  double: {type: Decimal, digits: [10, 2], compute: rent * 2}
  area: {type: ManyToOne, to: Area, inverse: shops}
  company: {type: ManyToOne, to: Company}
---
model: Sale
order_by: [id]
fields:
  amount: {type: Decimal, digits: [10, 1]}
  shop: {type: ManyToOne, to: Shop, required: true, inverse: sales, on_delete: cascade}
  area: {type: ManyToOne, to: Area}
"""
AREAS = ["Q()", 'Q(name__neq="South")', 'Q(keeper__name="1")']
SHOPS = [
    "Q()", "Q(is_open=True)", "Q(rent__lt=50) | Q(rent__isnull=True)", '~Q(name__icontains="x")',
    "Q(area__isnull=False)", 'Q(area__name="North") | Q(area__isnull=True)', "Q(double__lt=100)",
    "~Q(rent__gte=50)", "Q(sales__count__lt=2)",
]  # fmt: skip
SALES = ["Q()", "Q(amount__lt=5)", "Q(area__isnull=True)", "~Q(amount=5)", "Q(shop__is_open=True)"]
ME = Actor(companies=(1, 2), company=1)
RECORD = "record { name isOpen rent double areaId companyId sales { nodes { amount areaId } } }"
CREATE = f"mutation($data: ShopCreateInput!) {{ one: shopCreate(data: $data) {{ {RECORD} errors {{ code path }} }} }}"
CREATE_MANY = f"mutation($data: [ShopCreateInput!]!) {{ many: shopCreateMany(data: $data) {{ results {{ {RECORD} }} errors {{ code path }} }} }}"
UPDATE = f"mutation($id: ID!, $data: ShopUpdateInput!) {{ one: shopUpdate(id: $id, data: $data) {{ {RECORD} errors {{ code path }} }} }}"
UPDATE_EACH = f"mutation($items: [ShopUpdateItem!]!) {{ many: shopUpdateEach(items: $items) {{ results {{ {RECORD} }} errors {{ code path }} }} }}"
ALL = "query($side: String!) { shops(filter: {side: {eq: $side}}, first: 200) { nodes { name isOpen rent areaId companyId version translations sales { nodes { amount areaId } } } } sales { totalCount } }"


def shop(chance: random.Random) -> dict[str, Any]:
    values = {
        "name": chance.choice(["a", "ax", "b", None]),
        "isOpen": chance.choice([True, True, False]),
        "rent": chance.choice(["1", "49.99", "50", "70", None]),
        "area": chance.choice([{"id": "1"}, {"id": "2"}, {"id": "9"}, None]),
        "company": chance.choice([{"id": "1"}, {"id": "1"}, {"id": "3"}, None]),
    }
    return {name: values[name] for name in chance.sample(sorted(values), chance.randint(1, 4))}


def line(chance: random.Random) -> dict[str, Any]:
    area = chance.choice([{}, {}, {"area": {"id": str(chance.randint(1, 2))}}])
    return {"amount": chance.choice(["1", "5", "9", None]), **area}


async def told(client: Client, document: str, **variables: Any) -> Any:
    """Return what a call says, the same way for one record and for many."""
    result = await client(document, **variables)
    if result.errors:
        assert set(result.codes) <= {"FORBIDDEN", "FORBIDDEN_FIELD"}
        return result.codes
    (payload,) = result.data.values()
    records = payload.get("results") or [payload]
    problems = [
        (item["code"], [name for name in item["path"] or () if name != "data"][-1:])
        for item in payload["errors"]
    ]
    return problems or [item["record"] for item in records]


@pytest.mark.parametrize(
    "seed", [*range(8), *(pytest.param(s, marks=pytest.mark.long) for s in range(8, 150))]
)
async def test_one_statement_does_what_the_general_way_does(
    declare: Declare, models: DeclaredModels, queries: Queries, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable data
    # Every other time conditions speak of nothing but the row.
    most = (4, 2, 4) if seed % 2 else (len(SHOPS), len(AREAS), len(SALES))
    drawn = {name: chance.choice(SHOPS[: most[0]]) for name in ("read", "create", "update")}
    drawn["area"] = chance.choice(AREAS[: most[1]])
    drawn |= {name: chance.choice(SALES[: most[2]]) for name in ("sale", "line")}
    declare(GRANTS.format(**drawn), MODELS)
    await models.gql(
        'mutation { companyCreateMany(data: [{name: "1"}, {name: "2"}, {name: "3"}]) { affected } areaCreateMany(data: [{name: "North", keeper: {id: 1}}, {name: "South"}]) { affected } }'
    )
    rows = [shop(chance) for _ in range(10)]
    first = [{"area": None, **row, "side": side} for row in rows for side in ("one", "many")]
    for row in first:
        row["area"] = None if row["area"] == {"id": "9"} else row["area"]
    await models.gql(
        "mutation($data: [ShopCreateInput!]!) { shopCreateMany(data: $data) { affected } }",
        data=first,
    )
    clerk, elevated = await models.member("clerk", actor=ME), await models.client()

    at_once = written = 0
    for _ in range(24):
        data = shop(chance)
        queries.clear()
        if chance.random() < 0.5:
            lines = [line(chance) for _ in range(chance.randint(0, 2))]
            data |= {"sales": {"create": lines}} if lines else {}
            one = await told(clerk, CREATE, data={**data, "side": "one"})
            sent = list(queries.texts)
            many = await told(clerk, CREATE_MANY, data=[{**data, "side": "many"}])
        else:
            number = 2 * chance.randrange(10) + 1
            one = await told(clerk, UPDATE, id=number, data=data)
            sent = list(queries.texts)
            many = await told(clerk, UPDATE_EACH, items=[{"id": number + 1, "data": data}])
        assert one == many, (drawn, data, sent)
        is_done = isinstance(one[0], dict) or one[0] is None
        written += is_done
        at_once += is_done and len(sent) == 1
    found = [(await elevated(ALL, side=side)).data["shops"] for side in ("one", "many")]
    assert found[0] == found[1], drawn
    if seed % 2:
        assert at_once or not written, drawn


COMPANY = """
groups: {clerk: {}}
access: {Shop: {clerk: all}, Sale: {clerk: all}, Area: {clerk: [{allow: [read], where: 'Q(name__neq="South")'}]}, Company: {clerk: [read]}}
rules:
  own_companies:
    models_with: company
    where: Q(company__isnull=True) | Q(company__in=companies)
"""


@pytest.fixture
async def clerk(declare: Declare, models: DeclaredModels) -> Client:
    declare(COMPANY, MODELS)
    await models.gql(
        'mutation { companyCreateMany(data: [{name: "1"}, {name: "2"}, {name: "3"}]) { affected } areaCreateMany(data: [{name: "North", keeper: {id: 1}}, {name: "South"}]) { affected } }'
    )
    await models.gql(
        'mutation { shopCreateMany(data: [{side: "s", company: {id: 1}}, {side: "s", company: {id: 3}}]) { affected } }'
    )
    return await models.member("clerk", actor=ME)


AT_ONCE = [
    (CREATE, {"data": {"side": "s", "company": {"id": "1"}, "area": {"id": "1"}, "sales": {"create": [{"amount": "1"}, {"amount": "2", "area": {"id": "1"}}]}}}),
    (UPDATE, {"id": "1", "data": {"rent": "5", "company": {"id": "2"}}}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables"), AT_ONCE, ids=["create", "update"])
async def test_company_separation_leaves_small_writes_one_statement(
    clerk: Client, queries: Queries, document: str, variables: dict[str, Any]
) -> None:
    queries.clear()
    result = await clerk(document, **variables)

    assert result.errors == []
    assert result.data["one"]["errors"] == []
    assert result.data["one"]["record"]["areaId"] == (variables["data"].get("area") or {}).get("id")
    assert queries.count == len(queries.sent) == 1


REFUSED = [
    (CREATE, {"data": {"side": "s", "company": {"id": "3"}}}, "FORBIDDEN"),
    (CREATE, {"data": {"side": "s", "area": {"id": "2"}}}, "NOT_FOUND"),
    (CREATE, {"data": {"side": "s", "sales": {"create": [{"amount": "1"}, {"area": {"id": "2"}}]}}}, "NOT_FOUND"),
    (UPDATE, {"id": "2", "data": {"rent": "5"}}, "NOT_FOUND"),
    (UPDATE, {"id": "1", "data": {"area": {"id": "2"}}}, "NOT_FOUND"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "variables", "code"), REFUSED)
async def test_what_is_not_allowed_writes_nothing(
    clerk: Client, models: DeclaredModels, document: str, variables: dict[str, Any], code: str
) -> None:
    before = await models.gql(ALL, side="s")
    result = await clerk(document, **variables)

    assert [error["code"] for error in result.data["one"]["errors"]] == [code]
    assert (await models.gql(ALL, side="s")).data == before.data
