"""Mutations: each root field is one transaction; what a user can mend is data in its payload."""

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

TASKS = """
    model: User
    fields: {name: {type: Char, required: true}}
    ---
    model: Company
    fields: {name: {type: Char, required: true}}
    ---
    model: Task
    fields:
      name: {type: Char, required: true}
      state: {type: Selection, options: {open: Open, done: Done}, default: open}
      day: {type: Date, default: today}
      at: {type: Datetime, default: now}
      owner: {type: ManyToOne, to: User, default: user}
      company: {type: ManyToOne, to: Company, default: company}
      hours: {type: Decimal, digits: [5, 2], default: "1.5"}
      lines: Integer
    checks:
      hours_positive: {where: Q(hours__gt=0), message: Hours must be positive.}
      lines_few: {where: Q(lines__isnull=True) | Q(lines__lt=10), message: Too many lines.}
"""
TASK_FIELDS = "name state day at owner { name } company { name } hours lines version"


@pytest.fixture
async def tasks(models: DeclaredModels) -> Client:
    """Give a client for user 1 in company 1, whose day begins before that of UTC."""
    models.declare(TASKS)
    await models.gql(
        'mutation { userCreate(data: {name: "Ada"}) { errors { code } }'
        ' companyCreate(data: {name: "Halden"}) { errors { code } } }'
    )
    models.queries.clear()
    return await models.client(Actor(user=1, company=1, timezone="Pacific/Kiritimati"))


async def count(client: Client, plural: str) -> int:
    total: int = (await client(f"{{ {plural} {{ totalCount }} }}")).data[plural]["totalCount"]
    return total


# ---- defaults -------------------------------------------------------------------------------


async def test_omitted_fields_get_their_defaults(tasks: Client) -> None:
    result = await tasks(
        f'mutation {{ taskCreate(data: {{name: "a"}}) {{ record {{ {TASK_FIELDS} }} }} }}'
    )

    assert result.data["taskCreate"]["record"] == {
        "name": "a",
        "state": "OPEN",
        "day": "2026-06-16",
        "at": "2026-06-15T10:30:00.000000Z",
        "owner": {"name": "Ada"},
        "company": {"name": "Halden"},
        "hours": "1.50",
        "lines": None,
        "version": 1,
    }


async def test_null_is_not_omitted(tasks: Client) -> None:
    result = await tasks(
        """mutation { taskCreate(data: {name: "a", state: null, day: null, at: null, owner: null,
             company: null}) { record { state day at owner { name } company { name } } } }"""
    )

    assert result.data["taskCreate"]["record"] == {
        "state": None,
        "day": None,
        "at": None,
        "owner": None,
        "company": None,
    }


async def test_absent_variable_is_omitted(tasks: Client) -> None:
    document = """mutation($hours: Decimal) {
      taskCreate(data: {name: "a", hours: $hours}) { record { hours } errors { path } } }"""

    absent = await tasks(document)
    given = await tasks(document, hours="2")

    assert absent.data["taskCreate"]["record"] == {"hours": "1.50"}
    assert given.data["taskCreate"]["record"] == {"hours": "2.00"}


async def test_rows_of_a_bulk_may_give_different_fields(tasks: Client) -> None:
    result = await tasks(
        """mutation { taskCreateMany(data: [{name: "a", lines: 3}, {name: "b", state: DONE},
             {name: "c", hours: "4"}]) { records { name lines state hours } } }"""
    )

    assert result.data["taskCreateMany"]["records"] == [
        {"name": "a", "lines": 3, "state": "OPEN", "hours": "1.50"},
        {"name": "b", "lines": None, "state": "DONE", "hours": "1.50"},
        {"name": "c", "lines": None, "state": "OPEN", "hours": "4.00"},
    ]


# ---- update ---------------------------------------------------------------------------------


async def test_update_changes_what_is_given_and_raises_the_version(filled_shop: Client) -> None:
    document = "{ lead(by: {id: 1}) { name revenue seats mood stageId version } }"
    before = (await filled_shop(document)).data["lead"]

    await filled_shop(
        "mutation { leadUpdate(id: 1, data: {seats: null, revenue: 3}) { errors { code } } }"
    )

    after = (await filled_shop(document)).data["lead"]
    assert after == {**before, "seats": None, "revenue": "3.00", "version": 2}


async def test_empty_update_changes_nothing(filled_shop: Client) -> None:
    result = await filled_shop("mutation { leadUpdate(id: 1, data: {}) { record { version } } }")

    assert result.data == {"leadUpdate": {"record": {"version": 1}}}


