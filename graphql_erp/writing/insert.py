"""Clean values of new records -> one INSERT."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.scoped_values import stored_value
from graphql_erp.writing.statements import ORDINAL, in_column_type, run_rows, unnested
from graphql_erp.writing.writer import Writer


async def insert(
    writer: Writer, model: ModelDef, rows: Sequence[Mapping[str, Any]]
) -> tuple[int, ...]:
    """Insert clean values by field name and return the ids in the same order."""
    table = writer.tables.of(model.name)
    stamps = {"created_by": writer.actor.user, "updated_by": writer.actor.user}
    stamps = {name: value for name, value in stamps.items() if name in model.fields}
    known = frozenset[str]().union(*rows)
    names = [name for name in model.fields if name in known]
    columns = [table.c[model.fields[name].column] for name in names]
    extra = [table.c[model.fields[name].column] for name in stamps]
    if not columns:
        columns, names = [table.c["version"]], ["version"]
        rows = [{"version": 1} for _ in rows]
    values = [
        [stored_value(model.fields[name], row.get(name), writer.actor) for row in rows]
        for name in names
    ]
    given = unnested(columns, values)
    source = sa.select(
        *(in_column_type(column, given) for column in columns),
        *(sa.bindparam(None, value, type_=sa.BigInteger()) for value in stamps.values()),
    ).order_by(given.c[ORDINAL])
    statement = table.insert().from_select(
        [column.name for column in (*columns, *extra)], source, include_defaults=False
    )
    written = await run_rows(writer.connection, statement.returning(table.c["id"]))
    return tuple(row["id"] for row in written)
