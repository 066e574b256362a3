"""Links written from the other side; hints of Q for those who may not introspect."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
  guest: {kind: portal}
access:
  Team: {clerk: [read, update, create], boss: all}
  Doc: {clerk: {allow: [read]}, boss: all, guest: [read]}
---
model: Team
order_by: [id]
fields: {name: {type: Char, required: true}}
---
model: Doc
order_by: [id]
fields:
  name: {type: Char, required: true}
  salary_of_boss: {type: Integer, groups: [boss]}
  teams: {type: ManyToMany, to: Team, inverse: docs}
"""
DATA = """mutation {
  teamCreateMany(data: [{name: "T1"}, {name: "T2"}]) { errors { message } }
  docCreateMany(data: [{name: "D", teams: {link: [1]}}]) { errors { message } }
}"""


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS, development=False)
    result = await models.gql(DATA)
    assert result.errors == []
    return models


@pytest.mark.parametrize(
    "document",
    [
        "mutation { docUpdate(id: 1, data: {teams: {link: [2]}}) { errors { code } } }",
        "mutation { teamUpdate(id: 2, data: {docs: {link: [1]}}) { errors { code } } }",
        "mutation { teamUpdate(id: 1, data: {docs: {unlink: [1]}}) { errors { code } } }",
        "mutation { teamUpdate(id: 1, data: {docs: {set: []}}) { errors { code } } }",
        'mutation { teamCreate(data: {name: "x", docs: {link: [1]}}) { errors { code } } }',
    ],
)
async def test_links(company: DeclaredModels, document: str) -> None:
    clerk = await company.member("clerk", actor=Actor(user=None))
    boss = await company.member("boss")
    everything = "{ docs { nodes { name version teams { nodes { id } } } } }"
    before = (await boss(everything)).data
    await clerk(document)
    assert (await boss(everything)).data == before


async def test_hint(company: DeclaredModels) -> None:
    guest = await company.member("guest", actor=Actor(user=None))
    result: Any = await guest('{ docs(q: "Q(salary_of_bos=1)") { totalCount } }')
    await guest("{ docs(filter: {salaryOfBos: {eq: 1}}) { totalCount } }")
    assert "salary_of_boss" not in str(result.errors)