async def test_empty_update_of_no_record(filled_shop: Client) -> None:
    result = await filled_shop("mutation { leadUpdate(id: 99, data: {}) { errors { code } } }")

    assert result.data == {"leadUpdate": {"errors": [{"code": "NOT_FOUND"}]}}


async def test_nothing_is_written_when_a_later_payload_cannot_be_answered(
    filled_shop: Client,
) -> None:
    result = await filled_shop(
        """mutation {
          a: leadDelete(id: 1) { deletedId }
          b: leadCreate(data: {name: "x"}) { record { stage { leads(first: 501) { totalCount } } } }
        }"""
    )
    left = await filled_shop("{ lead(by: {id: 1}) { id } }")

    assert (result.data, result.codes) == (None, ["PAGE_TOO_LARGE"])
    assert left.data == {"lead": {"id": "1"}}


async def test_update_of_no_record(filled_shop: Client) -> None:
    result = await filled_shop(
        "mutation { leadUpdate(id: 99, data: {seats: 1})"
        " { record { id } errors { code message path } } }"
    )

    assert result.data["leadUpdate"] == {
        "record": None,
        "errors": [{"code": "NOT_FOUND", "message": "There is no Lead 99.", "path": ["id"]}],
    }


async def test_update_to_a_taken_key(filled_shop: Client) -> None:
    result = await filled_shop(
        'mutation { stageUpdate(id: 2, data: {name: "New"}) { errors { code path index } } }'
    )

    assert result.data["stageUpdate"]["errors"] == [
        {"code": "UNIQUE", "path": ["name"], "index": None}
    ]
    assert (await filled_shop("{ stage(by: {id: 2}) { name version } }")).data == {
        "stage": {"name": "Won", "version": 1}
    }


# ---- delete ---------------------------------------------------------------------------------


async def test_delete_of_a_record_in_use(filled_shop: Client) -> None:
    result = await filled_shop(
        "mutation { stageDelete(id: 1) { deletedId errors { code message } } }"
    )

    assert result.data["stageDelete"] == {
        "deletedId": None,
        "errors": [
            {"code": "RESTRICTED", "message": "Stage is still used as Stage of Lead records."}
        ],
    }
    assert await count(filled_shop, "stages") == 2


async def test_delete(filled_shop: Client) -> None:
    result = await filled_shop("mutation { leadDelete(id: 2) { deletedId errors { code } } }")

    assert result.data == {"leadDelete": {"deletedId": "2", "errors": []}}
    assert await count(filled_shop, "leads") == 2


# ---- statements -----------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 10, 500])
async def test_bulk_takes_the_same_statements_for_any_number_of_rows(
    filled_shop: Client, queries: Queries, rows: int
) -> None:
    data = [
        {"name": f"n{n}", "stage": {"id": "1"} if n % 2 else {"key": {"name": "Won"}}, "seats": n}
        for n in range(rows)
    ]

    result = await filled_shop(
        """mutation($d: [LeadCreateInput!]!) { leadCreateMany(data: $d) {
             affected records { id name stage { name } } } }""",
        d=data,
    )

    payload = result.data["leadCreateMany"]
    assert payload["affected"] == rows
    assert [record["name"] for record in payload["records"]] == [row["name"] for row in data]
    # Stages are looked up by name; of those named by id the insert tells.
    assert [text.split()[0] for text in queries.texts] == ["SELECT", "INSERT", "SELECT"]


async def test_empty_bulk_writes_nothing(shop: Client, queries: Queries) -> None:
    result = await shop(
        "mutation { leadCreateMany(data: [])"
        " { affected records { id } results { record { id } } errors { code } } }"
    )

    assert result.data["leadCreateMany"] == {
        "affected": 0,
        "records": [],
        "results": [],
        "errors": [],
    }
    assert queries.count == 0


async def test_single_create_takes_one_statement(shop: Client, queries: Queries) -> None:
    await shop('mutation { leadCreate(data: {name: "a"}) { record { name stage { name } } } }')

    assert [text.split()[0] for text in queries.texts] == ["WITH"]


# ---- problems -------------------------------------------------------------------------------


