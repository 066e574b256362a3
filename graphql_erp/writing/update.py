"""Changes of records -> one UPDATE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.rows import Row
from graphql_erp.writing.scoped_values import change, changed_value
from graphql_erp.writing.statements import in_column_type, run_rows, unnested
from graphql_erp.writing.writer import Writer

_GIVEN = "_given_"
"""Before a field's name: whether a row changes it; fields never begin with an underscore."""


async def update_rows(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> set[int]:
    """Change records by their ids and return the ids of those that were there to be changed.

    A row's version must still be that of the record, where it is given. Rows may change
    different fields: it stays one statement.
    """
    table = writer.tables.of(model.name)
    names = [name for name in model.fields if any(name in row.values for row in rows)]
    if not names:
        return {row.id for row in rows if row.id is not None}
    partial = [name for name in names if not all(name in row.values for row in rows)]
    columns = [table.c[model.fields[name].column] for name in names]
    keys = [table.c["id"], table.c["version"]]
    flags: list[sa.Column[bool]] = [sa.Column(_GIVEN + name, sa.Boolean()) for name in partial]
    given = unnested(
        [*keys, *columns, *flags],
        [
            [row.id for row in rows],
            [row.version for row in rows],
            *(
                [
                    change(model.fields[name], row.values[name], writer.actor)
                    if name in row.values
                    else None
                    for row in rows
                ]
                for name in names
            ),
            *([name in row.values for row in rows] for name in partial),
        ],
    )
    changes: dict[str, Any] = {}
    for name, column in zip(names, columns, strict=True):
        new = in_column_type(column, given)
        value = changed_value(model.fields[name], column, new, writer.actor)
        if name in partial:
            value = sa.case((given.c[_GIVEN + name], value), else_=column)
        changes[column.name] = value
    changes.update(stamps(writer, model, table))
    statement = (
        table.update()
        .values(changes)
        .where(table.c["id"] == given.c["id"])
        .where(sa.or_(given.c["version"].is_(None), table.c["version"] == given.c["version"]))
        .returning(table.c["id"])
    )
    return {row["id"] for row in await run_rows(writer.connection, statement)}


def stamps(writer: Writer, model: ModelDef, table: sa.Table) -> Mapping[str, Any]:
    """Return what every change changes beside the fields: version, moment and user."""
    changes: dict[str, Any] = {
        "version": table.c["version"] + 1,
        "updated_at": sa.bindparam(None, writer.now, type_=sa.DateTime(timezone=True), unique=True),
    }
    if "updated_by" in model.fields:
        column = model.fields["updated_by"].column
        changes[column] = sa.bindparam(None, writer.actor.user, type_=sa.BigInteger(), unique=True)
    return changes
