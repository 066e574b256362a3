"""Methods on records that may not be read, at the same time, and extended by other modules."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from graphql_erp.declarations.discover import load_modules
from graphql_erp.expressions.tree import Literal, Lookup
from graphql_erp.expressions.tree import Path as FieldPath
from graphql_erp.registry.build import build_registry
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.permissions import reading

pytestmark = pytest.mark.anyio

MODELS = """
    model: Lead
    fields:
      name: {type: Char, required: true}
      count: {type: Integer, required: true, default: 0}
      secret: {type: Boolean, required: true, default: false}
"""
PYTHON = """
    from typing import Self

    from graphql_erp import Environment, Model, mutation, query


    class Lead(Model):
        @mutation
        async def add(self) -> None:
            '''Count one more.'''
            await self.update(count=self.count + 1)

        @mutation
        async def join(self, other: "Lead") -> str:
            '''Put two names together.'''
            return self.name + other.name

        @query
        async def everybody(self) -> list[Self]:
            '''Return all leads, hidden ones too.'''
            return await self.env.elevated()["Lead"].order_by("id").all()

        @query
        async def first(self) -> Self | None:
            '''Return the first lead, which may be hidden.'''
            return await self.env.elevated()["Lead"].order_by("id").first()
"""
VISIBLE = reading(
    {"Lead": Lookup(FieldPath(("secret",)), "eq", Literal(False))},  # noqa: FBT003
)


@pytest.fixture
async def visible(declare: Declare, models: DeclaredModels, gql: Gql) -> Client:
    """Give a client who may not read lead 1."""
    declare(MODELS, python=PYTHON)
    await gql(
        'mutation { leadCreateMany(data: [{name: "X", secret: true}, {name: "Y"}])'
        " { errors { code } } }"
    )
    client = await models.client()
    return replace(client, environment=replace(client.environment, permission=VISIBLE))


async def test_method_on_a_hidden_record_finds_none(visible: Client, gql: Gql) -> None:
    result = await visible("mutation { leadAdd(id: 1) { record { id } errors { code path } } }")

    errors = [{"code": "NOT_FOUND", "path": ["id"]}]
    assert result.data == {"leadAdd": {"record": None, "errors": errors}}
    assert (await gql("{ lead(by: {id: 1}) { count } }")).data == {"lead": {"count": 0}}


async def test_hidden_record_as_an_argument_is_not_found(visible: Client) -> None:
    result = await visible(
        "mutation { leadJoin(id: 2, other: 1) { result errors { code message path } } }"
    )

    errors = [{"code": "NOT_FOUND", "message": "There is no Lead 1.", "path": ["other"]}]
    assert result.data == {"leadJoin": {"result": None, "errors": errors}}


async def test_hidden_records_are_left_out_of_a_result(visible: Client) -> None:
    result = await visible("{ lead(by: {id: 2}) { everybody { name } first { name } } }")

    assert result.data == {"lead": {"everybody": [{"name": "Y"}], "first": None}}


async def test_calls_on_one_record_follow_each_other(visible: Client, gql: Gql) -> None:
    document = "mutation { leadAdd(id: 2) { record { count } } }"

    results = await asyncio.gather(*(visible(document) for _ in range(5)))

    counts = {result.data["leadAdd"]["record"]["count"] for result in results}
    assert counts == {1, 2, 3, 4, 5}
    assert (await gql("{ lead(by: {id: 2}) { count } }")).data == {"lead": {"count": 5}}


EXTENSION = {
    "base/manifest.yaml": 'name: Base\nidentifier: base\nversion: "1.0"\n',
    "base/models/lead.yaml": "model: Lead\nfields: {name: {type: Char, required: true}}\n",
    "base/models/lead.py": """\
from typing import Self

from graphql_erp import Model, mutation


class Lead(Model):
    @mutation
    async def rename(self, name: str) -> Self:
        '''Rename the lead.'''
        await self.update(name=name)
        return self
""",
    "more/manifest.yaml": """\
name: More
identifier: more
version: "1.0"
dependencies: [base]
""",
    "more/models/lead.yaml": "extend: Lead\nfields: {former: Char}\n",
    "more/models/lead.py": """\
from typing import Any

from graphql_erp import Model


class Lead(Model):
    async def rename(self, *arguments: Any, **named: Any) -> Any:
        former = self.name
        lead = await super().rename(*arguments, **named)
        return await lead.update(former=former)
""",
}


async def test_method_is_extended_through_super(
    models: DeclaredModels, gql: Gql, tmp_path: Path
) -> None:
    for name, text in EXTENSION.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    models.use(build_registry(load_modules([tmp_path], ["more"])))
    await gql('mutation { leadCreate(data: {name: "A"}) { errors { code } } }')

    result = await gql(
        'mutation { leadRename(id: 1, name: "B") { record { name former } errors { message } } }'
    )

    assert result.data == {"leadRename": {"record": {"name": "B", "former": "A"}, "errors": []}}
