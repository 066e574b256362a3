"""Creating: clean, default, look up, check and write, in one statement per model."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.security.permission import Operation
from graphql_erp.testing.queries import Queries
from graphql_erp.writing.batches import Written, created, write_all
from graphql_erp.writing.insert import insert
from graphql_erp.writing.rows import Batch, Reference, Row
from graphql_erp.writing.steps import write
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio


async def leads(writer: Writer, *data: dict[str, Any]) -> Written:
    return await write_all(writer, created(writer, writer.model("Lead"), data, range(len(data))))


async def mistakes(writer: Writer, *data: dict[str, Any]) -> tuple[UserProblem, ...]:
    with pytest.raises(UserError) as refused:
        await leads(writer, *data)
    return refused.value.problems


async def stored(writer: Writer, columns: str) -> list[tuple[Any, ...]]:
    rows = await writer.connection.fetch(f"SELECT {columns} FROM lead ORDER BY id")
    return [tuple(row) for row in rows]


async def test_ids_are_in_the_order_of_the_input(writer: Writer) -> None:
    written = await leads(writer, *({"name": f"n{number}"} for number in range(300)))

    assert written.ids == written.rows == tuple(range(1, 301))
    assert await stored(writer, "id, name") == [(n + 1, f"n{n}") for n in range(300)]


async def test_nothing_to_create(writer: Writer, queries: Queries) -> None:
    assert await leads(writer) == Written()
    assert (await queries.told()).count == 0


async def test_record_without_values(writer: Writer) -> None:
    model = writer.model("User")

    with pytest.raises(Exception, match='null value in column "name"'):
        await insert(writer, model, [{}])


async def test_stamps(writer: Writer) -> None:
    await leads(writer, {"name": "a"})

    (row,) = await stored(writer, "version, created_by_id, updated_by_id, created_at = updated_at")
    assert row == (1, 1, 1, True)


async def test_defaults_are_for_what_is_omitted(writer: Writer) -> None:
    await leads(writer, {"name": "a"}, {"name": "b", "open": None}, {"name": "c", "open": False})

    assert await stored(writer, "open") == [(True,), (None,), (False,)]


async def test_values_are_cleaned(writer: Writer) -> None:
    await leads(writer, {"name": "e\u0301", "revenue": Decimal("1.005"), "mail": "A@Example.org"})

    assert await stored(writer, "name, revenue") == [("\u00e9", Decimal("1.01"))]


async def test_mistakes_are_told_of_every_row_and_nothing_is_sent(
    writer: Writer, queries: Queries
) -> None:
    problems = await mistakes(
        writer, {"name": "x" * 11}, {"name": "b"}, {"name": None, "revenue": Decimal(10**7)}
    )

    assert [(item.code, item.path, item.index) for item in problems] == [
        ("INVALID", ("name",), 0),
        ("REQUIRED", ("name",), 2),
        ("INVALID", ("revenue",), 2),
    ]
    assert (await queries.told()).count == 0


async def test_single_record_has_no_index(writer: Writer) -> None:
    with pytest.raises(UserError) as refused:
        await write_all(writer, created(writer, writer.model("Lead"), [{"name": None}]))

    assert refused.value.problems == (UserProblem("REQUIRED", "Name is required.", ("name",)),)


async def test_required_text_that_says_nothing_is_missing(writer: Writer) -> None:
    problems = await mistakes(writer, {"name": ""}, {"name": " "}, {"name": "x", "mail": None})

    assert [(item.code, item.path, item.index) for item in problems] == [
        ("REQUIRED", ("name",), 0),
        ("REQUIRED", ("name",), 1),
    ]


# ---- references -----------------------------------------------------------------------------


async def test_references_by_id_key_and_key_of_several_fields(writer: Writer) -> None:
    await leads(
        writer,
        {"name": "a", "stage": {"id": "1"}},
        {"name": "b", "stage": {"key": {"name": "New"}}},
        {"name": "c", "kind": {"key": {"stageAndCode": {"stageId": "2", "code": 7}}}},
        {"name": "d", "kind": {"key": {"id": "1"}}},
        {"name": "e", "stage": None},
    )

    assert await stored(writer, "stage_id, kind_id") == [
        (1, None),
        (1, None),
        (None, 2),
        (None, 1),
        (None, None),
    ]


async def test_each_kind_of_key_is_looked_up_once(writer: Writer, queries: Queries) -> None:
    row = {"stage": {"key": {"name": "New"}}, "kind": {"id": "1"}}

    await leads(writer, *({"name": f"n{n}", **row} for n in range(20)))

    # stages by name, the insert, which tells of kinds, and the two checks that need other records
    assert (await queries.told()).count == 4


async def test_target_that_does_not_exist(writer: Writer) -> None:
    kind = {"key": {"stageAndCode": {"stageId": "1", "code": 8}}}

    problems = await mistakes(
        writer, {"name": "a", "kind": kind}, {"name": "b", "stage": {"id": "99"}}
    )

    assert problems == (
        UserProblem("NOT_FOUND", "Kind: there is no Kind 1, 8.", ("kind",), 0),
        UserProblem("NOT_FOUND", "Stage: there is no Stage 99.", ("stage",), 1),
    )
    assert await stored(writer, "id") == []


async def test_rows_made_elsewhere_take_the_same_steps(writer: Writer) -> None:
    rows = [Row(values={"name": "a", "stage": Reference("Stage", ("name",), ("New",))})]

    ids = await write(writer, Batch(writer.model("Lead"), Operation.CREATE, rows))

    assert ids == (1,)
    assert await stored(writer, "stage_id") == [(1,)]


# ---- checks that need other records ---------------------------------------------------------


async def test_check_over_a_relation_names_its_rows(writer: Writer) -> None:
    problems = await mistakes(
        writer, {"name": "a", "stage": {"id": "1"}}, {"name": "b", "stage": {"id": "2"}}
    )

    assert problems == (UserProblem("BUSINESS_RULE", "The stage is closed.", ("stage",), 1),)


# ---- values of every type -------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text("aé\"\\'{},", max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abé", max_size=3), inner),
    max_leaves=6,
)
ROW = st.fixed_dictionaries(
    {"name": st.text("abÉ%_'\"\\{},", max_size=9)},
    optional={
        "ordinal": st.none() | st.integers(-(2**31), 2**31 - 1),
        "big": st.none() | st.integers(-(2**63), 2**63 - 1),
        "rate": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "revenue": st.none() | st.decimals(-999999, 999999, places=2),
        "due": st.none() | st.dates(),
        "at": st.none() | st.datetimes(timezones=st.just(dt.UTC)),
        "clock": st.none() | st.times(),
        "extra": JSON,
        "mood": st.none() | st.sampled_from(["good", "bad"]),
        "open": st.none() | st.booleans(),
    },
)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=st.lists(ROW, min_size=1, max_size=6))
async def test_values_are_stored_as_given(writer: Writer, rows: list[dict[str, Any]]) -> None:
    columns = list(rows[0] | {name: None for row in rows for name in row})

    ids = await insert(writer, writer.model("Lead"), rows)

    found = await writer.connection.fetch(
        f"SELECT {', '.join(columns)} FROM lead WHERE id = ANY($1) ORDER BY id", list(ids)
    )
    for row, record in zip(rows, found, strict=True):
        for name in columns:
            value, kept = row.get(name), record[name]
            if name == "extra" and kept is not None:
                kept = orjson.loads(kept)
            assert kept == value or (value == 0.0 and math.isclose(kept, 0.0)), (name, value, kept)
