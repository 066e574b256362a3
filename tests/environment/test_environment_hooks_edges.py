"""Edges of behaviour around writes."""

import pytest

from graphql_erp.testing.models import Declare, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Tag
    fields: {name: {type: Char, required: true}}
    ---
    model: Item
    order_by: [id]
    fields:
      name: {type: Char, required: true, translate: true}
      code: {type: Char, required: true, readonly: true}
      parent: {type: ManyToOne, to: Item, on_delete: cascade, inverse: children}
      owner: {type: ManyToOne, to: Item, on_delete: set_null}
      log: {type: Integer, default: 0}
      children: {type: OneToMany, to: Item, inverse: parent}
      note: {type: Char, max_length: 5}
"""
MODELS = MODELS.replace("      log:", "      count:")
PYTHON = """
    from typing import Self

    from graphql_erp import Model, UserError, mutation

    class Item(Model):
        def before_create(self) -> None:
            self.code = self.name.upper()
            if self.note == "fill":
                self.note = "far too long"

        @classmethod
        def before_update(cls, records: list[Self]) -> None:
            for record in records:
                record.count = record.count + 1
                if record.name == "no":
                    raise UserError("None of this.")

        async def before_delete(self) -> None:
            if self.name == "keep":
                raise UserError("{name} stays.", name=self.name)

        @mutation
        async def misuse(self) -> Self:
            '''Assign outside of a write.'''
            self.note = "x"
            return self
"""


@pytest.fixture
async def items(declare: Declare, gql: Gql) -> Gql:
    """Give a parent with two children, one of which stays."""
    declare(MODELS, python=PYTHON)
    result = await gql(
        """mutation { itemCreate(data: {name: "top", children: {create: [
          {name: "keep"}, {name: "leaf"}]}}) { errors { code path } } }"""
    )
    assert result.data["itemCreate"]["errors"] == []
    return gql


async def found(items: Gql) -> list[tuple[str, str, int, int]]:
    result = await items("{ items { nodes { name code count version } } }")
    return [tuple(node.values()) for node in result.data["items"]["nodes"]]


async def test_required_value_may_come_from_a_hook(items: Gql) -> None:
    assert await found(items) == [
        ("top", "TOP", 0, 1),
        ("keep", "KEEP", 0, 1),
        ("leaf", "LEAF", 0, 1),
    ]


async def test_what_a_hook_assigns_is_cleaned(items: Gql) -> None:
    result = await items(
        'mutation { itemCreate(data: {name: "x", note: "fill"}) { errors { code path } } }'
    )

    assert result.data["itemCreate"]["errors"] == [{"code": "INVALID", "path": ["note"]}]


async def test_class_method_is_called_with_the_batch(items: Gql) -> None:
    result = await items(
        'mutation { itemUpdateMany(target: {all: true}, data: {note: "n"}) { affected } }'
    )

    assert result.data == {"itemUpdateMany": {"affected": 3}}
    assert [row[2:] for row in await found(items)] == [(1, 2), (1, 2), (1, 2)]


async def test_error_of_a_batch_undoes_it(items: Gql) -> None:
    result = await items(
        'mutation { itemUpdateMany(target: {ids: [1, 2]}, data: {name: "no"}) '
        "{ affected errors { message } } }"
    )

    assert result.data["itemUpdateMany"] == {
        "affected": 0,
        "errors": [{"message": "None of this."}],
    }
    assert [row[0] for row in await found(items)] == ["top", "keep", "leaf"]


async def test_hook_of_what_hangs_on_a_record_refuses_its_deletion(items: Gql) -> None:
    result = await items("mutation { itemDelete(id: 1) { deletedId errors { message } } }")

    assert result.data["itemDelete"] == {"deletedId": None, "errors": [{"message": "keep stays."}]}
    assert len(await found(items)) == 3


async def test_deletion_takes_all_that_hangs_on_it(items: Gql) -> None:
    await items('mutation { itemUpdate(id: 2, data: {name: "go"}) { errors { code } } }')
    await items(
        'mutation { itemCreate(data: {name: "other", owner: {id: 3}}) { errors { code } } }'
    )

    result = await items("mutation { itemDelete(id: 1) { deletedId errors { message } } }")

    assert result.data["itemDelete"] == {"deletedId": "1", "errors": []}
    # The owner was cleared through the steps, so that its hook was called.
    assert await found(items) == [("other", "OTHER", 1, 2)]


async def test_assigning_outside_of_a_write_is_a_mistake(items: Gql) -> None:
    with pytest.raises(AttributeError, match="cannot be assigned here: use await record"):
        await items("mutation { itemMisuse(id: 1) { errors { code } } }")
