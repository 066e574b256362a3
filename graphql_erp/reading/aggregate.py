"""Counts and aggregates over filtered records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.planning.plan import (
    AggregateCount,
    AggregateFields,
    CountDistinct,
    CountFact,
    CountValue,
    FieldValue,
    Member,
    TypeName,
)
from graphql_erp.reading.pieces import Column, json_object, json_text, labelled, row_json
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.registry.model import FieldDef, ModelDef

COUNT = "count"
_PREPARER = asyncpg.dialect().identifier_preparer  # type: ignore[no-untyped-call]


def total_count(scope: Scope) -> Column:
    """Return the number of filtered records."""
    return scope.select(sa.func.count()).scalar_subquery()


def count_json(build: Build, scope: Scope, plan: CountValue) -> Column:
    """Return the `count` object; counting stops one past the cap."""
    counted, facts = _counted(build, scope, plan)
    columns = []
    for member in plan.members:
        fact = member.value
        column = facts[fact.name] if isinstance(fact, CountFact) else _type_name(fact)
        columns.append(labelled(column, member.key))
    return row_json(
        sa.select(*columns).select_from(counted), build.alias_name("x")
    ).scalar_subquery()


def _counted(
    build: Build, scope: Scope, plan: CountValue
) -> tuple[sa.FromClause, Mapping[str, Column]]:
    """Return a row with what was counted, and the facts that are made of it."""
    if plan.cap is None:
        every = scope.select(sa.func.count().label("value")).subquery(build.alias_name("c"))
        return every, {"value": every.c["value"], "exact": sa.literal_column("true")}
    is_estimated = plan.is_estimated and not scope.where
    found = _capped(build, scope, plan.cap)
    if is_estimated:
        found = _estimated(build, scope, found)
    row = found.subquery(build.alias_name("c"))
    limit: Column = sa.literal_column(str(plan.cap))
    value, exact = sa.func.least(row.c["value"], limit), row.c["value"] <= limit
    if not is_estimated:
        return row, {"value": value, "exact": exact}
    estimate = row.c["estimate"]
    is_known = estimate > sa.literal_column("0")
    return row, {
        "value": sa.case((is_known, estimate), else_=value),
        "exact": sa.case((is_known, sa.literal_column("false")), else_=exact),
    }


def _capped(build: Build, scope: Scope, cap: int) -> sa.Select[Any]:
    some = scope.select(sa.literal_column("1")).limit(sa.literal_column(str(cap + 1)))
    inner = some.subquery(build.alias_name("some"))
    return sa.select(sa.func.count().label("value")).select_from(inner)


def _estimated(build: Build, scope: Scope, counted: sa.Select[Any]) -> sa.Select[Any]:
    """Return the table's size by the planner's statistics; counted where they know of no rows.

    Nobody analyses a table of a few rows by itself: the statistics then say 0 or -1.
    """
    table = build.tables.of(scope.model)
    name: Column = sa.literal_column(f"'{_PREPARER.format_table(table)}'::regclass")
    catalogue = sa.table("pg_class", sa.column("oid"), sa.column("reltuples"))
    known = catalogue.alias(build.alias_name("statistics"))
    rows = known.c.reltuples
    value = sa.case((rows <= sa.literal_column("0"), counted.scalar_subquery()))
    estimate = sa.cast(rows, sa.BigInteger())
    return sa.select(value.label("value"), estimate.label("estimate")).where(known.c.oid == name)


def aggregate_json(build: Build, scope: Scope, members: tuple[Member, ...]) -> Column:
    """Return the `aggregate` object over the filtered records."""
    fields = {name: scope.value(name) for name in aggregated_fields(members)}
    inner = scope.select(
        *(column.label(label) for label, column in aggregate_columns(members, fields).items())
    )
    values = inner.subquery(build.alias_name("a"))
    columns = aggregate_members(build, scope.definition, members, values)
    statement = sa.select(*columns).select_from(values)
    return row_json(statement, build.alias_name("x")).scalar_subquery()


def aggregated_fields(members: Iterable[Member]) -> dict[str, None]:
    """Return the fields aggregates are made of, in order."""
    names: dict[str, None] = {}
    for member in members:
        match member.value:
            case CountDistinct(field):
                names[field] = None
            case AggregateFields(_, inner):
                names.update(
                    (part.value.field, None) for part in inner if isinstance(part.value, FieldValue)
                )
    return names


def aggregate_columns(members: Iterable[Member], fields: dict[str, Any]) -> dict[str, Column]:
    """Return the aggregate expressions by label; `fields` are the columns they are made of."""
    columns: dict[str, Column] = {COUNT: sa.func.count()}
    for member in members:
        match member.value:
            case CountDistinct(field):
                columns[f"distinct_{field}"] = sa.func.count(sa.distinct(fields[field]))
            case AggregateFields(function, inner):
                for part in inner:
                    if isinstance(part.value, FieldValue):
                        name = part.value.field
                        aggregate = getattr(sa.func, function)(fields[name])
                        columns[f"{function}_{name}"] = aggregate
    return columns


def aggregate_members(
    build: Build, model: ModelDef, members: Iterable[Member], values: sa.FromClause
) -> list[Column]:
    """Return the members of an `aggregate` object, made of a row of aggregate expressions."""
    columns: list[Column] = []
    for member in members:
        match member.value:
            case AggregateCount():
                column: Column = values.c[COUNT]
            case CountDistinct(field):
                column = values.c[f"distinct_{field}"]
            case AggregateFields(function, inner):
                column = _fields_json(build, model, function, inner, values)
            case other:
                column = _type_name(other)
        columns.append(labelled(column, member.key))
    return columns


def _fields_json(
    build: Build,
    model: ModelDef,
    function: str,
    members: Iterable[Member],
    values: sa.FromClause,
) -> Column:
    columns: list[Column] = []
    for part in members:
        if isinstance(part.value, FieldValue):
            field = model.fields[part.value.field]
            column = aggregate_value_json(function, field, values.c[f"{function}_{field.name}"])
        else:
            column = _type_name(part.value)
        columns.append(labelled(column, part.key))
    return json_object(build, columns, values)


def aggregate_value_json(function: str, field: FieldDef, column: Column) -> Column:
    """Return the JSON form of one aggregate, of the type that holds it."""
    match function:
        case "sum":
            kind = field.type.sum_type()
        case "avg":
            kind = field.type.average_type()
        case _:
            return field.type.to_json_sql(column)
    return kind.to_json_sql(kind.fit(column))


def _type_name(value: object) -> Column:
    if isinstance(value, TypeName):
        return json_text(value.name)
    raise TypeError(f"{type(value).__name__} is not a member here.")
