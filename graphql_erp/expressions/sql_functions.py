"""Arithmetic and functions in SQL: exact numbers, calendar days of the actor's time zone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import INTERVAL

from graphql_erp.expressions.functions import DURATIONS, LONGEST, MIDNIGHT
from graphql_erp.expressions.tree import Kind, Literal, Node, ValueType
from graphql_erp.expressions.types import is_null, whole

Column = sa.ColumnElement[Any]
Zone = Callable[[], Column]

NUMERIC: Final = sa.Numeric()


_TIMES: Final = 8
"""How tightly `/` and `%` bind, as `*` does in SQLAlchemy."""
_INTERVAL_ARGUMENT: Final = {"years": 0, "months": 1, "days": 3}


@dataclass(frozen=True, slots=True)
class SqlValue:
    """A value in SQL with its type and the node it came from."""

    sql: Column
    type: ValueType
    node: Node


def as_number(value: SqlValue) -> Column:
    """Return a number as NUMERIC: nothing overflows and nothing is a binary fraction."""
    if value.type.kind is Kind.DECIMAL:
        return sa.type_coerce(value.sql, NUMERIC)
    return sa.cast(value.sql, NUMERIC)


def rounded(value: Column, known: ValueType) -> Column:
    """Return the value of an expression field as its type declares it."""
    match known:
        case ValueType(kind=Kind.INTEGER):
            return _round(sa.cast(value, NUMERIC), 0)
        case ValueType(kind=Kind.DECIMAL, scale=int(scale)):
            return _round(sa.cast(value, NUMERIC), scale)
    return value


def local_moment(column: Column, timezone: Column) -> Column:
    """Return a moment as wall-clock time of a time zone."""
    return sa.func.timezone(timezone, column, type_=sa.DateTime())


def arithmetic_sql(operator: str, left: SqlValue, right: SqlValue, zone: Zone) -> Column:
    """Return `left operator right`."""
    if right.type.kind is Kind.DURATION:
        return _moved(operator, left, right, zone)
    if left.type.kind is Kind.DATE:
        return left.sql.op("-", return_type=sa.Integer())(right.sql)
    first, second = as_number(left), as_number(right)
    match operator:
        case "+":
            return first + second
        case "-":
            return first - second
        case "*":
            return first * second
    divisor = second
    if not (isinstance(right.node, Literal) and right.node.value):
        divisor = sa.func.nullif(second, sa.literal_column("0"), type_=NUMERIC)
    # SQLAlchemy's own division casts the divisor once more.
    return first.op(operator, precedence=_TIMES, return_type=NUMERIC)(divisor)


def call_sql(function: str, arguments: Sequence[SqlValue], zone: Zone) -> Column:
    """Return a function's call."""
    first = arguments[0]
    match function:
        case "concat":
            return _concat(arguments)
        case "round":
            digits = arguments[1].node
            return _round(as_number(first), whole(digits))
        case "start_of":
            return _start_of(first, arguments[1], zone)
        case _ if function == MIDNIGHT:
            start = sa.cast(first.sql, sa.DateTime())
            return sa.func.timezone(zone(), start, type_=sa.DateTime(timezone=True))
        case _ if function in DURATIONS:
            return duration_sql(function, first.sql)
    return sa.cast(sa.extract(function, _wall(first, zone)), sa.Integer)


def _round(value: Column, digits: int) -> Column:
    return sa.func.round(value, sa.literal_column(str(int(digits))), type_=NUMERIC)


def alike(values: Sequence[SqlValue], known: ValueType) -> list[Column]:
    """Return values of one result in one SQL type: NUMERIC when they are numbers of two kinds."""
    if known.kind is not Kind.DECIMAL:
        return [value.sql for value in values]
    return [value.sql if is_null(value.node) else as_number(value) for value in values]


def _concat(arguments: Sequence[SqlValue]) -> Column:
    # concat() and date::text are not immutable, which generated columns need.
    joined, *others = [_text(value) for value in arguments]
    for text in others:
        joined = joined + text
    return joined


def _text(value: SqlValue) -> Column:
    match value.type.kind:
        case Kind.TEXT:
            text = value.sql
        case Kind.DATE:
            text = sa.func.to_char(value.sql, sa.literal_column("'YYYY-MM-DD'"), type_=sa.Text())
        case _:
            text = sa.cast(value.sql, sa.Text())
    if not value.type.nullable:
        return text
    return sa.func.coalesce(text, sa.literal_column("''"), type_=sa.Text())


def _wall(value: SqlValue, zone: Zone) -> Column:
    if value.type.kind is Kind.DATETIME:
        return local_moment(value.sql, zone())
    return value.sql


def _start_of(unit: SqlValue, moment: SqlValue, zone: Zone) -> Column:
    assert isinstance(unit.node, Literal)  # noqa: S101 - the binder lets only units through
    name = sa.literal_column(f"'{unit.node.value}'", sa.Text())
    wall = sa.cast(_wall(moment, zone), sa.DateTime())
    return sa.cast(sa.func.date_trunc(name, wall, type_=sa.DateTime()), sa.Date())


def _moved(operator: str, moment: SqlValue, duration: SqlValue, zone: Zone) -> Column:
    interval = duration.sql
    is_date = moment.type.kind is Kind.DATE
    start = sa.cast(moment.sql, sa.DateTime()) if is_date else _wall(moment, zone)
    end = start.op(operator, return_type=sa.DateTime())(interval)
    if is_date:
        return sa.cast(end, sa.Date())
    return sa.func.timezone(zone(), end, type_=sa.DateTime(timezone=True))


def duration_sql(function: str, amount: Column) -> Column:
    """Return `days(n)`, `months(n)` or `years(n)`; null beyond what a calendar holds."""
    longest = LONGEST[function]
    low: Column = sa.literal_column(str(-longest))
    high: Column = sa.literal_column(str(longest))
    whole = sa.cast(sa.case((amount.between(low, high), amount)), sa.Integer())
    zeros: list[Column] = [sa.literal_column("0")] * _INTERVAL_ARGUMENT[function]
    return sa.func.make_interval(*zeros, whole, type_=INTERVAL())
