"""Lookup: one way to compare a value, in SQL and in Python."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind

SqlForm = Callable[..., sa.ColumnElement[bool]]
PythonForm = Callable[..., bool]


class Operand(StrEnum):
    """What stands to the right of a lookup."""

    SAME = "same"
    """A value of the field's own type."""
    LIST = "list"
    """A list of such values."""
    PAIR = "pair"
    """Two such values, from and to; both forms get them as two arguments."""
    FLAG = "flag"
    """true or false; the forms get the value only and say what true means."""
    TEXT = "text"
    """Text, whatever the field's type."""
    INTEGER = "integer"
    """A whole number, whatever the field's type."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One row of the table of lookups.

    `sql` and `python` answer for a value that is not null; a null on either side is never a match.
    """

    name: str
    sentence: str
    """What it matches, for people."""
    operand: Operand
    kinds: frozenset[Kind]
    """Kinds of values it suits."""
    sql: SqlForm
    python: PythonForm | None
    complement_of: str = ""
    """Name of the lookup of which this selects the complement, nulls included."""
    date_part: bool = False
    """A moment is seen in the actor's time zone first."""

    @property
    def sql_only(self) -> bool:
        """Tell whether Python cannot evaluate it."""
        return self.python is None and not self.complement_of


def lookup(
    table: MutableMapping[str, Lookup],
    *,
    kinds: frozenset[Kind],
    operand: Operand = Operand.SAME,
    python: PythonForm | None = None,
    complement_of: str = "",
    date_part: bool = False,
) -> Callable[[SqlForm], SqlForm]:
    """Put a lookup into a table: the decorated function is its SQL, its docstring its sentence.

    Example:
        @lookup(TEXT_LOOKUPS, kinds=TEXT, python=lambda value, operand: operand in value)
        def contains(column, operand):
            "The text contains the given text."
            return column.like(_substring(operand))
    """

    def register(sql: SqlForm) -> SqlForm:
        name = sql.__name__.rstrip("_")
        table[name] = Lookup(
            name=name,
            sentence=(sql.__doc__ or "").strip(),
            operand=operand,
            kinds=kinds,
            sql=sql,
            python=python,
            complement_of=complement_of,
            date_part=date_part,
        )
        return sql

    return register
