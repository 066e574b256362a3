"""The SQL is plain where nulls do not matter, so that indexes serve it."""

from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from expression_samples import (
    MODELS,
    TableScope,
    compiled,
    condition,
    fetch,
    sql_context,
    surroundings,
    value,
)

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.sql import SqlContext, condition_sql, field_sql, value_sql
from graphql_erp.expressions.tree import (
    Condition,
    Kind,
    Literal,
    Node,
    Parameter,
    ValueType,
)
from graphql_erp.expressions.wire import from_filter
from graphql_erp.fields.lookups import LOOKUPS

CONTEXT = sql_context(surroundings())


def where(text: str) -> str:
    """Return the condition of a WHERE over orders, without the name of the table."""
    scope = TableScope("Order")
    clause = condition_sql(condition(text), scope, CONTEXT)
    return squeezed(scope.select(scope.table.c.id).where(clause)).partition(" WHERE ")[2]


def ordered(text: str) -> str:
    """Return the value that orders are ordered by, without the name of the table."""
    scope = TableScope("Order")
    clause = value_sql(value(text), scope, CONTEXT)
    return squeezed(scope.select(scope.table.c.id).order_by(clause)).partition(" ORDER BY ")[2]


def squeezed(clause: sa.ClauseElement) -> str:
    text, _ = compiled(clause)
    return " ".join(text.split()).replace("sample_order_1.", "")


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        (
            'Q(name="a", amount__gt=5)',
            "name = $1::VARCHAR AND amount > $2::NUMERIC",
        ),
        (
            'Q(name="a") | Q(is_open=True)',
            "name = $1::VARCHAR OR is_open = $2::BOOLEAN",
        ),
        ('Q(name__neq="a")', "(name = $1::VARCHAR) IS NOT true"),
        ('~Q(name="a")', "(name = $1::VARCHAR) IS NOT true"),
        ('~Q(name__neq="a")', "(name = $1::VARCHAR) IS true"),
        ("Q(id__neq=5)", "id != $1::BIGINT"),
        ("~Q(id=5)", "id != $1::BIGINT"),
        ("Q(id__in=[1, 2])", "id = ANY ($1::BIGINT[])"),
        ("Q(id__nin=[1, 2])", "id != ALL ($1::BIGINT[])"),
        ("Q(position__nin=[1])", "(position = ANY ($1::BIGINT[])) IS NOT true"),
        ("Q(company=company)", "company_id = $1::BIGINT"),
        ("Q(company__in=[company, 3])", "company_id = ANY (ARRAY[$1::BIGINT, $2::BIGINT])"),
        ("Q(name__isnull=True)", "name IS NULL"),
        ("~Q(name__isnull=True)", "name IS NOT NULL"),
        ("Q(amount__between=[1, 2])", "amount BETWEEN $1::NUMERIC AND $2::NUMERIC"),
        (
            'Q(name__startswith="a")',
            (
                r"name LIKE (replace(replace(replace($1::VARCHAR, E'\\', E'\\\\'), E'%', E'\\%'),"
                r" E'_', E'\\_') || '%')"
            ),
        ),
        ('F("amount") != F("rate")', "(amount = rate) IS NOT true"),
        ('~(F("amount") < F("rate"))', "(amount < rate) IS NOT true"),
        ("Q()", "true"),
        ("~Q()", "false"),
        (
            "Q(lines__active=True, lines__quantity__gt=3)",
            (
                "EXISTS (SELECT 1 FROM sample_line AS sample_line_1 WHERE"
                " sample_line_1.order_id = id AND sample_line_1.active = $1::BOOLEAN"
                " AND sample_line_1.quantity > $2::BIGINT)"
            ),
        ),
        (
            "Q(lines__every__quantity__gt=3)",
            (
                "NOT (EXISTS (SELECT 1 FROM sample_line AS sample_line_1 WHERE"
                " sample_line_1.order_id = id AND (sample_line_1.quantity > $1::BIGINT)"
                " IS NOT true))"
            ),
        ),
        (
            "Q(lines__none__active=True)",
            (
                "NOT (EXISTS (SELECT 1 FROM sample_line AS sample_line_1 WHERE"
                " sample_line_1.order_id = id AND sample_line_1.active = $1::BOOLEAN))"
            ),
        ),
        (
            "Q(lines__count__gte=2)",
            (
                "(SELECT count(*) AS count_1 FROM sample_line AS sample_line_1 WHERE"
                " sample_line_1.order_id = id) >= $1::BIGINT"
            ),
        ),
        (
            "Q(placed_at__year=2026)",
            "CAST(EXTRACT(year FROM timezone($1::VARCHAR, placed_at)) AS INTEGER) = $2::BIGINT",
        ),
        (
            "Q(placed_at__gte=today)",
            "placed_at >= timezone($1::VARCHAR, CAST($2::DATE AS TIMESTAMP WITHOUT TIME ZONE))",
        ),
    ],
)
def test_conditions(text: str, sql: str) -> None:
    assert where(text) == sql


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("amount / 100", "amount / $1::NUMERIC"),
        ("amount / position", "amount / nullif(CAST(position AS NUMERIC), 0)"),
        ("position + 1", "CAST(position AS NUMERIC) + $1::NUMERIC"),
        ("amount - (rate - 1)", "amount - (rate - $1::NUMERIC)"),
        ("amount / (rate / 2)", "amount / nullif(rate / $1::NUMERIC, 0)"),
        ("round(amount * rate, 2)", "round(amount * rate, 2)"),
        ("concat(name, '-')", "coalesce(name, '') || $1::VARCHAR"),
        ("concat(id, '-')", "CAST(id AS TEXT) || $1::VARCHAR"),
        ("amount > 5", "(amount > $1::BIGINT) IS true"),
        (
            "sum(lines.price, where=Q(active=True))",
            (
                "(SELECT coalesce(sum(sample_line_1.price), 0) AS coalesce_1 FROM sample_line AS"
                " sample_line_1 WHERE sample_line_1.order_id = id AND"
                " sample_line_1.active = $1::BOOLEAN)"
            ),
        ),
        ("rank", "round(CAST(CAST(position AS NUMERIC) / $1::NUMERIC AS NUMERIC), 0)"),
        (
            "due + months(1)",
            (
                "CAST(CAST(due AS TIMESTAMP WITHOUT TIME ZONE) + make_interval(0, CAST(CASE WHEN"
                " ($1::BIGINT BETWEEN -36000 AND 36000) THEN $1::BIGINT END AS INTEGER)) AS DATE)"
            ),
        ),
    ],
)
def test_values(text: str, sql: str) -> None:
    assert ordered(text) == sql


