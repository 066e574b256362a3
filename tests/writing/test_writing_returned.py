"""Writes with hooks: statements give back what hooks and answers need, while that is true."""

import pytest

from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Kind
    fields: {name: {type: Char, required: true}}
    ---
    model: Box
    fields:
      name: {type: Char, required: true}
      note: Char
      kind: {type: ManyToOne, to: Kind}
    ---
    model: Part
    fields:
      name: {type: Char, required: true}
      pieces: {type: Integer, default: 3}
      box: {type: ManyToOne, to: Box, inverse: parts, on_delete: cascade}
      kind: {type: ManyToOne, to: Kind}
    ---
    model: Crate
    fields:
      name: {type: Char, required: true}
      note: Char
      pieces: {type: Integer, compute: sum(parts.pieces), store: true}
    ---
    model: CratePart
    fields:
      pieces: {type: Integer, default: 3}
      crate: {type: ManyToOne, to: Crate, inverse: parts, on_delete: cascade}
    ---
    model: Loud
    fields:
      name: {type: Char, required: true}
      note: Char
"""
PYTHON = """
    from graphql_erp import Model, UserError

    def told(record: Model) -> str:
        return f"{record.name}, {record.note}, {record.version}, {sorted(record.changed)}"

    class Box(Model):
        def before_update(self) -> None:
            if self.name == "mark":
                self.note = f"was {self.stored('name')}"

        def after_create(self) -> None:
            if self.name.startswith("tell"):
                raise UserError(f"{told(self)}, {self.kind}, {self.id}")

    class Part(Model):
        async def before_create(self) -> None:
            if self.name == "change":
                await self.box.update(note="by a part")

    class Crate(Model):
        def after_create(self) -> None:
            raise UserError(f"{self.pieces} pieces")

    class Loud(Model):
        def after_update(self) -> None:
            if self.name == "tell":
                raise UserError(told(self))
"""
CREATE = """mutation($data: BoxCreateInput!) {
  boxCreate(data: $data) { record { id } errors { message path } } }"""
UPDATE = """mutation($id: ID!, $data: BoxUpdateInput!, $version: Int) {
  boxUpdate(id: $id, data: $data, version: $version) {
    record { name note version parts { nodes { name } } } errors { code message path } } }"""


@pytest.fixture
async def boxes(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give a client of boxes: one with a part, and a kind."""
    declare(MODELS, python=PYTHON)
    await gql('mutation { kindCreate(data: {name: "k"}) { errors { code } } }')
    data = {"name": "a", "parts": {"create": [{"name": "p"}]}}
    assert (await gql(CREATE, data=data)).data["boxCreate"]["errors"] == []
    queries.clear()
    return gql


async def test_created_record_is_seen_as_its_statement_returned_it(
    boxes: Gql, queries: Queries
) -> None:
    result = await boxes(CREATE, data={"name": "tell", "kind": {"id": 1}})

    (error,) = result.data["boxCreate"]["errors"]
    assert error["message"] == "tell, None, 1, ['kind', 'name'], <Kind 1>, 2"
    assert [text.split()[0] for text in queries.texts] == ["INSERT"]


async def test_hook_sees_what_another_hook_changed_meanwhile(boxes: Gql) -> None:
    data = {"name": "tell", "parts": {"create": [{"name": "change"}]}}
    result = await boxes(CREATE, data=data)

    (error,) = result.data["boxCreate"]["errors"]
    assert error["message"].startswith("tell, by a part, 2, ['name'], None")


async def test_hook_sees_what_was_computed_meanwhile(boxes: Gql) -> None:
    result = await boxes(
        """mutation { crateCreate(data: {name: "c", parts: {create: [{}, {}]}}) {
          errors { message } } }"""
    )

    assert result.data["crateCreate"]["errors"] == [{"message": "6 pieces"}]


async def test_changed_record_is_seen_as_its_statement_returned_it(
    boxes: Gql, queries: Queries
) -> None:
    await boxes('mutation { loudCreate(data: {name: "a"}) { errors { code } } }')
    queries.clear()
    result = await boxes(
        """mutation { loudUpdate(id: 1, data: {name: "tell", note: "n"}) {
          errors { message } } }"""
    )

    assert result.data["loudUpdate"]["errors"] == [{"message": "tell, n, 2, ['name', 'note']"}]
    assert [text.split()[0] for text in queries.texts] == ["SELECT", "UPDATE"]


async def test_update_with_a_hook_before_it_answers_by_its_statement(
    boxes: Gql, queries: Queries
) -> None:
    result = await boxes(UPDATE, id=1, data={"name": "mark"}, version=1)

    assert result.data["boxUpdate"] == {
        "record": {
            "name": "mark",
            "note": "was a",
            "version": 2,
            "parts": {"nodes": [{"name": "p"}]},
        },
        "errors": [],
    }
    assert [text.split()[0] for text in queries.texts] == ["SELECT", "WITH"]
    again = await boxes("{ boxes { nodes { name note version } } }")
    assert again.data["boxes"]["nodes"] == [{"name": "mark", "note": "was a", "version": 2}]


async def test_stale_version_changes_nothing(boxes: Gql) -> None:
    result = await boxes(UPDATE, id=1, data={"name": "mark"}, version=7)

    assert [item["code"] for item in result.data["boxUpdate"]["errors"]] == ["CONFLICT"]
    assert result.data["boxUpdate"]["record"] is None
    again = await boxes("{ boxes { nodes { name note version } } }")
    assert again.data["boxes"]["nodes"] == [{"name": "a", "note": None, "version": 1}]


async def test_refused_change_is_told_and_undone(boxes: Gql) -> None:
    result = await boxes(UPDATE, id=1, data={"name": "x", "kind": {"id": 77}})

    (error,) = result.data["boxUpdate"]["errors"]
    assert (error["code"], error["path"]) == ("NOT_FOUND", ["kind"])
    again = await boxes("{ boxes { nodes { name version } } }")
    assert again.data["boxes"]["nodes"] == [{"name": "a", "version": 1}]
