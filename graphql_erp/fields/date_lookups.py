"""Lookups on a part of a date; a moment is seen in the actor's time zone."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import sqlalchemy as sa

from graphql_erp.expressions.lookup import Lookup, Operand, lookup
from graphql_erp.expressions.tree import Kind

Column = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]

DATES: Final = frozenset({Kind.DATE, Kind.DATETIME})
DATE_LOOKUPS: Final[dict[str, Lookup]] = {}


def date_part(part: str, column: Column) -> sa.ColumnElement[int]:
    """Return a part of a date as a whole number."""
    return sa.cast(sa.extract(part, column), sa.Integer)


def quarter_of(value: date) -> int:
    """Return the quarter of a date, from 1."""
    return (value.month + 2) // 3


@lookup(
    DATE_LOOKUPS,
    kinds=DATES,
    operand=Operand.INTEGER,
    date_part=True,
    python=lambda value, operand: value.year == operand,
)
def year(column: Column, operand: Column) -> Truth:
    """The date lies in the year."""
    return date_part("year", column) == operand


@lookup(
    DATE_LOOKUPS,
    kinds=DATES,
    operand=Operand.INTEGER,
    date_part=True,
    python=lambda value, operand: quarter_of(value) == operand,
)
def quarter(column: Column, operand: Column) -> Truth:
    """The date lies in the quarter, 1 to 4."""
    return date_part("quarter", column) == operand


@lookup(
    DATE_LOOKUPS,
    kinds=DATES,
    operand=Operand.INTEGER,
    date_part=True,
    python=lambda value, operand: value.month == operand,
)
def month(column: Column, operand: Column) -> Truth:
    """The date lies in the month, 1 to 12."""
    return date_part("month", column) == operand


@lookup(
    DATE_LOOKUPS,
    kinds=DATES,
    operand=Operand.INTEGER,
    date_part=True,
    python=lambda value, operand: value.isocalendar().week == operand,
)
def week(column: Column, operand: Column) -> Truth:
    """The date lies in the ISO week, 1 to 53."""
    return date_part("week", column) == operand


@lookup(
    DATE_LOOKUPS,
    kinds=DATES,
    operand=Operand.INTEGER,
    date_part=True,
    python=lambda value, operand: value.day == operand,
)
def day(column: Column, operand: Column) -> Truth:
    """The date lies on the day of the month, 1 to 31."""
    return date_part("day", column) == operand
