"""Clean values of new records -> one INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.writing.scoped_values import stored_value
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
) -> tuple[int, ...]:
    """Insert clean values by field name and return the ids in the same order."""
    table = writer.tables.of(model.name)
    known = frozenset[str]().union(*rows)
    names = tuple(name for name in model.fields if name in known)
    if not names:
        names, rows = ("version",), [{"version": 1} for _ in rows]
    values: dict[str, Any] = {_USER: writer.actor.user}
    for name in names:
        column = table.c[model.fields[name].column]
        items = [stored_value(model.fields[name], row.get(name), writer.actor) for row in rows]
        values[column.name] = sent_items(column, items)
    text = _text(writer.registry, writer.tables, model.name, names)
    written = await text.rows(writer.connection, values)
    return tuple(row[0] for row in written)


@lru_cache(maxsize=2048)
def _text(registry: Registry, tables: Tables, model: str, names: tuple[str, ...]) -> KeptText:
    fields, table = registry.models[model].fields, tables.of(model)
    columns = [table.c[fields[name].column] for name in names]
    given = named_arrays(columns)
    values: dict[str, Any] = {column.name: in_column_type(column, given) for column in columns}
    user = sa.bindparam(_USER, type_=sa.BigInteger())
    values |= {fields[name].column: user for name in STAMPS if name in fields}
    source = sa.select(*values.values()).order_by(given.c[ORDINAL])
    statement = table.insert().from_select(list(values), source, include_defaults=False)
    return kept_text(statement.returning(table.c["id"]))
