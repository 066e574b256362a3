# ruff: noqa: E501 -- one case a line
"""Probes of security: each fails where a rule is forgotten on a path."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
access:
  Area: {clerk: [read, create, update], boss: all}
  Shop: {clerk: [read, create, update], boss: all}
  Tag: {clerk: [read, create, update], boss: all}
  Vault:
    clerk: {allow: [read, create], where: Q(is_open=True)}
    boss: all
  Note: {clerk: [read, create, update], boss: all}
---
model: Area
order_by: [id]
fields: {name: {type: Char, required: true}}
---
model: Tag
order_by: [id]
fields: {name: {type: Char, required: true}}
---
model: Shop
order_by: [id]
search: [name, secret]
fields:
  name: {type: Char, required: true}
  rent: {type: Integer, groups: [boss]}
  secret: {type: Char, groups: [boss]}
  title: {type: Char, groups: [boss], translate: true}
  area: {type: ManyToOne, to: Area, inverse: shops, groups: [boss]}
  tags: {type: ManyToMany, to: Tag, inverse: shops, groups: [boss]}
---
model: Vault
order_by: [id]
fields:
  name: {type: Char, required: true}
  is_open: {type: Boolean, required: true, default: true}
---
model: Note
order_by: [id]
fields:
  text: {type: Char, required: true}
  vault: {type: ManyToOne, to: Vault}
  subject: {type: Reference, to: [Vault, Tag]}
"""
DATA = """mutation {
  areaCreateMany(data: [{name: "North"}, {name: "South"}]) { errors { message } }
  tagCreateMany(data: [{name: "Red"}, {name: "Blue"}]) { errors { message } }
  shopCreateMany(data: [
    {name: "One", area: {id: 1}, rent: 5, secret: "xyzzy", tags: {link: [1]}}
    {name: "Two", area: {id: 2}, rent: 9, secret: "plugh"}
  ]) { errors { message } }
  vaultCreateMany(data: [{name: "Open"}, {name: "Shut", isOpen: false}]) { errors { message } }
  noteCreateMany(data: [
    {text: "A", vault: {id: 2}, subject: {vault: 2}}, {text: "B", vault: {id: 1}, subject: {tag: 1}}
    {text: "C"}
  ]) { errors { message } }
}"""


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS)
    result = await models.gql(DATA)
    assert result.errors == []
    assert all(item["errors"] == [] for item in result.data.values()), result.data
    return models


@pytest.fixture
async def clerk(company: DeclaredModels) -> Client:
    return await company.member("clerk", actor=Actor(user=None))


@pytest.fixture
async def boss(company: DeclaredModels) -> Client:
    return await company.member("boss")


def code(result: Any) -> str:
    return result.errors[0]["extensions"]["code"] if result.errors else ""


FIELD = [
    # the fast way
    "mutation { shopUpdate(id: 1, data: {rent: 77}) { errors { code } } }",
    'mutation { shopCreate(data: {name: "N", rent: 77}) { errors { code } } }',
    "mutation { shopUpdate(id: 1, data: {area: {id: 2}}) { errors { code } } }",
    'mutation { shopCreateMany(data: [{name: "N", rent: 77}]) { errors { code } } }',
    # the inverse of a hidden to-one or to-many field
    "{ areas { nodes { shops { nodes { name } } } } }",
    '{ areas(filter: {shops: {some: {name: {eq: "One"}}}}) { nodes { name } } }',
    "{ areas { nodes { shops { totalCount } } } }",
    "{ tags { nodes { shops { nodes { name } } } } }",
    "mutation { areaUpdate(id: 2, data: {shops: {link: [1]}}) { errors { code } } }",
    'mutation { areaUpdate(id: 2, data: {shops: {create: [{name: "N"}]}}) { errors { code } } }',
    'mutation { areaCreate(data: {name: "Q", shops: {create: [{name: "N"}]}}) { errors { code } } }',
    "mutation { tagUpdate(id: 2, data: {shops: {link: [1]}}) { errors { code } } }",
    '{ shops(search: "xyzzy") { nodes { name } } }',
]


@pytest.mark.parametrize("document", FIELD)
async def test_hidden_field(clerk: Client, boss: Client, document: str) -> None:
    everything = "{ shops { nodes { name rent secret areaId tags { nodes { id } } } } }"
    before = (await boss(everything)).data
    result = await clerk(document)
    after = (await boss(everything)).data
    assert after == before
    assert code(result) == "FORBIDDEN_FIELD", result.data


async def test_reference_typename_of_hidden(clerk: Client) -> None:
    result = await clerk(
        "{ notes { nodes { text vaultId subject { __typename ... on Vault { name } ... on Tag { name } } } } }"
    )
    assert result.data["notes"]["nodes"][0] == {"text": "A", "vaultId": None, "subject": None}


async def test_q_on_hidden_to_one(clerk: Client) -> None:
    result = await clerk('{ notes(q: "Q(vault__isnull=False)") { nodes { text } } }')
    assert [i["text"] for i in result.data["notes"]["nodes"]] == ["B"]


async def test_duplicate_of_record_with_hidden_fields(clerk: Client) -> None:
    result = await clerk("mutation { shopDuplicate(id: 1) { record { name } errors { code } } }")
    assert result.errors == []


async def test_replay_with_less(company: DeclaredModels) -> None:
    boss = await company.member("boss", actor=Actor(user=None))
    doc = 'mutation { vaultCreate(data: {name: "V", isOpen: true}) @idempotent(key: "k") { record { id name isOpen } errors { code } } }'
    doc = 'mutation { vaultCreate(data: {name: "V", isOpen: false}) @idempotent(key: "k") { record { id name isOpen } errors { code } } }'
    await boss(doc)
    clerk = await company.member("clerk", actor=Actor(user=None))
    two = await clerk(doc)
    assert not two.data or not two.data["vaultCreate"]["record"]
