"""The statements that write kept fields: where they differ, and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.behaviour.model import record
from graphql_erp.computed.values import compute_values
from graphql_erp.expressions.sql import value_sql
from graphql_erp.reading.record_shape import input_shape
from graphql_erp.reading.record_statements import IDS, ids_parameter
from graphql_erp.reading.records import RecordReader, load_shape
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.reading.statement import Statement, compile_statement
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import NO_CONDITIONS
from graphql_erp.tables.build import Tables
from graphql_erp.writing.statements import in_column_type, run_rows, unnested
from graphql_erp.writing.writer import Writer

_OLD = "_old_"
"""Before a column's name; fields never begin with an underscore."""


async def write_kept(
    writer: Writer, model: str, names: Sequence[str], ids: Sequence[int]
) -> Mapping[str, set[int]]:
    """Compute kept fields of locked records, write them and return by field whose changed.

    Version and stamps stay: nobody changed the record.
    """
    fields = [writer.model(model).fields[name] for name in names]
    in_sql = tuple(field.name for field in fields if field.expression is not None)
    in_python = [field for field in fields if field.expression is None]
    changed: dict[str, set[int]] = {}
    writer.journal.changes += 1
    if in_sql:
        statement = _by_expressions(writer.registry, writer.tables, model, in_sql)
        rows = await writer.connection.fetch(statement.sql, *statement.bind({IDS: ids}))
        changed |= _changed(in_sql, rows)
    if in_python:
        update = await _by_methods(writer, model, in_python, ids)
        rows = await run_rows(writer.connection, update)
        changed |= _changed([field.name for field in in_python], rows)
    return changed


def _changed(names: Sequence[str], rows: Sequence[Any]) -> dict[str, set[int]]:
    return {name: {row["id"] for row in rows if row[name]} for name in names}


@lru_cache(maxsize=1024)
def _by_expressions(
    registry: Registry, tables: Tables, model: str, names: tuple[str, ...]
) -> Statement:
    build = Build(registry, tables, NO_CONDITIONS)
    scope = build.open(model)
    fields = [scope.definition.fields[name] for name in names]
    values = [_value(scope, field).label(field.column) for field in fields]
    select = scope.select(scope.source.c["id"], *_old(scope.source, fields), *values)
    select = select.where(scope.source.c["id"] == sa.any_(ids_parameter(build)))
    # Kept apart, lest a value be computed twice: for the column and for the comparison.
    made = select.cte("made").prefix_with("MATERIALIZED")
    return compile_statement(_update(tables.of(model), fields, made), build.slots)


def _value(scope: Scope, field: FieldDef) -> sa.ColumnElement[Any]:
    if field.expression is None:
        raise TypeError(f"{field.model}.{field.name} is not computed by an expression.")
    return field.type.fit(value_sql(field.expression, scope, scope.build.context))


async def _by_methods(
    writer: Writer, model: str, fields: Sequence[FieldDef], ids: Sequence[int]
) -> sa.UpdateBase:
    reader = RecordReader(
        registry=writer.registry,
        tables=writer.tables,
        conditions=NO_CONDITIONS,
        actor=writer.actor,
        now=writer.now,
        connection=writer.connection,
    )
    paths = dict.fromkeys(path for field in fields for path in field.inputs)
    cls = writer.registry.classes[model]
    records = [record(cls, {"id": key}) for key in ids]
    hidden = await load_shape(reader, records, input_shape(writer.registry, model, tuple(paths)))
    records = [item for item in records if item.id not in hidden]
    table = writer.tables.of(model)
    columns = [table.c["id"], *(table.c[field.column] for field in fields)]
    values = [compute_values(records, field) for field in fields]
    given = unnested(columns, [[record.id for record in records], *values])
    new = [in_column_type(column, given).label(column.name) for column in columns]
    source = given.join(table, table.c["id"] == given.c["id"])
    made = sa.select(*new, *_old(table, fields)).select_from(source).subquery("made")
    return _update(table, fields, made)


def _old(source: sa.FromClause, fields: Sequence[FieldDef]) -> list[sa.ColumnElement[Any]]:
    return [source.c[field.column].label(_OLD + field.column) for field in fields]


def _update(table: sa.Table, fields: Sequence[FieldDef], made: sa.FromClause) -> sa.UpdateBase:
    """Return the update from a table of ids, new and old values; it gives what differed."""
    differs = {
        field.name: made.c[_OLD + field.column].is_distinct_from(made.c[field.column])
        for field in fields
    }
    return (
        table.update()
        .values({field.column: made.c[field.column] for field in fields})
        .where(table.c["id"] == made.c["id"], sa.or_(*differs.values()))
        .returning(table.c["id"], *(test.label(name) for name, test in differs.items()))
    )
