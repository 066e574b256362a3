"""Clean values of new records -> one INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Operation
from graphql_erp.tables.build import Tables
from graphql_erp.writing.returned import returned
from graphql_erp.writing.scoped_values import is_made, stored_value
from graphql_erp.writing.statements import (
    ORDINAL,
    KeptText,
    in_column_type,
    kept_text,
    named_arrays,
    sent_items,
)
from graphql_erp.writing.writer import Writer

STAMPS = ("created_by", "updated_by")
"""Fields of a new record that hold the user."""
_USER = "_user"
"""Name of a value; columns never begin with an underscore."""


async def insert(
    writer: Writer, model: ModelDef, rows: Sequence[Mapping[str, Any]]
) -> Sequence[Any]:
    """Insert clean values by field name and return what `returned` names, in the same order."""
    known = frozenset[str]().union(*rows)
    names = tuple(name for name in model.fields if name in known)
    if not names:
        names, rows = ("version",), [{"version": 1} for _ in rows]
    plan = _plan(writer.registry, writer.tables, model.name, names)
    values: dict[str, Any] = {_USER: writer.actor.user}
    for name, field, column in plan.columns:
        items = [row.get(name) for row in rows]
        if field is not None:
            items = [stored_value(field, item, writer.actor) for item in items]
            items = sent_items(column, items)
        values[column.name] = items
    return await plan.text.rows(writer.connection, values)


@dataclass(frozen=True, slots=True)
class _Plan:
    """The statement for rows that have values of the same fields."""

    text: KeptText
    columns: tuple[tuple[str, FieldDef | None, sa.Column[Any]], ...]
    """Field's name, the field itself where its values do not travel as they are, its column."""


@lru_cache(maxsize=2048)
def _plan(registry: Registry, tables: Tables, model: str, names: tuple[str, ...]) -> _Plan:
    fields, table = registry.models[model].fields, tables.of(model)
    columns = [table.c[fields[name].column] for name in names]
    given = named_arrays(columns)
    values: dict[str, Any] = {column.name: in_column_type(column, given) for column in columns}
    user = sa.bindparam(_USER, type_=sa.BigInteger())
    values |= {fields[name].column: user for name in STAMPS if name in fields}
    source = sa.select(*values.values()).order_by(given.c[ORDINAL])
    statement = table.insert().from_select(list(values), source, include_defaults=False)
    given_back = returned(registry, tables, model, Operation.CREATE).columns
    parts = tuple(
        (name, fields[name] if is_made(fields[name], column) else None, column)
        for name, column in zip(names, columns, strict=True)
    )
    return _Plan(kept_text(statement.returning(*given_back)), parts)
