from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import pytest
from expression_samples import MODELS, condition, python_context, surroundings, value

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.evaluate import declared, evaluate, holds
from graphql_erp.expressions.moments import midnight, moment_of, moved, wall
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.tree import (
    Condition,
    Kind,
    Literal,
    Lookup,
    Node,
    Parameter,
    Path,
    ValueType,
)
from graphql_erp.fields.lookups import LOOKUPS

CONTEXT = python_context(surroundings())
EMPTY = dict.fromkeys(MODELS.names("Order")) | {"id": 1, "lines": []}


def order(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**EMPTY | values)


def line(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(
        **{"label": None, "quantity": None, "price": None, "active": True} | values
    )


def is_true(text: str, **values: Any) -> bool:
    return holds(condition(text), order(**values), "Order", CONTEXT)


def computed(text: str, **values: Any) -> Any:
    return evaluate(value(text), order(**values), "Order", CONTEXT)


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ('Q(name="a")', {"name": "a"}, True),
        ('Q(name="a")', {"name": None}, False),
        ('Q(name__neq="a")', {"name": None}, True),
        ('~Q(name__neq="a")', {"name": None}, False),
        ('Q(name__nin=["a"])', {"name": None}, True),
        ("Q(name__in=[])", {"name": "a"}, False),
        ("Q(name__nin=[])", {"name": "a"}, True),
        ("~Q(position__gt=1)", {"position": None}, True),
        ('Q(name__icontains="i")', {"name": "İ"}, True),
        ('Q(name__icontains="ss")', {"name": "ß"}, False),
        ('Q(name__iendswith="Σ")', {"name": "ΑΣ"}, True),
        ('Q(name__contains="%")', {"name": "abc"}, False),
        ("Q(company=company)", {"company": SimpleNamespace(id=1)}, True),
        ("Q(company=company)", {"company": 1}, True),
        ("Q(company__in=companies)", {"company": 2}, False),
        ("Q(company__name__isnull=True)", {"company": None}, True),
        ("Q(due__gte=today)", {"due": date(2026, 3, 29)}, True),
        ("Q(due__month=3)", {"due": date(2026, 3, 29)}, True),
        ("Q(due__between=[today, today])", {"due": date(2026, 3, 29)}, True),
        ("Q(extra__has='a')", {"extra": ["a"]}, True),
        ("Q(extra__has='a')", {"extra": "a"}, True),
        ("Q(extra__has='a')", {"extra": 2.5}, False),
        ("Q(extra__has='a')", {"extra": {"b": "a"}}, False),
        ("Q(lines__every__active=True)", {"lines": []}, True),
        ("Q(lines__none__active=True)", {"lines": None}, True),
        ("Q(lines__count=2)", {"lines": [line(), line()]}, True),
        ("Q(ratio=0.1)", {"ratio": 0.1}, True),
    ],
)
def test_conditions(text: str, values: dict[str, Any], expected: object) -> None:
    assert is_true(text, **values) is expected


@pytest.mark.parametrize(
    ("text", "values", "expected"),
    [
        ("amount / 3", {"amount": Decimal(1)}, Decimal("0.33333333333333333333")),
        ("amount / position", {"amount": Decimal(1), "position": 0}, None),
        ("position % 3", {"position": -7}, -1),
        ("round(amount, 1)", {"amount": Decimal("-0.25")}, Decimal("-0.3")),
        ("round(position, -1)", {"position": 15}, Decimal(20)),
        ("amount * 2", {"amount": None}, None),
        (
            "concat(name, '-', amount, due)",
            {"amount": Decimal(5), "due": date(2026, 1, 2)},
            "-5.002026-01-02",
        ),
        ("sum(lines.price)", {}, Decimal(0)),
        ("avg(lines.price)", {}, None),
        ("count(lines, where=Q(quantity__gt=1))", {"lines": [line(quantity=2), line()]}, 1),
        ("total", {"lines": [line(quantity=1, price=Decimal("0.005"))]}, Decimal("0.01")),
        ("due - today", {"due": date(2026, 4, 1)}, 3),
        ("due + months(1)", {"due": date(2026, 1, 31)}, date(2026, 2, 28)),
        ("due + years(9000)", {"due": date(2026, 1, 31)}, None),
        ("due + days(position)", {"due": date(2026, 1, 31), "position": 10**7}, None),
        ("due + days(9)", {"due": date(9999, 12, 31)}, None),
        ("placed_at + days(9)", {"placed_at": datetime(9999, 12, 31, tzinfo=UTC)}, None),
        ('start_of("quarter")', {}, date(2026, 1, 1)),
        ('start_of("week", due)', {"due": date(2026, 3, 29)}, date(2026, 3, 23)),
        ("case(Q(position=1), 'a', 'b')", {}, "b"),
        ("coalesce(amount, 1)", {}, Decimal(1)),
        ("is_open", {"is_open": False}, False),
        ("amount > 1", {"amount": None}, False),
        ("amount != 1", {"amount": None}, True),
        ("company", {"company": SimpleNamespace(id=3)}, 3),
        ("ratio * 10", {"ratio": 0.1}, Decimal("1.0")),
    ],
)
def test_values(text: str, values: dict[str, Any], expected: object) -> None:
    assert computed(text, **values) == expected
    assert type(computed(text, **values)) is type(expected)


