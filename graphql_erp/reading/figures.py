"""Figures for Python: counts and aggregates of records, in groups or all together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Condition
from graphql_erp.naming import did_you_mean
from graphql_erp.reading.records import RecordReader
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import ModelDef

_FIGURE = re.compile(r"(?P<function>sum|avg|min|max|count)(?:\((?P<field>[a-z0-9_]+)\))?")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `count`, or a function of a field."""

    name: str
    function: str
    field: str = ""
    """"" counts records; `count` of a field counts its different values."""


def figures_of(model: ModelDef, texts: Mapping[str, str]) -> tuple[Figure, ...]:
    """Return figures written as `count` or `sum(total)`, by name.

    Raises:
        ValueError: One of them is no figure of the model.
    """
    return tuple(_figure(model, name, text) for name, text in texts.items())


def _figure(model: ModelDef, name: str, text: str) -> Figure:
    found = _FIGURE.fullmatch(text.replace(" ", ""))
    if found is None or (found["field"] is None and found["function"] != "count"):
        raise ValueError(f"{text!r} is no figure: write count, or sum(field), avg, min or max.")
    field = found["field"] or ""
    if not field:
        return Figure(name, "count")
    known = model.fields.get(field)
    if known is None or known.relation is not None or not known.is_sql:
        hint = did_you_mean(field, list(model.fields))
        raise ValueError(f"{model.name} has no field {field!r} with values. {hint}".rstrip())
    if found["function"] in {"sum", "avg"} and not known.type.is_summable:
        raise ValueError(f"{model.name}.{field} cannot be added up.")
    return Figure(name, found["function"], field)


async def read_figures(
    reader: RecordReader,
    model: ModelDef,
    where: Condition | None,
    keys: Sequence[str],
    figures: Sequence[Figure],
) -> list[Mapping[str, Any]]:
    """Return one mapping per group, in the order of the keys; one in all without keys.

    Args:
        reader: On whose behalf, when and where.
        model: The records' model.
        where: A bound condition, None for all records.
        keys: Dotted paths to group by; a to-one field gives an id.
        figures: What is asked of each group.
    """
    build = Build(reader.registry, reader.tables, reader.conditions)
    scope = build.open(model.name)
    if where is not None:
        scope.where.append(build.condition(where, scope))
    groups = [scope.at(tuple(key.split(".")))[0] for key in keys]
    columns = [*groups, *(_column(scope.value, item) for item in figures)]
    select = scope.select(*(column.label(f"c{place}") for place, column in enumerate(columns)))
    if groups:
        select = select.group_by(*groups).order_by(*groups)
    statement = compile_statement(select, build.slots)
    bound = statement.bind(surroundings(reader.actor, reader.now))
    names = [*keys, *(item.name for item in figures)]
    rows = await reader.connection.fetch(statement.sql, *bound)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _column(value: Any, figure: Figure) -> sa.ColumnElement[Any]:
    if not figure.field:
        return sa.func.count()
    column = value(figure.field)
    if figure.function == "count":
        return sa.func.count(column.distinct())
    made: sa.ColumnElement[Any] = getattr(sa.func, figure.function)(column)
    return made
