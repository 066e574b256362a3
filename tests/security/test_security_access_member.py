# ruff: noqa: E501 -- one case a line
"""`_access` tells what one may do with a model and with a record, as writing would decide it."""

import random
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

GRANTS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
access:
  Area: {clerk: [read], boss: all}
  Shop:
    clerk: {allow: [read, update], where: Q(is_open=True)}
    boss: all
  Sale:
    clerk:
      - [read]
      - {allow: [create, update], where: Q(amount__lt=50) & Q(shop__area__name="North")}
      - {allow: [delete], where: Q(amount__lt=10)}
    boss: all
  Note: {boss: all}
rules:
  no_bargains: {model: Sale, where: Q(amount__gt=1)}
"""
DRAWN_GRANTS = """
groups: {{boss: {{}}, drawn: {{}}}}
access:
  Area: {{drawn: all}}
  Shop: {{drawn: all}}
  Sale: {{drawn: [[read], {grants}]}}
rules:
  drawn: {{model: Sale, where: '{rule}'}}
"""
MODELS = """
---
model: Area
fields: {name: {type: Char, required: true}}
---
model: Shop
order_by: [id]
fields:
  name: {type: Char, required: true}
  is_open: {type: Boolean, required: true, default: true}
  area: {type: ManyToOne, to: Area, inverse: shops}
  rent: {type: Integer, groups: [boss]}
  yearly: {type: Integer, compute: rent * 12}
---
model: Sale
order_by: [id]
fields:
  amount: {type: Integer, required: true}
  shop: {type: ManyToOne, to: Shop, inverse: sales}
  grade: Char
  spare: Integer
---
model: Note
api: read
fields: {text: {type: Char, required: true}, shop: {type: ManyToOne, to: Shop, inverse: notes}}
"""
PYTHON = """
from graphql_erp import Model, query

class Sale(Model):
    @query
    async def doubled(self) -> int:
        '''Double.'''
        return 2 * self.amount
