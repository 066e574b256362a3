"""Set-based statements: rows travel as one array per column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, asyncpg

from graphql_erp.writing.writer import WriteConnection

ORDINAL = "_ordinal"
"""Number of a row; fields never begin with an underscore."""
_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def unnested(
    columns: Sequence[sa.Column[Any]], values: Sequence[list[Any]], name: str = "given"
) -> sa.TableValuedAlias:
    """Return the given values as a table with the columns' names and the number of the row."""
    arrays = [_array(column, items) for column, items in zip(columns, values, strict=True)]
    names = [sa.column(column.name, _element(column)) for column in columns]
    return (
        sa.func.unnest(*arrays)
        .table_valued(*names, with_ordinality=ORDINAL, name=name)
        .render_derived()
    )


def _element(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """Return the type a column's values travel in."""
    if isinstance(column.type, sa.JSON | JSONB):
        return sa.Text()
    if isinstance(column.type, sa.String):
        return sa.Text()
    if isinstance(column.type, sa.Numeric) and not isinstance(column.type, sa.Float):
        return sa.Numeric()
    return column.type


def _array(column: sa.Column[Any], items: list[Any]) -> sa.ColumnElement[Any]:
    if isinstance(column.type, sa.JSON | JSONB):
        items = [None if item is None else orjson.dumps(item).decode() for item in items]
    return sa.bindparam(None, items, type_=sa.ARRAY(_element(column)), unique=True)


def in_column_type(column: sa.Column[Any], given: sa.TableValuedAlias) -> sa.ColumnElement[Any]:
    """Return a given value in the column's own type."""
    value = given.c[column.name]
    return sa.cast(value, column.type) if isinstance(column.type, sa.JSON | JSONB) else value


async def run_rows(connection: WriteConnection, statement: sa.sql.Executable) -> Sequence[Any]:
    """Run a statement and return its rows."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    values = [compiled.params[name] for name in compiled.positiontup or ()]
    return await connection.fetch(str(compiled), *values)


def text_of(statement: sa.sql.Executable) -> str:
    """Return the text of a statement whose values all stand in it by their number."""
    return str(statement.compile(dialect=_DIALECT))  # type: ignore[attr-defined]


def exclusive_sql(table: sa.Table) -> str:
    """Return the statement that makes all other writers of a table wait."""
    name = _DIALECT.identifier_preparer.format_table(table)
    return f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE"
