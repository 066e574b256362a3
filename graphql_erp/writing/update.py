"""Changes of records -> one UPDATE."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Operation
from graphql_erp.tables.build import Tables
from graphql_erp.writing.returned import keep_returned, returned
from graphql_erp.writing.rows import Row
from graphql_erp.writing.scoped_values import change, changed_value, company_key
from graphql_erp.writing.statements import (
    KeptText,
    kept_text,
    named_arrays,
    named_values,
    sent_items,
    typed,
)
from graphql_erp.writing.writer import Writer

_GIVEN = "_given_"
"""Before a field's name: whether a row changes it; fields never begin with an underscore."""
_NOW, _USER, _COMPANY = "_now", "_user", "_company"
"""Names of values; columns never begin with an underscore."""


async def update_rows(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> set[int]:
    """Change records by their ids and return the ids of those that were there to be changed.

    What `returned` names is kept with the rows.

    A row's version must still be that of the record, where it is given. Rows may change
    different fields: it stays one statement. The values of a single row stand in it by themselves:
    PostgreSQL then finds the record by its key, however large the table has become meanwhile.
    """
    table, actor = writer.tables.of(model.name), writer.actor
    known = frozenset[str]().union(*(row.values for row in rows))
    names = tuple(name for name in model.fields if name in known)
    if not names:
        return {row.id for row in rows if row.id is not None}
    is_one = len(rows) == 1
    is_whole = is_one or all(len(row.values) == len(known) for row in rows)
    partial = (
        ()
        if is_whole
        else tuple(name for name in names if not all(name in row.values for row in rows))
    )
    values: dict[str, Any] = {
        "id": rows[0].id if is_one else [row.id for row in rows],
        "version": rows[0].version if is_one else [row.version for row in rows],
        _NOW: writer.now,
        _USER: actor.user,
        _COMPANY: company_key(actor),
    }
    for name in names:
        field = model.fields[name]
        items = [
            change(field, row.values[name], actor) if name in row.values else None for row in rows
        ]
        sent = sent_items(table.c[field.column], items)
        values[field.column] = sent[0] if is_one else sent
    for name in partial:
        values[_GIVEN + name] = [name in row.values for row in rows]
    text = _text(writer.registry, writer.tables, model.name, names, partial, is_one)
    written = {row[0]: row for row in await text.rows(writer.connection, values)}
    writer.journal.changes += 1
    changed = [row for row in rows if row.id in written]
    keep_returned(writer, changed, [written[row.id] for row in changed])
    return set(written)


@lru_cache(maxsize=2048)
def _text(
    registry: Registry,
    tables: Tables,
    model: str,
    names: tuple[str, ...],
    partial: tuple[str, ...],
    is_one: bool,  # noqa: FBT001 - a key
) -> KeptText:
    fields, table = registry.models[model].fields, tables.of(model)
    flags: list[sa.Column[Any]] = [sa.Column(_GIVEN + name, sa.Boolean()) for name in partial]
    columns = [table.c[fields[name].column] for name in names]
    sent = [table.c["id"], table.c["version"], *columns, *flags]
    given = named_values(sent) if is_one else named_arrays(sent).c
    company = sa.bindparam(_COMPANY, type_=sa.Text())
    changes: dict[str, Any] = {
        "version": table.c["version"] + sa.literal_column("1"),
        "updated_at": sa.bindparam(_NOW, type_=sa.DateTime(timezone=True)),
    }
    if "updated_by" in fields:
        changes[fields["updated_by"].column] = sa.bindparam(_USER, type_=sa.BigInteger())
    for name, column in zip(names, columns, strict=True):
        value = changed_value(fields[name], column, typed(column, given[column.name]), company)
        if name in partial:
            value = sa.case((given[_GIVEN + name], value), else_=column)
        changes[column.name] = value
    statement = (
        table.update()
        .values(changes)
        .where(table.c["id"] == given["id"])
        .where(sa.or_(given["version"].is_(None), table.c["version"] == given["version"]))
        .returning(*returned(registry, tables, model, Operation.UPDATE).columns)
    )
    return kept_text(statement)