async def test_all_mistakes_of_all_rows_are_told_together(shop: Client) -> None:
    result = await shop(
        """mutation { stageCreateMany(data: [{name: "fine"}, {name: "xxxxxxxxxxxxxxxxxxxxx"},
             {name: "b", sequence: null}, {name: "c\\u0000"}]) {
             affected errors { code path index } } }"""
    )

    assert result.data["stageCreateMany"] == {
        "affected": 0,
        "errors": [
            {"code": "INVALID", "path": ["name"], "index": 1},
            {"code": "REQUIRED", "path": ["sequence"], "index": 2},
            {"code": "INVALID", "path": ["name"], "index": 3},
        ],
    }
    assert await count(shop, "stages") == 0


async def test_keys_taken_by_a_record_and_within_the_bulk(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation { stageCreateMany(
             data: [{name: "New"}, {name: "x"}, {name: "y"}, {name: "x"}]) {
             affected errors { code path index } } }"""
    )

    assert result.data["stageCreateMany"] == {
        "affected": 0,
        "errors": [
            {"code": "UNIQUE", "path": ["name"], "index": 0},
            {"code": "UNIQUE", "path": ["name"], "index": 3},
        ],
    }
    assert await count(filled_shop, "stages") == 2


async def test_failed_checks_name_their_rows(tasks: Client) -> None:
    result = await tasks(
        """mutation { taskCreateMany(data: [
             {name: "a"}, {name: "b", hours: -1}, {name: "c", lines: 3},
             {name: "d", hours: 0, lines: 12}]) {
             affected errors { code message path index } } }"""
    )

    hours = {"code": "BUSINESS_RULE", "message": "Hours must be positive.", "path": ["hours"]}
    lines = {"code": "BUSINESS_RULE", "message": "Too many lines.", "path": ["lines"]}
    assert result.data["taskCreateMany"] == {
        "affected": 0,
        "errors": [{**hours, "index": 1}, {**hours, "index": 3}, {**lines, "index": 3}],
    }
    assert await count(tasks, "tasks") == 0


async def test_failed_check_of_an_update(tasks: Client) -> None:
    await tasks('mutation { taskCreate(data: {name: "a"}) { record { id } } }')

    result = await tasks(
        "mutation { taskUpdate(id: 1, data: {hours: -1})"
        " { errors { __typename message path index } } }"
    )

    assert result.data["taskUpdate"]["errors"] == [
        {
            "__typename": "BusinessError",
            "message": "Hours must be positive.",
            "path": ["hours"],
            "index": None,
        }
    ]


async def test_references_that_lead_nowhere(filled_shop: Client, queries: Queries) -> None:
    result = await filled_shop(
        """mutation { leadCreateMany(data: [
             {name: "a", stage: {id: "9"}}, {name: "b", stage: {id: "1"}},
             {name: "c", stage: {id: "9"}}, {name: "d", stage: {key: {name: "None"}}}]) {
             errors { code message path index } } }"""
    )

    assert [
        (error["code"], error["message"], error["path"], error["index"])
        for error in result.data["leadCreateMany"]["errors"]
    ] == [
        ("NOT_FOUND", "Stage: there is no Stage 9.", ["stage"], 0),
        ("NOT_FOUND", "Stage: there is no Stage 9.", ["stage"], 2),
        ("NOT_FOUND", "Stage: there is no Stage None.", ["stage"], 3),
    ]
    assert queries.count == 2


async def test_number_beyond_the_digits_of_its_field(filled_shop: Client) -> None:
    result = await filled_shop(
        'mutation { leadUpdate(id: 1, data: {revenue: "99999999"}) { errors { code path } } }'
    )

    assert result.data["leadUpdate"]["errors"] == [{"code": "INVALID", "path": ["revenue"]}]


async def test_stored_computed_value_beyond_its_digits(models: DeclaredModels) -> None:
    models.declare(
        """
        model: Box
        fields:
          width: Integer
          area: {type: Decimal, digits: [4, 0], compute: width * width, store: true}
        """
    )
    client = await models.client()

    result = await client(
        "mutation { boxCreate(data: {width: 1000}) { record { id } errors { code } } }"
    )

    assert result.data["boxCreate"] == {"record": None, "errors": [{"code": "INVALID"}]}
    assert await count(client, "boxes") == 0


# ---- transactions ---------------------------------------------------------------------------


async def test_roots_are_transactions_of_their_own(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation {
          one: stageCreate(data: {name: "one"}) { record { id } errors { code } }
          taken: stageCreate(data: {name: "one"}) { record { id } errors { code } }
          two: stageCreate(data: {name: "two"}) { record { name } errors { code } }
        }"""
    )

    assert result.data["taken"] == {"record": None, "errors": [{"code": "UNIQUE"}]}
    assert result.data["two"] == {"record": {"name": "two"}, "errors": []}
    assert await count(filled_shop, "stages") == 4


