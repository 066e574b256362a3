# ruff: noqa: E501 -- one case a line
"""A method may be called on records that leave its condition before they are locked."""

import asyncio
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups: {clerk: {}, boss: {implies: [clerk]}}
access:
  Task:
    clerk: [{allow: [read]}, {allow: [push], where: Q(is_open=True)}]
    boss: all
---
model: Task
fields: {name: {type: Char, required: true}, is_open: {type: Boolean, required: true, default: true}, pushed: {type: Integer, required: true, default: 0}}
"""
PYTHON = """
from typing import Self
from graphql_erp import Model, mutation

class Task(Model):
    @mutation
    async def push(self) -> Self:
        "Push it."
        await self.env.elevated().update_records([self], {"pushed": self.pushed + 1})
        return self
"""


async def test_condition_holds_when_the_method_is_called(
    declare: Declare, models: DeclaredModels
) -> None:
    declare(MODELS, python=PYTHON)
    await models.gql('mutation { taskCreate(data: {name: "A"}) { errors { message } } }')
    clerk: Any = await models.member("clerk", actor=Actor(user=None))
    pool = await models.pool()
    async with pool.acquire() as other:
        await other.execute("BEGIN")
        await other.execute("UPDATE task SET is_open = false WHERE id = 1")
        call = asyncio.ensure_future(
            clerk("mutation { taskPush(id: 1) { record { pushed isOpen } errors { code } } }")
        )
        await asyncio.sleep(0.5)
        await other.execute("COMMIT")
    result = await call
    assert result.data["taskPush"]["errors"] == [{"code": "FORBIDDEN"}]
