"""Records that change hands: linked, let go and deleted in one input."""

from typing import Any

import pytest

from graphql_erp.testing.models import Declare, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: Post
    order_by: [id]
    fields:
      name: {type: Char, required: true}
      notes: {type: OneToMany, to: Note, inverse: post}
      lines: {type: OneToMany, to: Line, inverse: post}
    ---
    model: Note
    fields:
      name: {type: Char, required: true, max_length: 5}
      post: {type: ManyToOne, to: Post, inverse: notes}
    ---
    model: Line
    fields:
      name: Char
      post: {type: ManyToOne, to: Post, required: true, inverse: lines, on_delete: cascade}
"""
PYTHON = """
    from graphql_erp import Model, UserError

    class Note(Model):
        def before_update(self) -> None:
            if self.name == "fixed":
                raise UserError("It stays where it is.")
"""


@pytest.fixture
async def posts(declare: Declare, gql: Gql) -> Gql:
    """Give two posts; the first has notes 1 and 2, of which the second is fixed, and line 1."""
    declare(MODELS, python=PYTHON)
    await gql(
        """mutation { postCreateMany(data: [{name: "P", notes: {create: [{name: "n"},
          {name: "fixed"}]}, lines: {create: [{}]}}, {name: "Q"}]) { affected } }"""
    )
    return gql


async def update_each(posts: Gql, items: str, policy: str = "REJECT_ALL") -> Any:
    result = await posts(
        f"""mutation {{ postUpdateEach(items: {items}, onError: {policy}) {{
          affected errors {{ code path index }} }} }}"""
    )
    return result.data["postUpdateEach"]


async def notes(posts: Gql) -> list[list[str]]:
    result = await posts("{ posts { nodes { notes { nodes { id } } } } }")
    return [
        [note["id"] for note in post["notes"]["nodes"]] for post in result.data["posts"]["nodes"]
    ]


async def test_record_let_go_and_linked_stays(posts: Gql) -> None:
    answer = await update_each(posts, "[{id: 1, data: {notes: {unlink: [1], link: [1]}}}]")

    assert answer == {"affected": 1, "errors": []}
    assert await notes(posts) == [["1", "2"], []]


async def test_record_deleted_before_cannot_be_linked(posts: Gql) -> None:
    answer = await update_each(posts, "[{id: 1, data: {notes: {delete: [1], link: [1]}}}]")

    path = ["data", "notes", "link", "0", "id"]
    assert answer["errors"] == [{"code": "NOT_FOUND", "path": path, "index": 0}]
    assert await notes(posts) == [["1", "2"], []]


async def test_record_has_one_parent(posts: Gql) -> None:
    items = "[{id: 2, data: {notes: {link: [1]}}}, {id: 1, data: {notes: {link: [1]}}}]"

    rejected = await update_each(posts, items)
    skipped = await update_each(posts, items, "SKIP_FAILED")

    problem = {"code": "INVALID", "path": ["data", "notes", "link", "0"], "index": 1}
    assert rejected == {"affected": 0, "errors": [problem]}
    assert skipped == {"affected": 1, "errors": [problem]}
    assert await notes(posts) == [["2"], ["1"]]


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("notes: {unlink: [1, 2]}", ["data", "notes", "unlink", "1"]),
        ("notes: {set: [1]}", ["data", "notes", "set"]),
        ("lines: {unlink: [1]}", ["data", "lines"]),
    ],
)
async def test_refusal_of_a_move_names_the_row_that_asks_for_it(
    posts: Gql, data: str, path: list[str]
) -> None:
    fine = "{id: 2, data: {lines: {create: [{}]}, notes: {}}}"

    answer = await update_each(posts, f"[{fine}, {{id: 1, data: {{{data}}}}}]", "SKIP_FAILED")

    assert answer["affected"] == 1
    assert [(error["path"], error["index"]) for error in answer["errors"]] == [(path, 1)]
