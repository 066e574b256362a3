"""Returned: what a statement gives back of the rows it wrote, for hooks that look at them next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.reading.hydrate import Hydrate, hydrator
from graphql_erp.reading.record_shape import record_shape
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Operation
from graphql_erp.tables.build import Tables
from graphql_erp.writing.rows import Row
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Returned:
    """The columns a statement returns, the id first."""

    columns: tuple[sa.Column[Any], ...]
    hydrate: Hydrate | None = None
    """Makes records of them; None when nobody looks at the rows."""


@lru_cache(maxsize=2048)
def returned(registry: Registry, tables: Tables, model: str, operation: Operation) -> Returned:
    """Return what a statement gives back: the id alone, or all a record has of its own.

    Values that vary by language or company are left to a statement that reads them for the actor.
    """
    table, definition = tables.of(model), registry.models[model]
    names = record_shape(registry, model, (), is_whole=True).fields
    fields = [definition.fields[name] for name in names]
    is_varying = any(field.type.varies_by is not None for field in fields)
    if is_varying or f"after_{operation}" not in definition.logic.hooks:
        return Returned((table.c["id"],))
    columns = tuple(table.c[field.column] for field in fields)
    return Returned(columns, hydrator(registry, model, names, first=0))


def keep_returned(writer: Writer, rows: Sequence[Row], stored: Sequence[Any]) -> None:
    """Keep with each row what the database holds of it from now on, until something changes it."""
    if not stored or len(stored[0]) == 1:
        return
    for row, item in zip(rows, stored, strict=True):
        row.stored = (writer.journal.changes, item)


def kept_returned(writer: Writer, model: str, operation: Operation, rows: Sequence[Row]) -> Any:
    """Return records of what is kept of rows; None where the database may hold something else."""
    hydrate = returned(writer.registry, writer.tables, model, operation).hydrate
    present = writer.journal.changes
    kept = [row.stored[1] for row in rows if row.stored and row.stored[0] == present]
    if hydrate is None or len(kept) < len(rows):
        return None
    return hydrate(kept, writer.env)