def test_a_to_one_target_is_joined_once() -> None:
    scope = TableScope("Order")
    tree = condition('Q(company__name="a") | Q(company__code="b")')
    clause = condition_sql(tree, scope, CONTEXT)
    text, _ = compiled(scope.select(scope.table.c.id).where(clause))

    assert text.count("JOIN") == 1


def test_field_is_its_column_or_its_rounded_expression() -> None:
    scope = TableScope("Line")

    assert squeezed(field_sql("price", scope, CONTEXT)) == "sample_line_1.price"
    assert squeezed(field_sql("subtotal", scope, CONTEXT)) == (
        "round(CAST(CAST(sample_line_1.quantity AS NUMERIC) * sample_line_1.price AS NUMERIC), 2)"
    )


def test_parameters_are_bound_in_the_type_of_their_operand() -> None:
    unknown = ValueType(Kind.TEXT)
    data = {"name": {"isnull": Parameter("$a", unknown)}, "id": {"in": Parameter("$b", unknown)}}
    asked: list[tuple[Node, ValueType]] = []

    def bind(node: Node, value_type: ValueType) -> sa.ColumnElement[Any]:
        asked.append((node, value_type))
        return sa.bindparam(None, None, type_=sa.Boolean() if len(asked) == 1 else None)

    clause = condition_sql(
        from_filter(MODELS, LOOKUPS, "Order", data),
        TableScope("Order"),
        SqlContext(MODELS, LOOKUPS, bind),
        exact=True,
    )

    text, _ = compiled(clause)
    assert text.startswith("(sample_order_1.name IS NULL) = $1::BOOLEAN AND ")
    flag = ValueType(Kind.BOOLEAN, nullable=False)
    ids = ValueType(Kind.INTEGER, nullable=False, many=True)
    assert asked == [(Parameter("$a", flag), flag), (Parameter("$b", ids), ids)]


def test_user_text_never_becomes_sql() -> None:
    hostile = "x' OR 1=1; --"
    clause = condition_sql(
        bind_condition(MODELS, LOOKUPS, "Order", Q(name__icontains=hostile, state__in=["new"])),
        TableScope("Order"),
        CONTEXT,
    )

    text, parameters = compiled(clause)
    assert hostile not in text
    assert parameters == [hostile, ["new"]]


