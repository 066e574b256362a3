# ruff: noqa: E501 -- one case a line
"""A read-denied model, and a stored to-one computed through a hidden record; rules over links."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups: {clerk: {}, boss: {implies: [clerk]}}
access:
  Team: {clerk: [read, update], boss: all}
  Doc:
    clerk: [{allow: [read]}, {allow: [update], where: Q(teams__name="mine")}]
    boss: all
---
model: Team
order_by: [id]
fields: {name: {type: Char, required: true}}
---
model: Doc
order_by: [id]
fields:
  name: {type: Char, required: true}
  teams: {type: ManyToMany, to: Team, inverse: docs}
"""


async def test_nobody_lets_himself_in_by_a_link(declare: Declare, models: DeclaredModels) -> None:
    declare(MODELS)
    await models.gql(
        'mutation { teamCreate(data: {name: "mine"}) { errors { message } } docCreate(data: {name: "D"}) { errors { message } } }'
    )
    clerk: Any = await models.member("clerk", actor=Actor(user=None))
    update = 'mutation { docUpdate(id: 1, data: {name: "taken"}) { errors { code } } }'
    assert (await clerk(update)).data["docUpdate"]["errors"] == [{"code": "FORBIDDEN"}]
    await clerk("mutation { teamUpdate(id: 1, data: {docs: {link: [1]}}) { errors { code } } }")
    result = await clerk(update)
    assert result.data["docUpdate"]["errors"] == [{"code": "FORBIDDEN"}]