def test_lookups_of_sql_only_are_refused() -> None:
    with pytest.raises(ExpressionError, match=r"^The lookup \"like\" exists in SQL only\.$"):
        is_true('Q(name__like="a%")', name="a")


def test_parameters_have_no_value_in_python() -> None:
    tree = bind_condition(MODELS, LOOKUPS, "Order", Q(name=Parameter("$x", ValueType(Kind.TEXT))))

    with pytest.raises(ExpressionError, match=r"^Parameter has no value in Python\.$"):
        holds(tree, order(name="a"), "Order", CONTEXT)


def test_trees_that_do_not_fit_are_refused() -> None:
    wrong_hop = Lookup(Path(("name", "id")), "eq", Literal(1))
    with pytest.raises(
        ExpressionError, match=r"^\"name\" of Order is a value and leads nowhere\.$"
    ):
        holds(wrong_hop, order(), "Order", CONTEXT)
    with pytest.raises(
        ExpressionError, match=r"^\"name\" of Order is a value and leads nowhere\.$"
    ):
        evaluate(Path(("name", "id")), order(), "Order", CONTEXT)
    wrong_path = Lookup(Path(("name", "id", "id")), "eq", Literal(1))
    with pytest.raises(
        ExpressionError, match=r"^\"name\" of Order is a value and leads nowhere\.$"
    ):
        holds(wrong_path, order(), "Order", CONTEXT)
    with pytest.raises(ExpressionError, match=r"^Condition is not a condition\.$"):
        holds(Condition(), order(), "Order", CONTEXT)
    with pytest.raises(ExpressionError, match=r"^Node has no value in Python\.$"):
        evaluate(Node(), order(), "Order", CONTEXT)


def test_declared_digits() -> None:
    assert declared(Decimal("1.005"), ValueType(Kind.DECIMAL, scale=2)) == Decimal("1.01")
    assert declared(Decimal("-2.5"), ValueType(Kind.INTEGER)) == -3
    assert declared(None, ValueType(Kind.INTEGER)) is None


def test_null_names_match_nothing() -> None:
    nobody = python_context(surroundings(user=None))
    record = order(user=SimpleNamespace(id=2))

    assert not holds(condition("Q(user=user)"), record, "Order", nobody)
    assert holds(condition("Q(user__neq=user)"), record, "Order", nobody)
    assert not holds(
        condition("Q(position__between=[1, F('amount')])"), order(position=1), "Order", nobody
    )


ZONES = ("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe")


@pytest.mark.anyio
@pytest.mark.parametrize("name", ZONES)
async def test_clocks_change_as_in_postgresql(connection: asyncpg.Connection, name: str) -> None:
    zone = ZoneInfo(name)
    starts = (datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 9, 20, tzinfo=UTC))
    moments = [start + timedelta(minutes=30 * step) for start in starts for step in range(65 * 48)]
    rows = await connection.fetch(
        "SELECT timezone($1, moment) AS clock, timezone($1, timezone('UTC', moment)) AS back,"
        " timezone($1, timezone($1, moment) + make_interval(0, 1)) AS later"
        " FROM unnest($2::timestamptz[]) AS one(moment)",
        name,
        moments,
    )

    def months_later(moment: datetime) -> datetime:
        clock = moved(wall(moment, zone), "months", 1)
        assert isinstance(clock, datetime)
        return moment_of(clock, zone)

    ours = [
        (wall(moment, zone), moment_of(moment.replace(tzinfo=None), zone), months_later(moment))
        for moment in moments
    ]
    assert ours == [tuple(row) for row in rows]


def test_a_day_begins_when_the_clock_is_put_forward_at_midnight() -> None:
    santiago = ZoneInfo("America/Santiago")

    assert midnight(date(2026, 9, 6), santiago) == datetime(2026, 9, 6, 4, tzinfo=UTC)