"""
DATA = """mutation {
  areaCreateMany(data: [{name: "North"}, {name: "South"}]) { errors { message } }
  shopCreateMany(data: [
    {name: "Open", area: {id: 1}, rent: 5}
    {name: "Closed", isOpen: false, area: {id: 1}, rent: 9}
    {name: "Far", area: {id: 2}}
  ]) { errors { message } }
  saleCreateMany(data: [
    {amount: 5, shop: {id: 1}}, {amount: 60, shop: {id: 1}}, {amount: 20, shop: {id: 2}}
    {amount: 7, shop: {id: 3}}, {amount: 8}
  ]) { errors { message } }
}"""
BOOLEANS = "_access { create read update delete }"


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(GRANTS + MODELS, python=PYTHON)
    result = await models.gql(DATA)
    assert result.errors == []
    models.queries.clear()
    return models


@pytest.fixture
async def clerk(company: DeclaredModels) -> Client:
    return await company.member("clerk", actor=Actor(user=None))


@pytest.fixture
async def boss(company: DeclaredModels) -> Client:
    return await company.member("boss")


def told(word: str) -> dict[str, bool]:
    """Return an answer from the initials of what is granted."""
    return {name: name[0] in word for name in ("create", "read", "update", "delete")}


SALES = [told("crud"), told("r"), told("cru"), told("rd"), told("rd")]


@pytest.mark.parametrize("more", ["", "doubled"], ids=["sql", "rows"])
async def test_records_tell_what_their_values_allow_in_one_statement(
    company: DeclaredModels, clerk: Client, more: str
) -> None:
    result = await clerk(f"{{ sales {{ nodes {{ id {more} {BOOLEANS} }} }} }}")

    assert result.errors == []
    assert [node["_access"] for node in result.data["sales"]["nodes"]] == SALES
    assert company.queries.count == 1


async def test_access_is_a_member_at_every_depth(clerk: Client) -> None:
    document = f"""{{
      shops {{ nodes {{ {BOOLEANS} sales(first: 1) {{ edges {{ node {{ {BOOLEANS} shop {{ {BOOLEANS} }} }} }} }} }} }}
      node(nodeId: "U2FsZToy") {{ ... on Record {{ {BOOLEANS} }} }}
      sales {{ groups(by: [{{field: SHOP}}]) {{ nodes {{ key {{ shop {{ {BOOLEANS} }} }} records(first: 1) {{ nodes {{ {BOOLEANS} }} }} }} }} }}
    }}"""
    result = await clerk(document)

    assert result.errors == []
    first, last = result.data["shops"]["nodes"]
    assert first == {
        "_access": told("ru"),
        "sales": {"edges": [{"node": {"_access": SALES[0], "shop": {"_access": told("ru")}}}]},
    }
    assert last["sales"]["edges"][0]["node"]["_access"] == SALES[3]
    assert result.data["node"] == {"_access": SALES[1]}
    groups = result.data["sales"]["groups"]["nodes"]
    assert [group["records"]["nodes"][0]["_access"] for group in groups] == [
        SALES[0],
        SALES[3],
        SALES[2],
    ]
    assert groups[0]["key"] == {"shop": {"_access": told("ru")}}
    assert groups[2]["key"] == {"shop": None}


async def test_payloads_tell_it_of_the_record_as_it_became(clerk: Client) -> None:
    document = (
        "mutation { saleUpdate(id: 1, data: {amount: 12}) { record { %s } errors { code } } }"
    )
    result = await clerk(document % BOOLEANS)

    assert result.errors == []
    assert result.data["saleUpdate"] == {"record": {"_access": told("cru")}, "errors": []}


async def test_models_tell_what_is_granted_on_some_record(
    company: DeclaredModels, clerk: Client, boss: Client
) -> None:
    document = f"{{ sales {{ {BOOLEANS} }} areas {{ {BOOLEANS} }} }}"

    assert (await clerk(document)).data == {
        "sales": {"_access": told("crud")},
        "areas": {"_access": told("r")},
    }
    assert (await boss(document)).data == {
        "sales": {"_access": told("crud")},
        "areas": {"_access": told("crud")},
    }
    assert company.queries.count == 4  # one per root field


async def test_what_the_schema_does_not_offer_is_granted_to_nobody(
    boss: Client, company: DeclaredModels
) -> None:
    elevated = await company.client()
    document = f"{{ notes {{ {BOOLEANS} }} }}"

    assert (await boss(document)).data == {"notes": {"_access": told("r")}}
    assert (await elevated(document)).data == {"notes": {"_access": told("r")}}


async def test_fields_are_those_that_may_be_used(clerk: Client, boss: Client) -> None:
    document = (
        "{ shops(first: 1) { _access { fields } nodes { _access { all: fields __typename } } } }"
    )
    system = {"id", "displayName", "version", "createdAt", "updatedAt", "sales"}
    own = {"name", "isOpen", "area"}

    theirs = (await clerk(document)).data["shops"]
    assert set(theirs["_access"]["fields"]) == system | own
    assert theirs["nodes"] == [
        {"_access": {"all": theirs["_access"]["fields"], "__typename": "RecordAccess"}}
    ]
    assert set((await boss(document)).data["shops"]["_access"]["fields"]) == system | own | {
        "rent",
        "yearly",
        "notes",
    }


CONDITIONS = [
    'Q(shop__area__name="North")', "Q(amount__gt=6)", "Q(grade__isnull=True)", 'Q(grade__neq="x")',
    "~Q(amount__lt=8)", 'Q(shop__is_open=True) | Q(grade="x")', "Q(shop__rent=5)", "Q()",
    "Q(shop__sales__count__gt=1)", "Q(shop__sales__some__amount__gt=50)",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(16))
async def test_access_is_what_writing_allows(
    declare: Declare, models: DeclaredModels, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - repeatable data

    def grant(operation: str) -> str:
        return f"{{allow: [{operation}], where: '{chance.choice(CONDITIONS)}'}}"

    names = [name for name in ("read", "update", "delete", "update") if chance.random() < 0.8]
    grants, rule = ", ".join(map(grant, names)), chance.choice(CONDITIONS)
    declare(DRAWN_GRANTS.format(grants=grants, rule=rule) + MODELS, python=PYTHON)
    assert (await models.gql(DATA)).errors == []
    graded = 'mutation { saleUpdate(id: 1, data: {grade: "x"}) { errors { code } } }'
    assert (await models.gql(graded)).errors == []
    member = await models.member("drawn")

    shown = await member("{ sales { nodes { id _access { update } } } }")
    assert shown.errors == []
    for node in shown.data["sales"]["nodes"]:
        # Nothing a condition speaks of changes.
        codes = await codes_of(member, f"saleUpdate(id: {node['id']}, data: {{spare: 1}})")
        assert codes == ([] if node["_access"]["update"] else ["FORBIDDEN"]), (rule, grants)
    for node in shown.data["sales"]["nodes"]:
        # Deleting one changes what conditions over the others' shop find.
        now = await member(f"{{ sale(by: {{id: {node['id']}}}) {{ _access {{ delete }} }} }}")
        codes = await codes_of(member, f"saleDelete(id: {node['id']})")
        if now.data["sale"] is None:
            assert codes in (["NOT_FOUND"], ["FORBIDDEN"])
        else:
            assert codes == ([] if now.data["sale"]["_access"]["delete"] else ["FORBIDDEN"])


async def codes_of(client: Client, call: str) -> list[Any]:
    result = await client(f"mutation {{ done: {call} {{ errors {{ code }} }} }}")
    if result.errors:
        return list(result.codes)
    return [error["code"] for error in result.data["done"]["errors"]]
