"""Updating and deleting one record."""

from decimal import Decimal
from typing import Any

import asyncpg
import pytest

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.testing.queries import Queries
from graphql_erp.writing.batches import changed, created, deleted, write_all
from graphql_erp.writing.refusals import problem_of
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio


async def lead(writer: Writer, **values: Any) -> int:
    batch = created(writer, writer.model("Lead"), [{"name": "a", **values}])
    return (await write_all(writer, batch)).ids[0]


async def update(writer: Writer, record_id: int, values: dict[str, Any]) -> tuple[int, ...]:
    batch = changed(writer, writer.model("Lead"), [record_id], values)
    return (await write_all(writer, batch)).ids


async def delete(writer: Writer, model: str, record_id: int) -> tuple[int, ...]:
    return (await write_all(writer, deleted(writer.model(model), [record_id]))).ids


async def row(writer: Writer, record_id: int, columns: str) -> tuple[Any, ...]:
    (found,) = await writer.connection.fetch(f"SELECT {columns} FROM lead WHERE id = $1", record_id)
    return tuple(found)


async def test_omitted_stays_and_null_clears(writer: Writer) -> None:
    record = await lead(writer, revenue=Decimal(5), ordinal=3, stage={"id": "1"})

    written = await update(writer, record, {"ordinal": None, "extra": {"a": [1]}})

    assert written == (record,)
    found = await row(writer, record, "revenue, ordinal, stage_id, extra::text, version")
    assert found == (Decimal("5.00"), None, 1, '{"a": [1]}', 2)


async def test_update_is_stamped(writer: Writer) -> None:
    record = await lead(writer)
    await writer.connection.fetch("UPDATE lead SET updated_at = 'epoch', updated_by_id = NULL")

    await update(writer, record, {"name": "b"})

    found = await row(
        writer, record, "updated_by_id, updated_at = '2026-06-15T10:30Z', created_by_id"
    )
    assert found == (1, True, 1)


async def test_update_of_one_record_leaves_the_others(writer: Writer) -> None:
    one, two = await lead(writer), await lead(writer)

    await update(writer, one, {"name": "b"})

    assert await row(writer, two, "name, version") == ("a", 1)


async def test_mistakes_of_an_update(writer: Writer, queries: Queries) -> None:
    record = await lead(writer)
    (await queries.told()).clear()

    with pytest.raises(UserError) as refused:
        await update(writer, record, {"name": None, "mail": "no address", "stage": {"id": "x"}})

    assert [(item.code, item.path) for item in refused.value.problems] == [
        ("REQUIRED", ("name",)),
        ("INVALID", ("mail",)),
        ("INVALID", ("stage",)),
    ]
    assert (await queries.told()).count == 0


async def test_update_of_no_record(writer: Writer) -> None:
    with pytest.raises(UserError) as refused:
        await update(writer, 99, {"name": "b"})

    assert refused.value.problems == (UserProblem("NOT_FOUND", "There is no Lead 99.", ("id",)),)


async def test_update_that_breaks_a_check_over_a_relation(writer: Writer) -> None:
    record = await lead(writer, stage={"id": "1"})

    with pytest.raises(UserError) as refused:
        await update(writer, record, {"stage": {"key": {"name": "Closed"}}})

    assert refused.value.problems == (
        UserProblem("BUSINESS_RULE", "The stage is closed.", ("stage",)),
    )


async def test_delete_of_no_record(writer: Writer) -> None:
    with pytest.raises(UserError) as refused:
        await delete(writer, "Lead", 99)

    assert refused.value.problems == (UserProblem("NOT_FOUND", "There is no Lead 99.", ("id",)),)


async def test_delete_takes_what_belongs_to_it(writer: Writer) -> None:
    parent = await lead(writer)
    await lead(writer, parent={"id": str(parent)})

    assert await delete(writer, "Lead", parent) == (parent,)
    assert await writer.connection.fetch("SELECT id FROM lead") == []


async def test_delete_clears_what_refers_loosely(writer: Writer) -> None:
    record = await lead(writer, kind={"id": "1"})

    await delete(writer, "Kind", 1)

    assert await row(writer, record, "kind_id") == (None,)


# ---- refusals of the database ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (
            "INSERT INTO stage (name) VALUES ('New')",
            UserProblem("UNIQUE", "Another Stage has this Name.", ("name",)),
        ),
        (
            "INSERT INTO stage (name) VALUES (NULL)",
            UserProblem("REQUIRED", "Name is required.", ("name",)),
        ),
        (
            "DELETE FROM stage WHERE id = 1",
            UserProblem(
                "RESTRICTED",
                "Stage is still used as Stage of Kind records.",
                details={"model": "Kind", "field": "stage"},
            ),
        ),
        (
            "INSERT INTO stage (name, created_by_id) VALUES ('x', 99)",
            UserProblem("NOT_FOUND", "Created by: there is no such record.", ("createdBy",)),
        ),
        (
            "INSERT INTO stage (name, version) VALUES ('x', 99999999999)",
            UserProblem("INVALID", "A value is too long or too large for its field."),
        ),
        ("SELECT 1/0", None),
        ("SELECT 'x'::integer", None),
    ],
    ids=["unique", "required", "restricted", "not_found", "too_large", "division", "cast"],
)
async def test_refusal_becomes_a_problem(
    writer: Writer, statement: str, problem: UserProblem | None
) -> None:
    with pytest.raises(asyncpg.PostgresError) as caught:
        await writer.connection.fetch(statement)

    assert problem_of(writer.registry, writer.model("Stage"), caught.value) == problem
