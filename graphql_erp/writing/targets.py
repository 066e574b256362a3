"""References -> ids: one statement per target model and key, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from graphql_erp.planning.restrict import require_field
from graphql_erp.reading.scope import Build
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.writing.readable import kept_rows
from graphql_erp.writing.rows import Batch, Reference, Row
from graphql_erp.writing.statements import array_type, sent_items, unnested_arrays
from graphql_erp.writing.writer import Writer

_Found = dict[tuple[Any, ...], int]
_GIVEN = "@given "
"""Before a field's name: the values that are looked for."""


async def resolve_references(writer: Writer, batches: Iterable[Batch]) -> None:
    """Put ids in the place of references; what does not exist is noted in its row."""
    open_references = [
        (batch.model.fields[name], row, value)
        for batch in batches
        for row in batch.rows
        for name, value in row.values.items()
        if isinstance(value, Reference)
    ]
    wanted: dict[tuple[str, tuple[str, ...]], dict[tuple[Any, ...], None]] = {}
    for _, _, value in open_references:
        wanted.setdefault((value.target, value.key), {})[value.values] = None
    for target, key in wanted:
        for name in key:
            require_field(writer.permission, writer.model(target).fields[name])
    found = {
        place: await look_up(writer, writer.model(place[0]), place[1], list(keys))
        for place, keys in wanted.items()
    }
    for definition, row, value in open_references:
        record_id = found[value.target, value.key].get(value.values)
        row.values[definition.name] = record_id
        if record_id is None:
            _missing(writer, definition, row, value)


def _missing(writer: Writer, definition: FieldDef, row: Row, value: Reference) -> None:
    shown = ", ".join(str(part) for part in value.values)
    row.problem(
        "NOT_FOUND",
        f"{definition.label}: there is no {writer.model(value.target).label} {shown}.",
        *definition.input_path,
    )


async def look_up(
    writer: Writer, model: ModelDef, key: tuple[str, ...], values: list[tuple[Any, ...]]
) -> _Found:
    """Return the ids of the records with the given values of a key, of those one may read."""
    table = writer.tables.of(model.name)
    inputs = {
        _GIVEN + name: sent_items(table.c[model.fields[name].column], list(items))
        for name, items in zip(key, zip(*values, strict=True), strict=True)
    }
    rows = await kept_rows(writer, _statement, (model.name, key), inputs)
    return {tuple(row)[1:]: row[0] for row in rows}


def _statement(build: Build, model: str, key: tuple[str, ...]) -> sa.Select[Any]:
    scope = build.open(model)
    table, fields = build.tables.of(model), scope.definition.fields
    columns = [table.c[fields[name].column] for name in key]
    arrays = [
        build.bind_input(_GIVEN + name, array_type(column))
        for name, column in zip(key, columns, strict=True)
    ]
    held = [scope.source.c[column.name] for column in columns]
    select = scope.select(scope.column("id"), *held)
    if len(held) == 1:
        # Planned once, where a join with as many rows as there happen to be is planned each time.
        return select.where(held[0] == sa.any_(arrays[0]))
    given = unnested_arrays(columns, arrays)
    return select.where(*(column == given.c[column.name] for column in held))
