"""Methods with `@mutation`: called on a record, on several and on the model."""

import pytest

from graphql_erp.errors import FieldNotLoaded
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields: {name: Char, is_won: {type: Boolean, default: false}}
    ---
    model: Lead
    fields:
      name: {type: Char, required: true}
      revenue: {type: Decimal, digits: [16, 2], default: 0}
      stage: {type: ManyToOne, to: Stage}
"""
PYTHON = """
    from dataclasses import dataclass, field
    from decimal import Decimal
    from enum import Enum
    from typing import Self

    from graphql_erp import (
        ActionResult, Close, Download, Environment, Model, Notification, NoticeLevel, OpenAction,
        Q, Upload, UserError, mutation,
    )


    class Pace(Enum):
        SLOW = 1
        FAST = 2


    @dataclass(frozen=True)
    class Terms:
        '''What was agreed.'''
        discount: Decimal
        '''Part of the revenue.'''
        pace: Pace = Pace.SLOW
        stages: "list[Stage]" = field(default_factory=list)


    @dataclass(frozen=True)
    class Share:
        lead: "Lead"
        revenue: Decimal


    @dataclass(frozen=True)
    class Split:
        record: "Lead"
        count: int
        shares: list[Share]


    class Lead(Model):
        @mutation(load=["stage.is_won"])
        async def mark_won(self, note: str | None = None) -> Self:
            '''Move the lead to the first won stage.

            Args:
                note: Put in front of the name.
            '''
            if self.stage and self.stage.is_won:
                raise UserError("Lead {lead} is already won.", lead=self.name)
            won = await self.env["Stage"].where(Q(is_won=True)).first()
            await self.update(stage=won, revenue=100)
            if note:
                await self.update(name=f"{note} {self.name}")
            return self

        @mutation
        async def touch(self) -> None:
            '''Change the name.'''
            await self.update(name=self.name + "!")

        @mutation
        async def fail_late(self) -> None:
            '''Write, then refuse.'''
            await self.update(name="changed")
            raise UserError("No.")

        @mutation
        async def break_late(self) -> None:
            '''Write, then fail.'''
            await self.update(name="changed")
            raise RuntimeError("secret")

        @mutation
        def forget_to_load(self) -> None:
            '''Read what is not loaded.'''
            self.stage.is_won

        @mutation
        def agree(self, terms: Terms, to: "Stage | None" = None, days: list[int] = [1]) -> str:
            '''Say what was agreed.'''
            stages = ",".join(stage.name for stage in terms.stages)
            return f"{terms.discount} {terms.pace.name} {stages} {to and to.name} {days}"

        @mutation
        async def split(self, parts: int) -> Split:
            '''Split the revenue.'''
            if parts < 1:
                raise UserError("Split into one part at least.")
            new = await self.env["Lead"].create_many(
                [{"name": f"{self.name} {number}"} for number in range(1, parts)]
            )
            shares = [Share(lead, self.revenue / parts) for lead in [self, *new]]
            return Split(self, len(shares), shares)

        @mutation
        async def drop(self) -> None:
            '''Delete the lead.'''
            await self.delete()

        @mutation
        @classmethod
        async def rename(cls, records: list[Self], name: str) -> None:
            '''Give all one name.'''
            await records[0].env.update_records(records, {"name": name})

        @classmethod
        @mutation
        async def richest(cls, records: list[Self]) -> list[Self]:
            '''Return those with most revenue first.'''
            return sorted(records, key=lambda lead: -lead.revenue)

        @mutation
        @classmethod
        async def seed(cls, env: Environment, names: list[str]) -> list[Self]:
            '''Create leads.'''
            return await env[cls].create_many([{"name": name} for name in names])

        @mutation
        @classmethod
        async def clear(cls, env: Environment) -> None:
            '''Delete all leads.'''
            await env["Lead"].delete()

        @mutation
        @classmethod
        async def next_step(
            cls, env: Environment, step: str, file: Upload | None = None
        ) -> ActionResult | None:
            '''Tell what to do.'''
            match step:
                case "close":
                    return Close()
                case "open":
                    return OpenAction("leads", [1, 2])
                case "file":
                    return Download(file.name, file.content_type, file.data.upper())
                case "notify":
                    return Notification("Done.", NoticeLevel.SUCCESS)

        def hidden(self) -> None:
            '''No mark, no schema.'''
