"""What may not be read does not exist for a write either, and holds nevertheless."""

from dataclasses import replace
from typing import Any

import pytest

from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.permissions import reading

pytestmark = pytest.mark.anyio

MODELS = """
    model: Tag
    fields:
      name: {type: Char, required: true}
      secret: {type: Boolean, required: true, default: false}
    ---
    model: Post
    fields:
      name: {type: Char, required: true}
      secret: {type: Boolean, required: true, default: false}
      code: {type: Char, unique: true}
      tags: {type: ManyToMany, to: Tag}
      notes: {type: OneToMany, to: Note, inverse: post}
      lines: {type: OneToMany, to: Line, inverse: post}
    ---
    model: Note
    fields:
      name: {type: Char, required: true}
      secret: {type: Boolean, required: true, default: false}
      post: {type: ManyToOne, to: Post, inverse: notes, on_delete: set_null}
      count: {type: Integer, required: true, default: 0}
    ---
    model: Line
    fields:
      name: {type: Char, required: true}
      secret: {type: Boolean, required: true, default: false}
      post: {type: ManyToOne, to: Post, required: true, inverse: lines, on_delete: cascade}
"""
PYTHON = """
    from graphql_erp import Model, UserError, check, mutation

    class Post(Model):
        @check
        def good(self) -> None:
            if self.name == "bad":
                raise UserError("Not this name.").at("name")

        @mutation
        async def hide_another(self) -> str:
            '''Create a post its maker may not read, twice.'''
            made = await self.env["Post"].create(name="h", secret=True, code="h")
            (again,) = await self.env["Post"].upsert(
                [{"name": "i", "secret": True, "code": "i"}], on=["code"]
            )
            return made.name + again.name

        @mutation
        async def hide(self) -> str:
            '''Hide the post and tell its name.'''
            await self.update(name="hidden", secret=True)
            return self.name

    class Note(Model):
        def before_update(self) -> None:
            self.count = self.count + 1

    class Line(Model):
        def before_delete(self) -> None:
            if self.name == "stays":
                raise UserError("It stays.")
"""
SHOWN = Lookup(Path(("secret",)), "eq", Literal(False))  # noqa: FBT003
PERMISSION = reading(dict.fromkeys(("Tag", "Post", "Note", "Line"), SHOWN))
SEEN = """{ posts { nodes { tags { nodes { id } } notes { nodes { id } }
  lines { nodes { id name } } } } }"""


@pytest.fixture
async def reader(declare: Declare, models: DeclaredModels, gql: Gql) -> Client:
    """Give a client who may not read the second tag, note and line of post 1; post 2 is empty."""
    declare(MODELS, python=PYTHON)
    both = '[{name: "shown"}, {name: "hidden", secret: true}]'
    await gql(
        f"""mutation {{ postCreateMany(data: [{{name: "P", tags: {{create: {both}}},
          notes: {{create: {both}}}, lines: {{create: {both}}}}}, {{name: "Q"}}]) {{
            affected }} }}"""
    )
    client = await models.client()
    return replace(client, environment=replace(client.environment, permission=PERMISSION))


async def errors_of(reader: Client, post: int, data: str) -> Any:
    result = await reader(
        f"mutation {{ postUpdate(id: {post}, data: {{{data}}}) {{ errors {{ message path }} }} }}"
    )
    return result.data["postUpdate"]["errors"]


@pytest.mark.parametrize("post", [1, 2])
@pytest.mark.parametrize(
    "data",
    [
        "tags: {link: [%d]}",
        "tags: {unlink: [%d]}",
        "tags: {set: [%d]}",
        "notes: {link: [%d]}",
        "notes: {unlink: [%d]}",
        "notes: {set: [%d]}",
        'notes: {update: [{id: %d, data: {name: "x"}}]}',
        "notes: {delete: [%d]}",
        'lines: {update: [{id: %d, data: {name: "x"}}]}',
        "lines: {delete: [%d]}",
    ],
)
async def test_hidden_record_is_answered_like_none(
    reader: Client, gql: Gql, post: int, data: str
) -> None:
    before = (await gql(SEEN)).data
    hidden = await errors_of(reader, post, data % 2)
    unknown = await errors_of(reader, post, data % 99)

    assert hidden
    assert [(error["message"].replace("2", "99"), error["path"]) for error in hidden] == [
        (error["message"], error["path"]) for error in unknown
    ]
    assert (await gql(SEEN)).data == before


async def test_hidden_records_stay_when_others_are_set(reader: Client, gql: Gql) -> None:
    assert await errors_of(reader, 1, "tags: {set: []}, notes: {set: []}") == []

    post = (await gql(SEEN)).data["posts"]["nodes"][0]
    assert (post["tags"], post["notes"]) == ({"nodes": [{"id": "2"}]}, {"nodes": [{"id": "2"}]})


async def test_deletion_takes_what_is_hidden_through_its_hooks(reader: Client, gql: Gql) -> None:
    deletion = "mutation { postDelete(id: 1) { errors { message } } }"
    await gql('mutation { lineUpdate(id: 2, data: {name: "stays"}) { errors { code } } }')
    refused = await reader(deletion)
    await gql('mutation { lineUpdate(id: 2, data: {name: "goes"}) { errors { code } } }')
    done = await reader(deletion)

    assert refused.data == {"postDelete": {"errors": [{"message": "It stays."}]}}
    assert done.data == {"postDelete": {"errors": []}}
    left = await gql("{ lines { nodes { id } } notes { nodes { count } } }")
    assert left.data == {"lines": {"nodes": []}, "notes": {"nodes": [{"count": 1}, {"count": 1}]}}


async def test_checks_hold_for_what_a_write_hides(reader: Client, gql: Gql) -> None:
    assert await errors_of(reader, 2, 'name: "bad", secret: true') == [
        {"message": "Not this name.", "path": ["name"]}
    ]
    assert (await gql('{ posts(filter: {name: {eq: "bad"}}) { nodes { id } } }')).data == {
        "posts": {"nodes": []}
    }


async def test_behaviour_gets_what_it_wrote(reader: Client) -> None:
    made = await reader("mutation { postHideAnother(id: 2) { result errors { code } } }")
    hidden = await reader("mutation { postHide(id: 2) { result errors { code } } }")

    assert made.data == {"postHideAnother": {"result": "hi", "errors": []}}
    assert hidden.data == {"postHide": {"result": "hidden", "errors": []}}
