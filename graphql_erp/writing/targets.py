"""References -> ids: one statement per target model and key, whatever the number of rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.writing.rows import Batch, Reference, Row
from graphql_erp.writing.statements import unnested
from graphql_erp.writing.writer import Writer

_Found = dict[tuple[Any, ...], int]


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
    build = Build(writer.registry, writer.tables, writer.permission.readable)
    scope = build.open(model.name)
    table = writer.tables.of(model.name)
    columns = [table.c[model.fields[name].column] for name in key]
    given = unnested(columns, [list(column) for column in zip(*values, strict=True)])
    held = [scope.source.c[column.name] for column in columns]
    same = (column == given.c[column.name] for column in held)
    statement = compile_statement(scope.select(scope.column("id"), *held).where(*same), build.slots)
    bound = statement.bind(surroundings(writer.actor, writer.now))
    rows = await writer.connection.fetch(statement.sql, *bound)
    return {tuple(row)[1:]: row[0] for row in rows}
