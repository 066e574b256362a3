"""Orderings and cursors: what rows are sorted by, and where a page begins."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import sqlalchemy as sa

from graphql_erp.errors import BadCursor, BadUserInput
from graphql_erp.expressions.tree import Kind, Node, ValueType
from graphql_erp.reading.pieces import Column, base64_text, json_text
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.reading.statement import Slot
from graphql_erp.reading.values import reader
from graphql_erp.registry.model import OrderKey
from graphql_erp.tables.functions import SORT_KEY

_SIGNATURE_CHARACTERS = 8
_MAX_CURSOR_CHARACTERS = 20_000


@dataclass(frozen=True, slots=True)
class Term:
    """One expression rows are sorted by."""

    column: Column
    type: ValueType
    key: int
    """Number of the order key it belongs to; text makes two terms of one key."""
    is_sort_key: bool
    descending: bool
    nulls_first: bool
    nullable: bool

    def sorted(self) -> sa.UnaryExpression[Any]:
        """Return the ORDER BY item; nulls are mentioned only where PostgreSQL's default differs."""
        ordered = self.column.desc() if self.descending else self.column.asc()
        if not self.nullable or self.nulls_first == self.descending:
            return ordered
        return ordered.nulls_first() if self.nulls_first else ordered.nulls_last()


def order_terms(scope: Scope, order: Sequence[OrderKey], *, reverse: bool) -> list[Term]:
    """Return the terms of an ordering, turned round for a page cut from the end."""
    terms: list[Term] = []
    for number, key in enumerate(order):
        column, field = scope.at(key.path)
        value_type = field.type.value_type()
        nulls_first = key.descending if key.nulls_first is None else key.nulls_first
        nullable = len(key.path) > 1 or value_type.nullable
        for expression, is_sort_key in _expressions(column, value_type):
            terms.append(
                Term(
                    column=expression,
                    type=value_type,
                    key=number,
                    is_sort_key=is_sort_key,
                    descending=key.descending != reverse,
                    nulls_first=nulls_first != reverse,
                    nullable=nullable,
                )
            )
    return terms


def _expressions(column: Column, value_type: ValueType) -> list[tuple[Column, bool]]:
    """Human text is sorted without case and accents first, then exactly."""
    if value_type.kind is Kind.TEXT and not value_type.choices:
        return [(getattr(sa.func, SORT_KEY)(column), True), (column, False)]
    return [(column, False)]


def text_terms(column: Column, value_type: ValueType) -> list[Column]:
    """Return the expressions a column is sorted by."""
    return [expression for expression, _ in _expressions(column, value_type)]


# ---- cursors --------------------------------------------------------------------------------


def signature(model: str, order: Sequence[OrderKey]) -> str:
    """Return what ties a cursor to the ordering it was made by."""
    text = repr((model, [(key.path, key.descending, key.nulls_first) for key in order]))
    return hashlib.sha256(text.encode()).hexdigest()[:_SIGNATURE_CHARACTERS]


def cursor_column(columns: Sequence[Column], mark: str) -> Column:
    """Return a row's cursor, made of its order keys."""
    values = (sa.cast(column, sa.Text()) for column in columns)
    return base64_text(sa.cast(sa.func.json_build_array(json_text(mark), *values), sa.Text()))


def read_cursor(text: Any, mark: str, size: int) -> list[Any]:
    """Return the order keys in a cursor, as text or None.

    Raises:
        BadCursor: The cursor is damaged or belongs to another ordering.
    """
    if isinstance(text, str) and len(text) <= _MAX_CURSOR_CHARACTERS and text.isascii():
        try:
            values = orjson.loads(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error):
            values = None
        if (
            isinstance(values, list)
            and len(values) == size + 1
            and values[0] == mark
            and all(value is None or isinstance(value, str) for value in values)
        ):
            return values[1:]
    raise BadCursor(
        "The cursor is damaged or belongs to another ordering.",
        hint="Pass `endCursor` or `startCursor` of a page with the same orderBy.",
    )


def beyond(
    build: Build, terms: Sequence[Term], cursor: Node, mark: str, *, before: bool
) -> sa.ColumnElement[bool]:
    """Return the condition of rows after (or before) a cursor, in the direction of the terms."""
    size = terms[-1].key + 1
    places = [_place(build, term, cursor, mark, size) for term in terms]
    if _is_uniform(terms):
        row, value = sa.tuple_(*(term.column for term in terms)), sa.tuple_(*places)
        return row < value if terms[0].descending != before else row > value
    result: sa.ColumnElement[bool] = sa.false()
    for term, place in zip(reversed(terms), reversed(places), strict=True):
        same = term.column.is_not_distinct_from(place) if term.nullable else term.column == place
        result = sa.or_(_further(term, place, before=before), sa.and_(same, result))
    return result


def _is_uniform(terms: Sequence[Term]) -> bool:
    return len({term.descending for term in terms}) == 1 and not any(
        term.nullable for term in terms
    )


def _further(term: Term, place: Column, *, before: bool) -> sa.ColumnElement[bool]:
    smaller = term.descending != before
    beyond_value = term.column < place if smaller else term.column > place
    if not term.nullable:
        return beyond_value
    nulls_come_later = term.nulls_first == before
    null_step = (
        sa.and_(term.column.is_(None), place.is_not(None))
        if nulls_come_later
        else sa.and_(term.column.is_not(None), place.is_(None))
    )
    return sa.or_(beyond_value, null_step)


def _place(build: Build, term: Term, cursor: Node, mark: str, size: int) -> Column:
    read_value = reader(term.type)

    def read(text: Any) -> Any:
        value = read_cursor(text, mark, size)[term.key]
        try:
            return read_value(_from_text(value, term.type))
        except (ValueError, ArithmeticError, BadUserInput) as error:
            raise BadCursor("The cursor is damaged.", hint="Ask for a fresh one.") from error

    place = build.bind_slot(Slot(cursor, term.type, read), f"cursor {mark} {term.key}")
    return getattr(sa.func, SORT_KEY)(place) if term.is_sort_key else place


def _from_text(value: str | None, value_type: ValueType) -> Any:
    if value is None or value_type.kind is not Kind.BOOLEAN:
        return value
    if value not in {"true", "false"}:
        raise ValueError(value)
    return value == "true"
