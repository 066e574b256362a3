# ruff: noqa: E501 -- one case a line
"""The one-statement way: nested rows with hidden fields, and computed guards."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  clerk: {}
  boss: {implies: [clerk]}
access:
  Order: {clerk: [read, create, update, delete], boss: all}
  Line: {clerk: [read, create, update, delete], boss: all}
---
model: Order
order_by: [id]
fields: {name: {type: Char, required: true}, approved: {type: Boolean, default: false, required: true, groups: [boss]}}
---
model: Line
order_by: [id]
fields:
  order: {type: ManyToOne, to: Order, required: true, on_delete: cascade, inverse: lines}
  price: {type: Integer}
  discount: {type: Integer, groups: [boss]}
"""


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS)
    result = await models.gql(
        'mutation { orderCreate(data: {name: "A", lines: {create: [{price: 4, discount: 1}]}}) { errors { message } } }'
    )
    assert result.errors == []
    return models


@pytest.mark.parametrize(
    "document",
    [
        'mutation { orderCreate(data: {name: "B", lines: {create: [{price: 5, discount: 9}]}}) { errors { code } } }',
        "mutation { orderUpdate(id: 1, data: {approved: true}) { errors { code } } }",
        "mutation { orderUpdate(id: 1, data: {lines: {create: [{price: 5, discount: 9}]}}) { errors { code } } }",
        "mutation { orderUpdate(id: 1, data: {lines: {update: [{id: 1, data: {discount: 9}}]}}) { errors { code } } }",
        "mutation @atomic { orderUpdate(id: 1, data: {approved: true}) { errors { code } } }",
        'mutation { orderUpdate(id: 1, data: {approved: true}) @idempotent(key: "1") { errors { code } } }',
    ],
)
async def test_nested(company: DeclaredModels, document: str) -> None:
    clerk: Any = await company.member("clerk", actor=Actor(user=None))
    boss: Any = await company.member("boss")
    everything = "{ orders { nodes { name approved } } lines { nodes { price discount } } }"
    before = (await boss(everything)).data
    result = await clerk(document)
    assert (await boss(everything)).data == before
    assert result.errors[0]["extensions"]["code"] == "FORBIDDEN_FIELD"


async def test_plain_create_still_works(company: DeclaredModels) -> None:
    clerk: Any = await company.member("clerk", actor=Actor(user=None))
    result = await clerk(
        'mutation { orderCreate(data: {name: "B"}) { record { name } errors { code } } }'
    )
    assert result.errors == []
    assert result.data["orderCreate"]["errors"] == []
    result = await clerk("mutation { orderDuplicate(id: 1) { record { name } errors { code } } }")
    assert result.errors == []
