"""SQL, Python, JSON and the typed filter give one answer for random expressions and records."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson
import pytest
import sqlalchemy as sa
from expression_samples import (
    MODELS,
    TableScope,
    condition,
    fetch,
    python_context,
    some_records,
    sql_context,
    store,
    surroundings,
    value,
)
from expression_texts import ZONES, Author
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.evaluate import evaluate, holds
from graphql_erp.expressions.sql import condition_sql, value_sql
from graphql_erp.expressions.tree import Condition, Node
from graphql_erp.expressions.wire import from_filter, to_filter
from graphql_erp.expressions.wire_json import from_json, to_json
from graphql_erp.fields.lookups import LOOKUPS

pytestmark = pytest.mark.anyio

SEEDS = st.integers(0, 2**32)
TREES = 40
SHORT = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
LONG = settings(SHORT, max_examples=500, derandomize=False)


def through_json(node: Node) -> Node:
    return from_json(MODELS, LOOKUPS, "Order", orjson.loads(orjson.dumps(to_json(node))))


def through_filter(node: Condition) -> Condition | None:
    try:
        data = to_filter(MODELS, "Order", node)
    except ExpressionError:
        return None
    return from_filter(MODELS, LOOKUPS, "Order", orjson.loads(orjson.dumps(data)))


def printed(result: Any) -> Any:
    """Return a value so that digits and types count, moments by the instant they are.

    Zeros at the end of a number do not: of equal numbers `max` may give either.
    """
    if isinstance(result, Decimal):
        return format(result.normalize(), "f")
    if isinstance(result, datetime):
        return result.astimezone(UTC).isoformat()
    return result


async def answers(
    connection: asyncpg.Connection, columns: Sequence[Any], scope: TableScope
) -> list[list[Any]]:
    """Return one list per column, ordered by id."""
    statement = scope.select(*columns).order_by(scope.table.c.id)
    rows = await fetch(connection, statement)
    return [[printed(row[place]) for row in rows] for place in range(len(columns))]


async def agree_on_conditions(connection: asyncpg.Connection, seed: int) -> int:
    """Compare many conditions on one set of records; return how many the filter can say."""
    author = Author(seed)
    records = some_records(author.chance)
    around = surroundings(
        author.one(*ZONES),
        user=author.chance.choice((1, None)),
        company=author.chance.choice((1, None)),
    )
    texts = [author.condition(2) for _ in range(TREES)]
    trees = [condition(text) for text in texts]
    await store(connection, records)
    scope, context = TableScope("Order"), sql_context(around)
    exact = [condition_sql(tree, scope, context, exact=True) for tree in trees]
    loose = [sa.case((condition_sql(tree, scope, context), True), else_=False) for tree in trees]
    exact_rows = await answers(connection, exact, scope)
    loose_rows = await answers(connection, loose, scope)

    said = 0
    for text, tree, sql, where in zip(texts, trees, exact_rows, loose_rows, strict=True):
        ours = selected(tree, records["Order"], around)
        assert (text, sql, where) == (text, ours, ours)
        assert through_json(tree) == tree, text
        filtered = through_filter(tree)
        if filtered is not None:
            said += 1
            assert (text, selected(filtered, records["Order"], around)) == (text, ours)
    return said


def selected(tree: Condition, orders: list[SimpleNamespace], around: Any) -> list[bool]:
    context = python_context(around)
    return [holds(tree, order, "Order", context) for order in orders]


async def agree_on_values(connection: asyncpg.Connection, seed: int) -> None:
    """Compare many values on one set of records."""
    author = Author(seed)
    records = some_records(author.chance)
    around = surroundings(author.one(*ZONES))
    texts = [author.value(author.chance.choice((1, 2, 3))) for _ in range(TREES)]
    trees = [value(text) for text in texts]
    await store(connection, records)
    scope, context = TableScope("Order"), sql_context(around)
    rows = await answers(connection, [value_sql(tree, scope, context) for tree in trees], scope)

    python = python_context(around)
    for text, tree, sql in zip(texts, trees, rows, strict=True):
        ours = [printed(evaluate(tree, order, "Order", python)) for order in records["Order"]]
        theirs = [
            str(item) if isinstance(mine, int) else item
            for item, mine in zip(sql, ours, strict=True)
        ]
        assert (text, theirs) == (text, [str(x) if isinstance(x, int) else x for x in ours])
        assert through_json(tree) == tree, text


@SHORT
@given(seed=SEEDS)
async def test_conditions_select_the_same_records(
    connection: asyncpg.Connection, seed: int
) -> None:
    said = await agree_on_conditions(connection, seed)

    assert said >= TREES // 10


@SHORT
@given(seed=SEEDS)
async def test_values_are_the_same_digits(connection: asyncpg.Connection, seed: int) -> None:
    await agree_on_values(connection, seed)


@pytest.mark.long
@LONG
@given(seed=SEEDS)
async def test_conditions_select_the_same_records_at_length(
    connection: asyncpg.Connection, seed: int
) -> None:
    await agree_on_conditions(connection, seed)


@pytest.mark.long
@LONG
@given(seed=SEEDS)
async def test_values_are_the_same_digits_at_length(
    connection: asyncpg.Connection, seed: int
) -> None:
    await agree_on_values(connection, seed)


def test_random_conditions_are_neither_all_true_nor_all_false() -> None:
    records = some_records(random.Random(1))["Order"]  # noqa: S311 - repeatable data
    author = Author(1)
    found = {
        sum(selected(condition(author.condition(2)), records, surroundings())) for _ in range(200)
    }

    assert found == set(range(len(records) + 1))
