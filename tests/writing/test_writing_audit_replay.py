"""Property: replaying the entries of a record gives exactly what the database holds of it."""

from typing import Any

import asyncpg
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
    model: Box
    audit: true
    fields:
      name: Char
      outer: {type: ManyToOne, to: Box, on_delete: set_null}
      price: {type: Decimal, digits: [12, 2]}
      pieces: Integer
      extra: Json
      total: {type: Decimal, digits: [14, 2], compute: price * pieces, store: true}
"""
CREATE = "mutation($data: [BoxCreateInput!]!) { boxCreateMany(data: $data) { affected } }"
UPDATE = """mutation($id: ID!, $data: BoxUpdateInput!) {
    boxUpdate(id: $id, data: $data) { errors { code } } }"""
DELETE = "mutation($id: ID!) { boxDelete(id: $id) { errors { code } } }"
STATEMENTS = (
    "INSERT INTO box (name, pieces) SELECT 'n', n FROM generate_series(1, {0}) n",
    """INSERT INTO box (id, name) VALUES (5000 + {0}, 'u')
    ON CONFLICT (id) DO UPDATE SET name = excluded.name""",
    "UPDATE box SET pieces = id, price = 0.01 * id WHERE id >= {0}",
    """UPDATE box SET outer_id = {0}
    WHERE id > {0} AND EXISTS (SELECT FROM box WHERE id = {0})""",
    "UPDATE box SET version = version + 1, updated_at = now()",
    """UPDATE box SET id = 9000 + id WHERE id = {0}
    AND NOT EXISTS (SELECT FROM box b WHERE b.id = 9000 + {0} OR b.outer_id = {0})""",
    "DELETE FROM box WHERE id % 2 = {0} % 2",
)
NAMES = ("name", "price", "pieces", "extra", "total", "created_at")

values = st.fixed_dictionaries(
    {},
    optional={
        "name": st.none() | st.sampled_from(["a", '\u00e9 \\ "', ""]),
        "price": st.none() | st.sampled_from(["1.50", "0", "-2.25"]),
        "pieces": st.none() | st.integers(0, 3),
        "extra": st.sampled_from([{}, {"a": [1, None]}, ["b"], "c", 0]),
    },
)
numbers = st.integers(1, 8)
steps = st.one_of(
    st.tuples(st.just("create"), st.lists(values, min_size=1, max_size=3)),
    st.tuples(st.just("update"), numbers, values),
    st.tuples(st.just("delete"), numbers),
    st.tuples(
        st.just("sql"),
        st.sampled_from(STATEMENTS),
        numbers,
    ),
)


async def take(models: DeclaredModels, step: tuple[Any, ...]) -> None:
    match step:
        case ("create", data):
            await models.gql(CREATE, data=data)
        case ("update", number, data):
            await models.gql(UPDATE, id=str(number), data=data)
        case ("delete", number):
            await models.gql(DELETE, id=str(number))
        case ("sql", text, number):
            async with (await models.pool()).acquire() as connection:
                await connection.execute(text.format(number))


async def replayed(connection: asyncpg.Connection) -> dict[int, dict[str, Any]]:
    """Return the values of all records that exist, from nothing but the entries."""
    records: dict[int, dict[str, Any]] = {}
    rows = await connection.fetch(
        "SELECT record_id, operation, old_values, new_values FROM audit_entry"
        " WHERE model = 'Box' ORDER BY id"
    )
    for row in rows:
        old, new = (orjson.loads(text or "{}") for text in row[2:])
        before = records.get(row["record_id"], {})
        assert {name: before.get(name) for name in old} == old
        if row["operation"] == "create":
            assert row["record_id"] not in records
        if row["operation"] == "delete":
            assert {name for name, value in before.items() if value is not None} == set(old)
            del records[row["record_id"]]
        else:
            records[row["record_id"]] = {**before, **new}
    return records


async def present(connection: asyncpg.Connection) -> dict[int, dict[str, Any]]:
    """Return the values of all records as entries write them."""
    rows = await connection.fetch(
        "SELECT id, name, price::text, pieces, extra, total::text, outer_id::text AS outer,"
        " to_jsonb(created_at) #>> '{}' AS created_at FROM box"
    )
    found = {row["id"]: dict(row) for row in rows}
    for record in found.values():
        del record["id"]
        record["extra"] = record["extra"] and orjson.loads(record["extra"])
    return found


@pytest.fixture
async def boxes(models: DeclaredModels, declare: Declare) -> DeclaredModels:
    """Give boxes, whose changes are recorded."""
    declare(MODELS, dependencies=["core"])
    await models.pool()
    return models


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(taken=st.lists(steps, min_size=1, max_size=12))
async def test_entries_are_the_whole_story(
    boxes: DeclaredModels, taken: list[tuple[Any, ...]]
) -> None:
    await boxes.empty()
    for step in taken:
        await take(boxes, step)

    async with (await boxes.pool()).acquire() as connection:
        story, records = await replayed(connection), await present(connection)
    blank = dict.fromkeys((*NAMES, "outer"))
    assert {key: blank | values for key, values in story.items()} == records
