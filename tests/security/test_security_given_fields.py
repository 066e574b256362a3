# ruff: noqa: E501 -- one case a line
"""References and setters limited to groups."""

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
access:
  Tag: {clerk: [read, create, update, delete], boss: all}
  Hat: {clerk: [read, create, update, delete], boss: all}
  Note: {clerk: [read, create, update, delete], boss: all}
---
model: Tag
order_by: [id]
fields: {name: {type: Char, required: true, unique: true, groups: [boss]}, title: Char}
---
model: Hat
order_by: [id]
fields: {name: {type: Char, required: true}}
---
model: Note
order_by: [id]
fields:
  text: {type: Char, required: true}
  wage: {type: Integer, groups: [boss]}
  monthly: {type: Integer, groups: [boss]}
  half: {type: Integer}
  subject: {type: Reference, to: [Tag, Hat], groups: [boss]}
"""
PYTHON = """
from graphql_erp import Model, computed

class Note(Model):
    @computed("monthly")
    def half(self) -> int | None:
        return None if self.monthly is None else self.monthly // 2

    @half.inverse
    def set_half(self, value: int | None) -> None:
        self.monthly = None if value is None else value * 2
"""
DATA = """mutation {
  tagCreateMany(data: [{name: "Red", title: "r"}, {name: "Blue", title: "b"}]) { errors { message } }
  noteCreateMany(data: [{text: "A", wage: 7, monthly: 4, subject: {tag: 1}}]) { errors { message } }
}"""

DOCS = [
    "{ notes { nodes { subject { __typename } } } }",
    "{ notes { nodes { subject { ... on Hat { name } } } } }",
    "{ notes(filter: {subject: {isnull: false}}) { totalCount } }",
    "mutation { noteUpdate(id: 1, data: {subject: {tag: 2}}) { errors { code } } }",
    'mutation { noteCreate(data: {text: "x", subject: {tag: 2}}) { errors { code } } }',
    'mutation { noteCreateMany(data: [{text: "x", subject: {tag: 2}}]) { errors { code } } }',
    "mutation { noteUpdateMany(target: {ids: [1]}, data: {subject: {tag: 2}}) { errors { code } } }",
    '{ tag(by: {name: "Red"}) { id } }',
    'mutation { tagUpsert(data: [{name: "Red", title: "x"}], on: [NAME]) { errors { code } } }',
    "{ tags { nodes { displayName } } }",
]


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS)
    result = await models.gql(DATA)
    assert result.errors == []
    assert all(item["errors"] == [] for item in result.data.values()), result.data
    return models


@pytest.mark.parametrize("document", DOCS)
async def test_third(company: DeclaredModels, document: str) -> None:
    document = document.replace("\\", "")
    clerk = await company.member("clerk", actor=Actor(user=None))
    boss = await company.member("boss")
    everything = (
        "{ notes { nodes { text wage monthly subject { __typename ... on Tag { id } } } } }"
    )
    before = (await boss(everything)).data
    result = await clerk(document)
    assert (await boss(everything)).data == before
    assert result.errors
