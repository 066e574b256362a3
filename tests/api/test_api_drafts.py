"""The root fields `xDraft` and `xDuplicate` as clients see them."""

from dataclasses import replace

import pytest

from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.permissions import reading

pytestmark = pytest.mark.anyio

MODELS = """
    model: Task
    fields:
      name: {type: Char, required: true}
      hours: {type: Integer, default: 1}
      minutes: {type: Integer, compute: 60 * hours}
    ---
    model: Entry
    api: read
    fields: {name: Char}
    ---
    model: Stamp
    fields: {at: {type: Datetime, readonly: true}}
"""
PYTHON = """
    from graphql_erp import Model, UserError, onchange, query

    class Task(Model):
        @onchange("hours")
        async def hours_changed(self) -> None:
            if self.hours and self.hours > 8:
                self.warn("{hours} hours are {many}.", hours=self.hours, many="much")
            if self.hours and self.hours < 0:
                raise UserError("No time.").at("hours")

        @onchange("name")
        async def write(self) -> None:
            if self.name == "write":
                await self.env["Task"].create(name="made")

        @query
        def tell(self) -> str:
            '''Warn where nobody listens.'''
            self.warn("Nobody.")
            return ""
"""


async def test_arguments_and_payloads(declare: Declare, models: DeclaredModels) -> None:
    declare(MODELS, python=PYTHON)
    schema = models.engine.schema

    drafts = {name: item for name, item in schema.queries.items() if item.role is RootRole.DRAFT}
    copies = {
        name: item for name, item in schema.mutations.items() if item.role is RootRole.DUPLICATE
    }

    assert drafts == {"taskDraft": RootMeaning(RootRole.DRAFT, "Task")}
    assert copies == {"taskDuplicate": RootMeaning(RootRole.DUPLICATE, "Task")}
    fields = {
        field.name: (field.type, [(item.name, item.type) for item in field.arguments])
        for shape in ("Query", "Mutation")
        for field in schema.shapes[shape].fields
        if field.name in {"taskDraft", "taskDuplicate"}
    }
    assert fields == {
        "taskDraft": (
            "TaskDraftPayload!",
            [("id", "ID"), ("data", "TaskUpdateInput!"), ("changed", "[TaskFieldName!]")],
        ),
        "taskDuplicate": ("TaskPayload!", [("id", "ID!"), ("data", "TaskUpdateInput")]),
    }
    payload = [(field.name, field.type) for field in schema.shapes["TaskDraftPayload"].fields]
    assert payload == [
        ("values", "JSON!"),
        ("changedFields", "[String!]!"),
        ("warnings", "[String!]!"),
        ("errors", "[UserError!]!"),
    ]


async def test_selection_with_aliases_and_fragments(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    result = await gql(
        """query($data: TaskUpdateInput!, $brief: Boolean!) {
          first: taskDraft(data: $data, changed: [HOURS]) { ...Told is: __typename }
          tasks { totalCount }
          second: taskDraft(data: {name: "x"}, changed: []) {
            ...Told changedFields @skip(if: $brief)
          }
        }
        fragment Told on TaskDraftPayload {
          shown: values
          errors { __typename code path ... on BusinessError { why: reason } }
        }""",
        data={"hours": -2},
        brief=True,
    )

    error = {
        "__typename": "BusinessError",
        "code": "BUSINESS_RULE",
        "path": ["hours"],
        "why": "No time.",
    }
    assert result.data == {
        "first": {"shown": {"minutes": -120}, "errors": [error], "is": "TaskDraftPayload"},
        "tasks": {"totalCount": 0},
        "second": {
            "shown": {"hours": 1, "minutes": 60, "displayName": "x"},
            "errors": [],
        },
    }


async def test_one_document_serves_all_data(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    document = """query($id: ID, $data: TaskUpdateInput!, $changed: [TaskFieldName!]) {
      taskDraft(id: $id, data: $data, changed: $changed) { values warnings errors { code path } }
    }"""

    new = await gql(document, data={"hours": 9})
    other = await gql(document, data={"hours": 9}, changed=["NAME"])
    missing = await gql(document, id="7", data={})

    assert new.data["taskDraft"] == {
        "values": {"minutes": 540},
        "warnings": ["9 hours are much."],
        "errors": [],
    }
    assert other.data["taskDraft"]["warnings"] == []
    assert missing.data["taskDraft"] == {
        "values": {},
        "warnings": [],
        "errors": [{"code": "NOT_FOUND", "path": ["id"]}],
    }


async def test_id_that_is_none_fails_the_request(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    result = await gql('{ taskDraft(id: "x", data: {}) { values } }')

    assert result.data is None
    assert [error["extensions"]["code"] for error in result.errors] == ["BAD_USER_INPUT"]
    assert result.errors[0]["path"] == ["taskDraft"]


async def test_methods_of_a_draft_cannot_write(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)

    with pytest.raises(Exception, match="read-only transaction"):
        await gql('{ taskDraft(data: {name: "write"}) { values } }')

    assert (await gql("{ tasks { totalCount } }")).data == {"tasks": {"totalCount": 0}}


async def test_warnings_are_for_drafts(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await gql('mutation { taskCreate(data: {name: "a"}) { errors { code } } }')

    with pytest.raises(TypeError, match="warn is for methods marked with @onchange"):
        await gql("{ tasks { nodes { tell } } }")


async def test_hidden_records_are_neither_drafted_nor_copied(
    declare: Declare, models: DeclaredModels, gql: Gql
) -> None:
    declare(MODELS, python=PYTHON)
    await gql('mutation { taskCreate(data: {name: "a"}) { errors { code } } }')
    client = await models.client()
    hidden = reading({"Task": Lookup(Path(("name",)), "eq", Literal("b"))})
    limited = replace(client, environment=replace(client.environment, permission=hidden))

    shown = await limited("{ taskDraft(id: 1, data: {}) { values errors { code path } } }")
    copied = await limited("mutation { taskDuplicate(id: 1) { errors { code path } } }")

    errors = [{"code": "NOT_FOUND", "path": ["id"]}]
    assert shown.data == {"taskDraft": {"values": {}, "errors": errors}}
    assert copied.data == {"taskDuplicate": {"errors": errors}}
    assert (await gql("{ tasks { totalCount } }")).data == {"tasks": {"totalCount": 1}}