"""


@pytest.fixture(autouse=True)
async def leads(declare: Declare, gql: Gql) -> None:
    declare(MODELS, python=PYTHON)
    await gql('mutation { a: stageCreate(data: {name: "New"}) { errors { message } } }')
    await gql(
        'mutation { a: stageCreate(data: {name: "Won", isWon: true}) { errors { message } } }'
    )
    for name, revenue in (("One", 5), ("Two", 7)):
        await gql(
            "mutation($data: LeadCreateInput!) { leadCreate(data: $data) { errors { message } } }",
            data={"name": name, "revenue": str(revenue), "stage": {"id": "1"}},
        )


async def names(gql: Gql) -> list[str]:
    result = await gql("{ leads(orderBy: {id: ASC}) { nodes { name } } }")
    return [node["name"] for node in result.data["leads"]["nodes"]]


async def test_method_on_a_record_answers_with_the_payload_of_the_model(gql: Gql) -> None:
    result = await gql(
        'mutation { leadMarkWon(id: 1, note: "Yes") {'
        " record { name revenue version stage { name } } errors { message } } }"
    )

    record = {"name": "Yes One", "revenue": "100.00", "version": 3, "stage": {"name": "Won"}}
    assert result.members == {"data": {"leadMarkWon": {"record": record, "errors": []}}}


async def test_user_error_is_data_and_nothing_is_written(gql: Gql) -> None:
    result = await gql("mutation { leadFailLate(id: 1) { record { id } errors { code message } } }")

    errors = [{"code": "BUSINESS_RULE", "message": "No."}]
    assert result.data == {"leadFailLate": {"record": None, "errors": errors}}
    assert await names(gql) == ["One", "Two"]


async def test_any_other_error_fails_and_nothing_is_written(gql: Gql) -> None:
    with pytest.raises(RuntimeError, match="secret"):
        await gql("mutation { leadBreakLate(id: 1) { errors { code } } }")

    assert await names(gql) == ["One", "Two"]


async def test_path_that_is_not_named_is_not_loaded(gql: Gql) -> None:
    with pytest.raises(FieldNotLoaded):
        await gql("mutation { leadForgetToLoad(id: 1) { errors { code } } }")


async def test_method_that_returns_nothing_answers_with_its_record(gql: Gql) -> None:
    result = await gql("mutation { leadTouch(id: 2) { record { id name } errors { code } } }")

    assert result.data == {"leadTouch": {"record": {"id": "2", "name": "Two!"}, "errors": []}}


async def test_deleted_record_is_null_in_the_answer(gql: Gql) -> None:
    result = await gql("mutation { leadDrop(id: 2) { record { id } errors { code } } }")

    assert result.data == {"leadDrop": {"record": None, "errors": []}}
    assert await names(gql) == ["One"]


async def test_record_that_does_not_exist_is_a_user_error(gql: Gql) -> None:
    result = await gql("mutation { leadTouch(id: 9) { record { id } errors { code path } } }")

    errors = [{"code": "NOT_FOUND", "path": ["id"]}]
    assert result.data == {"leadTouch": {"record": None, "errors": errors}}


async def test_stale_version_is_a_conflict_and_the_method_is_not_called(gql: Gql) -> None:
    result = await gql("mutation { leadTouch(id: 1, version: 7) { errors { code path } } }")

    assert result.data == {"leadTouch": {"errors": [{"code": "CONFLICT", "path": ["version"]}]}}
    assert await names(gql) == ["One", "Two"]


async def test_right_version_is_accepted(gql: Gql) -> None:
    result = await gql("mutation { leadTouch(id: 1, version: 1) { errors { code } } }")

    assert result.data == {"leadTouch": {"errors": []}}
    assert await names(gql) == ["One!", "Two"]


async def test_arguments_arrive_as_annotated(gql: Gql) -> None:
    result = await gql(
        "mutation($terms: TermsInput!) { leadAgree(id: 1, terms: $terms, to: 2, days: [3, 4])"
        " { result errors { message } } }",
        terms={"discount": "0.50", "pace": "FAST", "stages": ["2", "1", "2"]},
    )

    text = "0.50 FAST Won,New,Won Won [3, 4]"
    assert result.data == {"leadAgree": {"result": text, "errors": []}}


async def test_arguments_left_out_have_their_defaults(gql: Gql) -> None:
    result = await gql('mutation { leadAgree(id: 1, terms: {discount: "1"}) { result } }')

    assert result.data == {"leadAgree": {"result": "1 SLOW  None [1]"}}


async def test_records_in_arguments_that_do_not_exist_are_told_with_their_paths(gql: Gql) -> None:
    result = await gql(
        'mutation { leadAgree(id: 1, terms: {discount: "1", stages: [1, 8]}, to: 9)'
        " { result errors { code message path } } }"
    )

    errors = [
        {"code": "NOT_FOUND", "message": "There is no Stage 8.", "path": ["terms", "stages", "1"]},
        {"code": "NOT_FOUND", "message": "There is no Stage 9.", "path": ["to"]},
    ]
    assert result.data == {"leadAgree": {"result": None, "errors": errors}}


async def test_id_that_is_none_fails_the_request(gql: Gql) -> None:
    result = await gql('mutation { leadAgree(id: 1, terms: {discount: "1"}, to: "x") { result } }')

    assert result.codes == ["BAD_USER_INPUT"]


async def test_members_of_a_dataclass_are_members_of_the_payload(
    gql: Gql, queries: Queries
) -> None:
    queries.clear()

    result = await gql(
        "mutation { leadSplit(id: 1, parts: 2) { __typename record { name } count"
        " shares { __typename revenue lead { id name stage { name } } } errors { message } } }"
    )

    shares = [
        {
            "__typename": "Share",
            "revenue": "2.50",
            "lead": {"id": "1", "name": "One", "stage": {"name": "New"}},
        },
        {
            "__typename": "Share",
            "revenue": "2.50",
            "lead": {"id": "3", "name": "One 1", "stage": None},
        },
    ]
    assert result.data == {
        "leadSplit": {
            "__typename": "LeadSplitPayload",
            "record": {"name": "One"},
            "count": 2,
            "shares": shares,
            "errors": [],
        }
    }


async def test_payload_of_its_own_is_empty_when_the_method_refuses(gql: Gql) -> None:
    result = await gql(
        "mutation { leadSplit(id: 1, parts: 0) {"
        " record { name } count shares { revenue } errors { message } } }"
    )

    errors = [{"message": "Split into one part at least."}]
    assert result.data == {
        "leadSplit": {"record": None, "count": None, "shares": [], "errors": errors}
    }


async def test_records_of_a_result_are_read_by_one_statement(gql: Gql, queries: Queries) -> None:
    document = (
        "mutation($parts: Int!) { leadSplit(id: 1, parts: $parts) { shares { lead { name } } } }"
    )
    counts = set()
    for parts in (2, 20):
        queries.clear()
        await gql(document, parts=parts)
        counts.add(queries.count)

    assert len(counts) == 1


async def test_method_on_several_records_is_called_once(gql: Gql) -> None:
    result = await gql(
        'mutation { leadRename(ids: [2, 1, 2], name: "Same") {'
        " affected records { name } errors { code } } }"
    )

    records = [{"name": "Same"}, {"name": "Same"}]
    assert result.data == {"leadRename": {"affected": 2, "records": records, "errors": []}}


async def test_list_of_a_method_on_several_records_is_in_its_order(gql: Gql) -> None:
    result = await gql(
        "mutation { leadRichest(ids: [1, 2]) {"
        " affected records { name } results { record { id } errors { code } } } }"
    )

    results = [{"record": {"id": key}, "errors": []} for key in ("2", "1")]
    records = [{"name": "Two"}, {"name": "One"}]
    assert result.data == {"leadRichest": {"affected": 2, "records": records, "results": results}}


async def test_several_records_of_which_one_does_not_exist_are_not_changed(gql: Gql) -> None:
    result = await gql(
        'mutation { leadRename(ids: [1, 8], name: "Same") { affected errors { code path index } } }'
    )

    errors = [{"code": "NOT_FOUND", "path": ["ids"], "index": 1}]
    assert result.data == {"leadRename": {"affected": 0, "errors": errors}}
    assert await names(gql) == ["One", "Two"]


async def test_too_many_records_fail_the_request(models: DeclaredModels) -> None:
    ids = ", ".join(map(str, range(1, 1_002)))

    result = await models.gql(f'mutation {{ leadRename(ids: [{ids}], name: "x") {{ affected }} }}')

    assert result.codes == ["BAD_USER_INPUT"]


async def test_several_records_are_one_at_least(gql: Gql) -> None:
    result = await gql('mutation { leadRename(ids: [], name: "Same") { affected } }')

    assert (result.codes, result.errors[0]["path"]) == (["BAD_USER_INPUT"], ["leadRename"])


async def test_method_on_the_model_takes_the_environment(gql: Gql) -> None:
    result = await gql('mutation { leadSeed(names: ["Z", "A"]) { result { id name } } }')

    leads = [{"id": "3", "name": "Z"}, {"id": "4", "name": "A"}]
    assert result.data == {"leadSeed": {"result": leads}}


async def test_method_on_the_model_may_answer_with_nothing_but_errors(gql: Gql) -> None:
    result = await gql("mutation { leadClear { errors { code } } }")

    assert result.data == {"leadClear": {"errors": []}}
    assert await names(gql) == []


ACTION = """
    mutation($step: String!, $file: UploadInput) { leadNextStep(step: $step, file: $file) { action {
        __typename
        ... on OpenAction { name ids }
        ... on Download { file: name contentType data }
        ... on Notification { message level }
    } } }
"""


@pytest.mark.parametrize(
    ("step", "action"),
    [
        ("close", {"__typename": "Close"}),
        ("open", {"__typename": "OpenAction", "name": "leads", "ids": ["1", "2"]}),
        (
            "file",
            {
                "__typename": "Download",
                "file": "a.txt",
                "contentType": "text/plain",
                "data": "QUI=",
            },
        ),
        ("notify", {"__typename": "Notification", "message": "Done.", "level": "SUCCESS"}),
        ("none", None),
    ],
)
async def test_action_is_a_union(gql: Gql, step: str, action: object) -> None:
    file = {"name": "a.txt", "contentType": "text/plain", "data": "YWI="}

    result = await gql(ACTION, step=step, file=file)

    assert result.data == {"leadNextStep": {"action": action}}


async def test_method_without_a_mark_is_not_in_the_schema(gql: Gql) -> None:
    result = await gql("mutation { leadHidden(id: 1) { errors { code } } }")

    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]
