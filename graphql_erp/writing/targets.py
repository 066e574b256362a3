"""References -> ids: one statement per target model and key, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.statements import run_rows, unnested
from graphql_erp.writing.values import Reference, Row
from graphql_erp.writing.writer import Writer

_Found = dict[tuple[Any, ...], int]


async def resolve_references(writer: Writer, model: ModelDef, rows: Iterable[Row]) -> None:
    """Put ids in the place of references; what does not exist is noted in its row."""
    rows = list(rows)
    wanted: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], None]] = {}
    for row in rows:
        for value in row.values.values():
            if isinstance(value, Reference):
                wanted.setdefault((value.target, value.key), {})[value.values] = None
    found = {
        place: await _look_up(writer, place[0], place[1], list(keys))
        for place, keys in wanted.items()
    }
    for row in rows:
        for name, value in list(row.values.items()):
            if not isinstance(value, Reference):
                continue
            record_id = found[value.target, value.key].get(value.values)
            row.values[name] = record_id
            if record_id is None:
                definition = model.fields[name]
                shown = ", ".join(str(part) for part in value.values)
                row.problem(
                    "NOT_FOUND",
                    f"{definition.label}: there is no {writer.model(value.target).label} {shown}.",
                    definition.graphql_name,
                )


async def _look_up(
    writer: Writer, target: str, key: tuple[str, ...], values: list[tuple[Any, ...]]
) -> _Found:
    model = writer.model(target)
    table = writer.tables.of(target)
    columns = [table.c[model.fields[name].column] for name in key]
    given = unnested(columns, [list(column) for column in zip(*values, strict=True)])
    statement = sa.select(table.c["id"], *columns).where(
        *(column == given.c[column.name] for column in columns)
    )
    rows = await run_rows(writer.connection, statement)
    return {tuple(row)[1:]: row["id"] for row in rows}
