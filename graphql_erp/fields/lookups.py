"""LOOKUPS: the explicit table of lookups, and those that compare whole values."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import sqlalchemy as sa

from graphql_erp.expressions.lookup import Lookup, Operand, lookup
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.date_lookups import DATE_LOOKUPS
from graphql_erp.fields.text_lookups import TEXT_LOOKUPS

Column = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]

ANY: Final = frozenset(Kind) - {Kind.DURATION}
EQUAL: Final = ANY - {Kind.JSON, Kind.BINARY}
ORDERED: Final = EQUAL - {Kind.BOOLEAN, Kind.RECORD}

COMPARISONS: Final[dict[str, Lookup]] = {}


@lookup(COMPARISONS, kinds=EQUAL, python=lambda value, operand: bool(value == operand))
def eq(column: Column, operand: Column) -> Truth:
    """The value equals the operand; the lookup meant when none is named."""
    return column == operand


@lookup(COMPARISONS, kinds=EQUAL, complement_of="eq")
def neq(column: Column, operand: Column) -> Truth:
    """The value does not equal the operand; nulls match."""
    return column != operand


@lookup(COMPARISONS, kinds=ORDERED, python=lambda value, operand: bool(value > operand))
def gt(column: Column, operand: Column) -> Truth:
    """The value is greater than the operand."""
    return column > operand


@lookup(COMPARISONS, kinds=ORDERED, python=lambda value, operand: bool(value >= operand))
def gte(column: Column, operand: Column) -> Truth:
    """The value is greater than the operand or equals it."""
    return column >= operand


@lookup(COMPARISONS, kinds=ORDERED, python=lambda value, operand: bool(value < operand))
def lt(column: Column, operand: Column) -> Truth:
    """The value is less than the operand."""
    return column < operand


@lookup(COMPARISONS, kinds=ORDERED, python=lambda value, operand: bool(value <= operand))
def lte(column: Column, operand: Column) -> Truth:
    """The value is less than the operand or equals it."""
    return column <= operand


@lookup(
    COMPARISONS,
    kinds=ORDERED,
    operand=Operand.PAIR,
    python=lambda value, low, high: bool(low <= value <= high),
)
def between(column: Column, low: Column, high: Column) -> Truth:
    """The value lies between two operands, both included."""
    return column.between(low, high)


@lookup(COMPARISONS, kinds=EQUAL, operand=Operand.LIST, python=lambda value, items: value in items)
def in_(column: Column, operand: Column) -> Truth:
    """The value is one of a list; an empty list matches nothing."""
    return column == sa.any_(operand)


@lookup(COMPARISONS, kinds=EQUAL, operand=Operand.LIST, complement_of="in")
def nin(column: Column, operand: Column) -> Truth:
    """The value is none of a list; nulls match."""
    return column != sa.all_(operand)


@lookup(COMPARISONS, kinds=ANY, operand=Operand.FLAG, python=lambda value: value is None)
def isnull(column: Column) -> Truth:
    """There is no value (True), or there is one (False)."""
    return column.is_(None)


@lookup(COMPARISONS, kinds=ANY, operand=Operand.FLAG, python=lambda value: value is not None)
def isnotnull(column: Column) -> Truth:
    """There is a value (True), or there is none (False)."""
    return column.is_not(None)


@lookup(
    COMPARISONS,
    kinds=frozenset({Kind.JSON}),
    operand=Operand.TEXT,
    python=lambda value, key: key in value if isinstance(value, dict | list) else key == value,
)
def has(column: Column, operand: Column) -> Truth:
    """The JSON object has the key, or the JSON list the text."""
    return column.op("?", is_comparison=True)(operand)


LOOKUPS: Final[Mapping[str, Lookup]] = MappingProxyType(
    {**COMPARISONS, **TEXT_LOOKUPS, **DATE_LOOKUPS}
)
"""Every lookup by name."""
