"""Small pieces of SQL that make JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSON

from graphql_erp.fields.binary import base64_sql
from graphql_erp.reading.scope import Build, Scope

Column = sa.ColumnElement[Any]

_PLAIN = re.compile(r"[A-Za-z0-9_ .:]*")

EMPTY_LIST: Column = sa.literal_column("'[]'::json", JSON)
_NODE_ID_SEPARATOR = ":"
_NO_MEMBER = "$"
"""No GraphQL name holds it: a member called like a row would hide the row."""
PLACE = "$"
"""Member whose value is the id of the record that belongs in the place of the object."""


def labelled(value: Column, key: str) -> Column:
    """Return a column under the name it has in the answer."""
    return value.label(sa.sql.quoted_name(key, quote=True))


def json_text(text: str) -> Column:
    """Return a constant text, such as a type name; whatever is not plain is escaped.

    SQLAlchemy looks for marks of its own, `%(name)s`, in the whole text of a statement.
    """
    if _PLAIN.fullmatch(text):
        return sa.literal_column(f"'{text}'::text", sa.Text())
    escaped = "".join(mark if _PLAIN.fullmatch(mark) else f"\\U{ord(mark):08x}" for mark in text)
    return sa.literal_column(f"E'{escaped}'::text", sa.Text())


def row_json(inner: sa.Select[Any], name: str) -> sa.Select[Any]:
    """Return the select that turns each row of another one into a JSON object."""
    rows = inner.subquery(name + _NO_MEMBER)
    return sa.select(sa.func.row_to_json(rows.table_valued(), type_=JSON))


def json_object(build: Build, columns: Sequence[Column], *around: sa.FromClause) -> Column:
    """Return one JSON object made of columns of the enclosing statement's tables."""
    inner = sa.select(*columns).correlate(*around)
    return row_json(inner, build.alias_name("x")).scalar_subquery()


def json_by_name(members: Iterable[tuple[str, Column]]) -> Column:
    """Return a JSON object whose names need not fit PostgreSQL's 63 bytes; for few members."""
    parts: list[Column] = []
    for name, value in members:
        parts += [json_text(name), value]
    return sa.func.json_build_object(*parts, type_=JSON)


def json_list(build: Build, inner: sa.Select[Any]) -> Column:
    """Return the JSON list of a select's rows, in their order."""
    rows = inner.subquery(build.alias_name("n") + _NO_MEMBER)
    items = sa.func.json_agg(sa.func.row_to_json(rows.table_valued()))
    return sa.select(sa.func.coalesce(items, EMPTY_LIST, type_=JSON)).scalar_subquery()


def as_json(value: Column) -> Column:
    """Return a value as JSON, where it is not JSON already."""
    return value if isinstance(value.type, JSON) else sa.func.to_json(value, type_=JSON)


def node_id(model: str, record_id: Column) -> Column:
    """Return the global opaque id: base64 of `Model:id`."""
    text = sa.func.concat(json_text(model + _NODE_ID_SEPARATOR), record_id)
    return base64_text(text)


def base64_text(text: Column) -> Column:
    """Return text as base64 on one line."""
    return base64_sql(sa.func.convert_to(text, sa.literal_column("'UTF8'")))


def froms(scope: Scope) -> tuple[sa.FromClause, ...]:
    """Return everything a scope's columns may come from."""
    return (scope.source, *(target for target, _ in scope.links))
