"""Lookups on text. Those with `i` compare PostgreSQL's lower() of both sides."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from graphql_erp.expressions.lookup import Lookup, Operand, lookup
from graphql_erp.expressions.lower import lower
from graphql_erp.expressions.tree import Kind

Column = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]

TEXT: Final = frozenset({Kind.TEXT})
TEXT_LOOKUPS: Final[dict[str, Lookup]] = {}

_PERCENT: Final = sa.literal_column("'%'", sa.Text)
_SEPARATOR: Final = sa.literal_column("E'\\x01'", sa.Text)


def _escaped(operand: Column) -> sa.ColumnElement[str]:
    """Make `%`, `_` and the backslash literal in SQL: the operand may be a parameter."""
    escaped: sa.ColumnElement[Any] = operand
    for character in ("\\\\", "%", "_"):
        plain = sa.literal_column(f"E'{character}'", sa.Text)
        quoted = sa.literal_column(f"E'\\\\{character}'", sa.Text)
        escaped = sa.func.replace(escaped, plain, quoted, type_=sa.Text)
    return escaped


def _low(value: Column) -> sa.ColumnElement[str]:
    return sa.func.lower(value, type_=sa.Text)


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: operand in value,
)
def contains(column: Column, operand: Column) -> Truth:
    """The text contains the operand; `%` and `_` are literal."""
    return column.like(_PERCENT + _escaped(operand) + _PERCENT)


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: lower(operand) in lower(value),
)
def icontains(column: Column, operand: Column) -> Truth:
    """The text contains the operand, whatever the case; `%` and `_` are literal."""
    return _low(column).like(_PERCENT + _escaped(_low(operand)) + _PERCENT)


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: value.startswith(operand),
)
def startswith(column: Column, operand: Column) -> Truth:
    """The text begins with the operand; `%` and `_` are literal."""
    return column.like(_escaped(operand) + _PERCENT)


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: lower(value).startswith(lower(operand)),
)
def istartswith(column: Column, operand: Column) -> Truth:
    """The text begins with the operand, whatever the case; `%` and `_` are literal."""
    return _low(column).like(_escaped(_low(operand)) + _PERCENT)


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: value.endswith(operand),
)
def endswith(column: Column, operand: Column) -> Truth:
    """The text ends with the operand; `%` and `_` are literal."""
    return column.like(_PERCENT + _escaped(operand))


@lookup(
    TEXT_LOOKUPS,
    kinds=TEXT,
    operand=Operand.TEXT,
    python=lambda value, operand: lower(value).endswith(lower(operand)),
)
def iendswith(column: Column, operand: Column) -> Truth:
    """The text ends with the operand, whatever the case; `%` and `_` are literal."""
    return _low(column).like(_PERCENT + _escaped(_low(operand)))


@lookup(TEXT_LOOKUPS, kinds=TEXT, operand=Operand.TEXT)
def like(column: Column, operand: Column) -> Truth:
    r"""The text matches a pattern: `%` any text, `_` one character, `\` makes them literal."""
    return column.like(operand)


@lookup(TEXT_LOOKUPS, kinds=TEXT, operand=Operand.TEXT)
def ilike(column: Column, operand: Column) -> Truth:
    r"""The text matches a pattern as with `like`, whatever the case."""
    return _low(column).like(_low(operand))


@lookup(TEXT_LOOKUPS, kinds=TEXT, operand=Operand.TEXT)
def regex(column: Column, operand: Column) -> Truth:
    """The text has a part that matches a PostgreSQL regular expression."""
    return column.regexp_match(operand)


@lookup(TEXT_LOOKUPS, kinds=TEXT, operand=Operand.TEXT)
def search(column: Column, operand: Column) -> Truth:
    """The text contains every word of the operand, in any order, whatever the case."""
    words = sa.func.regexp_replace(
        sa.func.btrim(_escaped(_low(operand))),
        sa.literal_column(r"'\s+'", sa.Text),
        _PERCENT + _SEPARATOR + _PERCENT,
        sa.literal_column("'g'", sa.Text),
        type_=sa.Text,
    )
    patterns = sa.func.string_to_array(
        _PERCENT + words + _PERCENT, _SEPARATOR, type_=sa.ARRAY(sa.Text)
    )
    every = _low(column).op("LIKE", is_comparison=True)(sa.all_(patterns))
    first = sa.func.split_part(
        _PERCENT + words + _PERCENT, _SEPARATOR, sa.literal_column("1"), type_=sa.Text
    )
    # LIKE ALL cannot use a trigram index; the first word alone can.
    return sa.and_(_low(column).like(first), every)
