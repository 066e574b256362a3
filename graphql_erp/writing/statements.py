"""Set-based statements: rows travel as one array per column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    arrays = [
        sa.bindparam(None, sent_items(column, items), type_=array_type(column), unique=True)
        for column, items in zip(columns, values, strict=True)
    ]
    return unnested_arrays(columns, arrays, name)


def unnested_arrays(
    columns: Sequence[sa.Column[Any]],
    arrays: Sequence[sa.ColumnElement[Any]],
    name: str = "given",
) -> sa.TableValuedAlias:
    """Return arrays as a table with the columns' names and the number of the row."""
    names = [sa.column(column.name, sent_type(column)) for column in columns]
    return (
        sa.func.unnest(*arrays)
        .table_valued(*names, with_ordinality=ORDINAL, name=name)
        .render_derived()
    )


def sent_type(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    """Return the type a column's values travel in."""
    if isinstance(column.type, sa.JSON | JSONB):
        return sa.Text()
    if isinstance(column.type, sa.String):
        return sa.Text()
    if isinstance(column.type, sa.Numeric) and not isinstance(column.type, sa.Float):
        return sa.Numeric()
    return column.type


def array_type(column: sa.Column[Any]) -> sa.ARRAY[Any]:
    """Return the type in which values of a column travel together."""
    return sa.ARRAY(sent_type(column))


def sent_items(column: sa.Column[Any], items: list[Any]) -> list[Any]:
    """Return values of a column as they travel."""
    if not isinstance(column.type, sa.JSON | JSONB):
        return items
    return [None if item is None else orjson.dumps(item).decode() for item in items]


def in_column_type(column: sa.Column[Any], given: sa.TableValuedAlias) -> sa.ColumnElement[Any]:
    """Return a given value in the column's own type."""
    return typed(column, given.c[column.name])


def typed(column: sa.Column[Any], value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return a value as it travels in the column's own type."""
    return sa.cast(value, column.type) if isinstance(column.type, sa.JSON | JSONB) else value


@dataclass(frozen=True, slots=True)
class KeptText:
    """The text of a statement that is sent many times, and the names of its values."""

    sql: str
    names: tuple[str, ...]
    """In the order in which the values are sent."""

    async def rows(self, connection: WriteConnection, values: Mapping[str, Any]) -> Sequence[Any]:
        """Run it and return its rows."""
        return await connection.fetch(self.sql, *(values[name] for name in self.names))


def kept_text(statement: sa.sql.Executable) -> KeptText:
    """Return the text of a statement all of whose values have names."""
    compiled = statement.compile(dialect=_DIALECT)  # type: ignore[attr-defined]
    return KeptText(str(compiled), tuple(compiled.positiontup or ()))


def named_arrays(columns: Sequence[sa.Column[Any]], name: str = "given") -> sa.TableValuedAlias:
    """Return values that are named like their columns as a table with the number of the row."""
    arrays = [sa.bindparam(column.name, type_=array_type(column)) for column in columns]
    return unnested_arrays(columns, arrays, name)


def named_values(columns: Sequence[sa.Column[Any]]) -> Mapping[str, sa.ColumnElement[Any]]:
    """Return the values of one row that are named like their columns."""
    return {column.name: sa.bindparam(column.name, type_=sent_type(column)) for column in columns}


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