async def test_failure_while_the_payload_is_read_undoes_the_write(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation {
          stageCreate(data: {name: "x"}) { record { leads(q: "Q(nothing=1)") { totalCount } } } }"""
    )

    assert result.codes == ["BAD_USER_INPUT"]
    assert result.data is None
    assert await count(filled_shop, "stages") == 2


async def test_connection_is_free_again_after_every_outcome(filled_shop: Client) -> None:
    for document in (
        'mutation { stageCreate(data: {name: "New"}) { errors { code } } }',
        'mutation { stageCreate(data: {name: "x"}) { record { leads(last: 999) { totalCount }}}}',
        'mutation { stageDelete(id: "1") { errors { code } } }',
        'mutation { stageDelete(id: "x") { errors { code } } }',
        '{ leads(filter: {id: {eq: "x"}}) { totalCount } }',
    ):
        await filled_shop(document)
        assert await count(filled_shop, "stages") == 2

    assert filled_shop.environment.pool.size == filled_shop.environment.pool.free


async def test_write_that_takes_too_long(models: DeclaredModels) -> None:
    models.declare("model: Lead\nfields: {name: Char}", statement_timeout=0.5)
    client = await models.client()
    await client('mutation { leadCreate(data: {name: "a"}) { record { id } } }')

    async with client.environment.pool.acquire() as other:
        transaction = other.transaction()
        await transaction.start()
        await other.execute("UPDATE lead SET name = 'locked'")
        result = await client(
            'mutation { leadUpdate(id: 1, data: {name: "b"}) { errors { code } } }'
        )
        await transaction.rollback()

    assert result.codes == ["TIMEOUT"]
    assert result.errors[0]["path"] == ["leadUpdate"]
    assert (await client("{ lead(by: {id: 1}) { name version } }")).data == {
        "lead": {"name": "a", "version": 1}
    }


async def test_read_that_takes_too_long(models: DeclaredModels) -> None:
    models.declare("model: Lead\nfields: {name: Char}", statement_timeout=0.5)
    client = await models.client()

    async with client.environment.pool.acquire() as other, other.transaction():
        await other.execute("LOCK TABLE lead IN ACCESS EXCLUSIVE MODE")
        result = await client("{ leads { totalCount } }")

    assert result.codes == ["TIMEOUT"]
    assert result.data is None


# ---- payloads -------------------------------------------------------------------------------


async def test_members_of_payloads(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation {
          ...M
          leadCreate(data: {name: "x"}) { errors { ... on ValidationError { code } } }
        }
        fragment M on Mutation { leadCreate(data: {name: "x"}) {
          __typename it: record { ... on Record { id } } } }"""
    )

    assert result.data == {
        "leadCreate": {"__typename": "LeadPayload", "it": {"id": "4"}, "errors": []}
    }


async def test_results_are_in_the_order_of_the_input(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation { stageCreateMany(data: [{name: "z"}, {name: "a"}]) {
             results { __typename record { name } errors { code } } } }"""
    )

    assert result.data["stageCreateMany"]["results"] == [
        {"__typename": "StagePayload", "record": {"name": "z"}, "errors": []},
        {"__typename": "StagePayload", "record": {"name": "a"}, "errors": []},
    ]


async def test_payload_shows_what_was_written_to_others(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation { leadUpdate(id: 3, data: {stage: {id: 1}}) {
             record { stage { leads(orderBy: [{id: ASC}]) { totalCount nodes { name } } } } } }"""
    )

    assert result.data["leadUpdate"]["record"]["stage"]["leads"] == {
        "totalCount": 3,
        "nodes": [{"name": "a"}, {"name": "b"}, {"name": "c"}],
    }


async def test_variables_inside_a_payload(filled_shop: Client) -> None:
    result = await filled_shop(
        """mutation($n: String, $yes: Boolean!) { leadUpdate(id: 3, data: {stage: {id: 1}}) {
             record { stage { leads(filter: {name: {eq: $n}}) {
               nodes { name @include(if: $yes) id } } } } } }""",
        n="a",
        yes=False,
    )

    assert result.data["leadUpdate"]["record"]["stage"]["leads"] == {"nodes": [{"id": "1"}]}