def test_a_value_is_no_condition() -> None:
    with pytest.raises(ExpressionError, match=r"^Literal is not a condition\.$"):
        condition_sql(Literal(1), TableScope("Order"), CONTEXT)  # type: ignore[arg-type]


def test_nodes_without_meaning_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"^Node is not a value\.$"):
        value_sql(Node(), TableScope("Order"), CONTEXT)
    with pytest.raises(ExpressionError, match=r"^Condition is not a condition\.$"):
        condition_sql(Condition(), TableScope("Order"), CONTEXT)


# ---- against PostgreSQL ---------------------------------------------------------------------


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("lookup", "operand", "matches"),
    [
        ("like", "A%", ["A%b", "Abc"]),
        ("like", r"A\%_", ["A%b"]),
        ("ilike", "a_b", ["A%b"]),
        ("ilike", "%ß%", ["Straße"]),
        ("regex", "^A.c$", ["Abc"]),
        ("regex", r"\d", []),
        ("search", "STRASSE", []),
        ("search", " raße  st ", ["Straße"]),
        ("search", "a %", ["A%b"]),
        ("search", "_", []),
        ("search", "b  c", ["Abc"]),
        ("search", "", ["A%b", "Abc", "Straße"]),
    ],
)
async def test_lookups_that_exist_in_sql_only(
    connection: asyncpg.Connection, lookup: str, operand: str, matches: list[str]
) -> None:
    await connection.execute(
        "DELETE FROM sample_company; INSERT INTO sample_company (id, name, code)"
        " VALUES (1, 'A%b', ''), (2, 'Abc', ''), (3, 'Straße', ''), (4, '', NULL)"
    )
    tree = bind_condition(MODELS, LOOKUPS, "Company", Q(id__lt=4, **{f"name__{lookup}": operand}))
    scope = TableScope("Company")

    rows = await fetch(
        connection,
        scope.select(scope.table.c.name)
        .where(condition_sql(tree, scope, CONTEXT))
        .order_by(scope.table.c.id),
    )
    assert [row["name"] for row in rows] == matches


@pytest.mark.anyio
@pytest.mark.parametrize(
    "text",
    [
        "2147483647 * position * 2147483647 * 2147483647 * 2147483647",
        "today + days(1000001 * position)",
        "today + months(-40000 * position)",
        "now + years(99999999999 * position)",
        "(9223372036854775807 + position) / 0",
        "sum(lines.quantity) % 0",
    ],
)
async def test_nothing_overflows(connection: asyncpg.Connection, text: str) -> None:
    await connection.execute(
        "DELETE FROM sample_order; INSERT INTO sample_order (id, position) VALUES (1, 2)"
    )
    scope = TableScope("Order")

    rows = await fetch(connection, scope.select(value_sql(value(text), scope, CONTEXT)))
    product = 2147483647**4 * 2
    assert [row[0] for row in rows] == [product if text.startswith("2147") else None]


@pytest.mark.anyio
async def test_equality_uses_an_index(connection: asyncpg.Connection) -> None:
    await connection.execute(
        "CREATE INDEX IF NOT EXISTS sample_order_name ON sample_order (name);"
        "SET enable_seqscan = off"
    )
    scope = TableScope("Order")
    clause = condition_sql(condition('Q(name="a", amount__gt=5)'), scope, CONTEXT)
    text, parameters = compiled(scope.select(scope.table.c.id).where(clause))

    plan = await connection.fetch(f"EXPLAIN {text}", *parameters)
    await connection.execute("SET enable_seqscan = on")
    assert any("Index Cond: (name = 'a'::text)" in row[0] for row in plan)


def test_every_lookup_has_a_sentence() -> None:
    sentences = [row.sentence for row in LOOKUPS.values()]

    assert all(sentence.endswith(".") for sentence in sentences)
    assert len(set(sentences)) == len(LOOKUPS)


def test_lookups_by_name() -> None:
    assert sorted(LOOKUPS) == sorted(
        [
            "eq",
            "neq",
            "gt",
            "gte",
            "lt",
            "lte",
            "in",
            "nin",
            "isnull",
            "isnotnull",
            "contains",
            "icontains",
            "startswith",
            "istartswith",
            "endswith",
            "iendswith",
            "like",
            "ilike",
            "regex",
            "between",
            "search",
            "year",
            "quarter",
            "month",
            "week",
            "day",
            "has",
        ]
    )
    assert [row.name for row in LOOKUPS.values() if row.sql_only] == [
        "like",
        "ilike",
        "regex",
        "search",
    ]
