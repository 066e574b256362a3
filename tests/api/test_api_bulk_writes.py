"""Bulks, upserts, targets, versions, idempotency and atomic operations."""

import asyncio
from typing import Any

import pytest

from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

SHOP = """
    model: Stage
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Lead
    order_by: [id]
    fields:
      code: {type: Char, unique: true, max_length: 6}
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage}
      revenue: {type: Integer, default: 0}
    unique: {name_in_stage: [stage, name]}
    checks:
      positive: {where: Q(revenue__gte=0), message: Revenue must not be negative.}
    ---
    model: Careful
    locking: required
    fields: {name: Char}
"""
BULK = """{ affected records { id name } results { record { id } errors { code } }
    errors { code message path index } }"""


@pytest.fixture
async def leads(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give two stages and four leads."""
    declare(SHOP)
    result = await gql(
        """mutation {
          stageCreateMany(data: [{name: "New"}, {name: "Won"}]) { affected }
          leadCreateMany(data: [{code: "a", name: "A", stage: {id: 1}}, {code: "b", name: "B"},
            {code: "c", name: "C", revenue: 5}, {name: "D"}]) { affected errors { code } }
        }"""
    )
    assert result.data["leadCreateMany"] == {"affected": 4, "errors": []}
    queries.clear()
    return gql


async def names(gql: Gql) -> list[str]:
    result = await gql("{ leads { nodes { name } } }")
    return [node["name"] for node in result.data["leads"]["nodes"]]


async def bulk(gql: Gql, field: str, arguments: str, **variables: Any) -> Any:
    head = "($data: [LeadCreateInput!]!)" if variables else ""
    result = await gql(f"mutation{head} {{ {field}({arguments}) {BULK} }}", **variables)
    assert not result.errors, result.errors
    return result.data[field]


def problems(answer: Any) -> list[tuple[str, list[str], int]]:
    return [(error["code"], error["path"], error["index"]) for error in answer["errors"]]


ROWS = """[{code: "x", name: "X"}, {code: "a", name: "taken"}, {name: " "},
    {code: "x", name: "twice"}, {code: "y", name: "Y", stage: {id: 9}},
    {code: "z", name: "Z", revenue: -1}, {name: "last"}]"""


async def test_reject_all_writes_nothing(leads: Gql) -> None:
    answer = await bulk(leads, "leadCreateMany", f"data: {ROWS}")

    assert problems(answer) == [("REQUIRED", ["name"], 2), ("NOT_FOUND", ["stage"], 4)]
    assert (answer["affected"], answer["results"]) == (0, [])
    assert await names(leads) == ["A", "B", "C", "D"]


async def test_skip_failed_writes_the_others_and_tells_every_row(leads: Gql) -> None:
    answer = await bulk(leads, "leadCreateMany", f"data: {ROWS}, onError: SKIP_FAILED")

    assert problems(answer) == [
        ("UNIQUE", ["code"], 1),
        ("REQUIRED", ["name"], 2),
        ("UNIQUE", ["code"], 3),
        ("NOT_FOUND", ["stage"], 4),
        ("BUSINESS_RULE", ["revenue"], 5),
    ]
    assert answer["affected"] == 2
    assert [record["name"] for record in answer["records"]] == ["X", "last"]
    assert [
        (result["record"] is not None, [error["code"] for error in result["errors"]])
        for result in answer["results"]
    ] == [
        (True, []),
        (False, ["UNIQUE"]),
        (False, ["REQUIRED"]),
        (False, ["UNIQUE"]),
        (False, ["NOT_FOUND"]),
        (False, ["BUSINESS_RULE"]),
        (True, []),
    ]
    assert await names(leads) == ["A", "B", "C", "D", "X", "last"]


async def test_update_each_has_values_and_versions_of_its_own(leads: Gql) -> None:
    answer = await bulk(
        leads,
        "leadUpdateEach",
        """items: [{id: 3, data: {name: "C2"}}, {id: 1, version: 7, data: {name: "A2"}},
          {id: 9, data: {name: "?"}}, {id: 2, version: 1, data: {revenue: 4}}],
          onError: SKIP_FAILED""",
    )

    assert problems(answer) == [("CONFLICT", ["version"], 1), ("NOT_FOUND", ["id"], 2)]
    assert [record["id"] for record in answer["records"]] == ["3", "2"]
    result = await leads("{ leads { nodes { name revenue version } } }")
    assert [tuple(node.values()) for node in result.data["leads"]["nodes"]] == [
        ("A", 0, 1),
        ("B", 4, 2),
        ("C2", 5, 2),
        ("D", 0, 1),
    ]


async def test_update_each_names_a_record_once(leads: Gql) -> None:
    answer = await bulk(
        leads,
        "leadUpdateEach",
        """items: [{id: 1, data: {name: "A2"}}, {id: 2, data: {name: "B2"}},
          {id: 1, data: {revenue: 7}}], onError: SKIP_FAILED""",
    )

    assert (answer["affected"], problems(answer)) == (2, [("INVALID", ["id"], 2)])
    assert (await names(leads))[:2] == ["A2", "B2"]


@pytest.mark.parametrize(
    ("target", "ids"),
    [
        ("{ids: [4, 1]}", ["4", "1"]),
        ("{filter: {revenue: {gt: 1}}}", ["3"]),
        ("{q: \"Q(stage__name='New')\"}", ["1"]),
        ("{all: true}", ["1", "2", "3", "4"]),
        ("{ids: []}", []),
    ],
)
async def test_targets(leads: Gql, target: str, ids: list[str]) -> None:
    answer = await bulk(leads, "leadUpdateMany", f"target: {target}, data: {{revenue: 9}}")

    assert (answer["affected"], answer["errors"]) == (len(ids), [])
    assert [record["id"] for record in answer["records"]] == ids


async def test_target_by_variable(leads: Gql) -> None:
    result = await leads(
        """mutation($filter: LeadFilter!, $most: Int) {
          leadDeleteMany(target: {filter: $filter}, limit: $most) {
            affected errors { code path } } }""",
        filter={"name": {"in": ["A", "B"]}},
        most=2,
    )

    assert result.data["leadDeleteMany"] == {"affected": 2, "errors": []}
    assert await names(leads) == ["C", "D"]


@pytest.mark.parametrize("target", ["{filter: {}}", "{all: false}", '{q: "Q()"}'])
async def test_target_that_says_nothing_is_refused(leads: Gql, target: str) -> None:
    result = await leads(f"mutation {{ leadDeleteMany(target: {target}) {{ affected }} }}")

    assert result.codes == ["BAD_USER_INPUT"]
    assert len(await names(leads)) == 4


async def test_limit_is_a_safety_net(leads: Gql) -> None:
    answer = await bulk(leads, "leadDeleteMany", "target: {all: true}, limit: 3")

    assert problems(answer) == [("INVALID", ["limit"], None)]
    assert len(await names(leads)) == 4


async def test_bulk_update_of_one_missing_record_changes_nothing(leads: Gql) -> None:
    answer = await bulk(leads, "leadUpdateMany", "target: {ids: [1, 77]}, data: {revenue: 9}")

    assert [error["code"] for error in answer["errors"]] == ["NOT_FOUND"]
    assert (await leads("{ lead(by: {id: 1}) { revenue } }")).data == {"lead": {"revenue": 0}}


# ---- upsert ---------------------------------------------------------------------------------


async def test_upsert_creates_and_updates(leads: Gql) -> None:
    answer = await bulk(
        leads,
        "leadUpsert",
        """data: [{code: "n", name: "N"}, {code: "c", name: "C2"}, {code: "a", name: "A2"}],
          on: [CODE]""",
    )

    assert answer["errors"] == []
    assert [record["name"] for record in answer["records"]] == ["N", "C2", "A2"]
    result = await leads("{ leads { nodes { id name revenue version } } }")
    assert [tuple(node.values()) for node in result.data["leads"]["nodes"]] == [
        ("1", "A2", 0, 2),
        ("2", "B", 0, 1),
        ("3", "C2", 5, 2),
        ("4", "D", 0, 1),
        ("5", "N", 0, 1),
    ]


async def test_upsert_by_several_fields_one_a_relation(leads: Gql) -> None:
    answer = await bulk(
        leads,
        "leadUpsert",
        """data: [{name: "A", stage: {key: {name: "New"}}, revenue: 8},
                  {name: "A", stage: {id: 2}}], on: [STAGE, NAME]""",
    )

    assert (answer["errors"], [item["id"] for item in answer["records"]]) == ([], ["1", "5"])


UPSERTS = [
    (
        'mutation { leadUpsert(on: [CODE], data: [{code: "c", name: "C2"}]) { errors { code } } }',
        {},
    ),
    (
        """mutation($data: [LeadCreateInput!]!) {
          leadUpsert(on: [CODE], data: $data) { errors { code } } }""",
        {"data": [{"code": "c", "name": "C2"}]},
    ),
    (
        """mutation($row: LeadCreateInput!) {
          leadUpsert(on: [CODE], data: [$row]) { errors { code } } }""",
        {"row": {"code": "c", "name": "C2"}},
    ),
    (
        """mutation($name: String! = "C2", $revenue: Int) {
          leadUpsert(on: [CODE], data: {code: "c", name: $name, revenue: $revenue}) {
            errors { code } } }""",
        {},
    ),
    (
        """mutation($data: [LeadCreateInput!]! = [{code: "c", name: "C2"}]) {
          leadUpsert(on: [CODE], data: $data) { errors { code } } }""",
        {},
    ),
]


@pytest.mark.parametrize(("document", "variables"), UPSERTS)
async def test_upsert_leaves_omitted_fields_of_known_records(
    leads: Gql, document: str, variables: Any
) -> None:
    result = await leads(document, **variables)

    assert result.data == {"leadUpsert": {"errors": []}}
    found = await leads('{ lead(by: {code: "c"}) { name revenue } }')
    assert found.data == {"lead": {"name": "C2", "revenue": 5}}


async def test_upsert_clears_a_null_and_gives_new_records_their_defaults(leads: Gql) -> None:
    result = await leads(
        """mutation($null: StageToOneInput) { leadUpsert(on: [CODE], data: [
          {code: "a", name: "A", stage: $null}, {code: "n", name: "N"}]) {
            records { stage { name } revenue } errors { code } } }""",
        null=None,
    )

    assert result.data["leadUpsert"] == {
        "records": [{"stage": None, "revenue": 0}, {"stage": None, "revenue": 0}],
        "errors": [],
    }


async def test_upsert_needs_a_unique_key(leads: Gql) -> None:
    answer = await bulk(leads, "leadUpsert", 'data: [{name: "x"}], on: [NAME]')

    assert problems(answer) == [("INVALID", ["on"], None)]


async def test_upsert_tells_rows_of_one_key(leads: Gql) -> None:
    answer = await bulk(
        leads,
        "leadUpsert",
        'data: [{code: "q", name: "1"}, {code: "q", name: "2"}], on: [CODE], onError: SKIP_FAILED',
    )

    assert (answer["affected"], problems(answer)) == (1, [("UNIQUE", ["code"], 1)])


# ---- versions -------------------------------------------------------------------------------

CONFLICT = """errors { code path ... on ConflictError {
    expectedVersion currentVersion current { id version ... on Lead { name } } } }"""


async def test_stale_update_is_a_conflict_with_the_current_record(leads: Gql) -> None:
    await leads('mutation { leadUpdate(id: 1, data: {name: "mine"}) { errors { code } } }')

    result = await leads(
        'mutation { leadUpdate(id: 1, version: 1, data: {name: "yours"}) { record { id } '
        f"{CONFLICT} }} }}"
    )

    assert result.data["leadUpdate"] == {
        "record": None,
        "errors": [
            {
                "code": "CONFLICT",
                "path": ["version"],
                "expectedVersion": 1,
                "currentVersion": 2,
                "current": {"id": "1", "version": 2, "name": "mine"},
            }
        ],
    }


async def test_stale_delete_is_a_conflict(leads: Gql) -> None:
    result = await leads(f"mutation {{ leadDelete(id: 1, version: 3) {{ deletedId {CONFLICT} }} }}")

    assert result.data["leadDelete"]["deletedId"] is None
    assert result.data["leadDelete"]["errors"][0]["current"] == {
        "id": "1",
        "version": 1,
        "name": "A",
    }
    assert len(await names(leads)) == 4


async def test_version_is_required_where_the_model_says_so(leads: Gql) -> None:
    result = await leads('mutation { carefulUpdate(id: 1, data: {name: "x"}) { errors { code } } }')

    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]


# ---- idempotency ----------------------------------------------------------------------------

ONCE = """mutation($name: String!) {
    leadCreate(data: {name: $name, code: "once"}) @idempotent(key: "k1") {
      record { id name } errors { code } } }"""


async def test_repetition_gets_the_first_answer(leads: Gql) -> None:
    first = await leads(ONCE, name="N")
    await leads('mutation { leadUpdate(id: 5, data: {name: "changed"}) { errors { code } } }')

    assert (await leads(ONCE, name="N")).body == first.body
    assert first.data["leadCreate"] == {"record": {"id": "5", "name": "N"}, "errors": []}
    assert await names(leads) == ["A", "B", "C", "D", "changed"]


async def test_same_key_with_other_arguments(leads: Gql) -> None:
    await leads(ONCE, name="N")

    result = await leads(ONCE, name="M")

    assert result.data["leadCreate"] == {
        "record": None,
        "errors": [{"code": "IDEMPOTENCY_MISMATCH"}],
    }
    assert await names(leads) == ["A", "B", "C", "D", "N"]


async def test_user_errors_are_repeated_too(leads: Gql) -> None:
    taken = ONCE.replace('"once"', '"a"')
    first = await leads(taken, name="N")
    await leads("mutation { leadDelete(id: 1) { errors { code } } }")

    second = await leads(taken, name="N")

    assert first.data["leadCreate"]["errors"] == [{"code": "UNIQUE"}]
    assert second.body == first.body
    assert await names(leads) == ["B", "C", "D"]


async def test_duplicates_at_the_same_time_act_once(leads: Gql) -> None:
    answers = await asyncio.gather(*(leads(ONCE, name="N") for _ in range(4)))

    assert len({answer.body for answer in answers}) == 1
    assert await names(leads) == ["A", "B", "C", "D", "N"]


async def test_key_must_be_something(leads: Gql) -> None:
    result = await leads(ONCE.replace("k1", ""), name="N")

    assert result.codes == ["BAD_USER_INPUT"]


# ---- atomic operations ----------------------------------------------------------------------


async def test_atomic_operation_is_one_transaction(leads: Gql, queries: Queries) -> None:
    result = await leads(
        """mutation @atomic { a: leadDelete(id: 1) { deletedId }
          b: leadCreate(data: {name: "E"}) { record { name } } }"""
    )

    assert result.data == {"a": {"deletedId": "1"}, "b": {"record": {"name": "E"}}}
    assert [query.text for query in queries.sent if query.text.startswith("BEGIN")] == ["BEGIN"]


async def test_user_error_undoes_an_atomic_operation(leads: Gql) -> None:
    result = await leads(
        """mutation @atomic { a: leadDelete(id: 1) { deletedId }
          b: leadCreate(data: {name: "E", code: "b"}) { record { name } errors { code } }
          c: leadDelete(id: 2) { deletedId } }"""
    )

    assert result.data is None
    (error,) = result.errors
    assert (error["path"], error["extensions"]["code"]) == (["b"], "ATOMIC_ABORTED")
    assert error["extensions"]["errors"] == [
        {
            "code": "UNIQUE",
            "message": "Another Lead has this Code.",
            "path": ["code"],
            "index": None,
        }
    ]
    assert await names(leads) == ["A", "B", "C", "D"]


async def test_without_atomic_each_field_stands_alone(leads: Gql) -> None:
    await leads(
        """mutation { a: leadDelete(id: 1) { deletedId }
          b: leadCreate(data: {name: "E", code: "b"}) { errors { code } } }"""
    )

    assert await names(leads) == ["B", "C", "D"]


# ---- what tells two requests with one key apart ---------------------------------------------


async def test_same_key_with_another_fragment_or_variable_in_it(leads: Gql) -> None:
    def document(selected: str) -> str:
        return f"""mutation($code: Boolean!) {{
          leadCreate(data: {{name: "K"}}) @idempotent(key: "f") {{ ...Payload }} }}
          fragment Payload on LeadPayload {{ record {{ ...Lead }} errors {{ code }} }}
          fragment Lead on Lead {{ {selected} code @include(if: $code) }}"""

    first = await leads(document("name"), code=False)
    same = await leads(document("name"), code=False)
    others = [
        await leads(document("id name"), code=False),
        await leads(document("name"), code=True),
    ]

    assert first.data == same.data == {"leadCreate": {"record": {"name": "K"}, "errors": []}}
    mismatch = {"record": None, "errors": [{"code": "IDEMPOTENCY_MISMATCH"}]}
    assert [other.data["leadCreate"] for other in others] == [mismatch, mismatch]


async def test_key_must_be_text(leads: Gql) -> None:
    document = """mutation($key: String!) {
      leadCreate(data: {name: "K"}) @idempotent(key: $key) { errors { code } } }"""

    results = [await leads(document, key=key) for key in ("\ud800", "\0", "k" * 201)]

    assert [result.codes for result in results] == [["BAD_USER_INPUT"]] * 3


async def test_limit_counts_ids_too(leads: Gql) -> None:
    answer = await bulk(
        leads, "leadUpdateMany", 'target: {ids: [1, 2]}, data: {name: "Z"}, limit: 1'
    )

    assert (answer["affected"], problems(answer)) == (0, [("INVALID", ["limit"], None)])
    assert "Z" not in await names(leads)


@pytest.mark.parametrize("on", ["ID", "CREATED_AT", "DISPLAY_NAME"])
async def test_upsert_is_not_by_what_the_engine_makes(leads: Gql, on: str) -> None:
    answer = await bulk(leads, "leadUpsert", f'data: [{{name: "x"}}], on: [{on}]')

    assert problems(answer) == [("INVALID", ["on"], None)]
