"""References -> ids: one statement for all ids, and one per other key, however many rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
_BY_ID = ("id",)
_GIVEN = "@given "
"""Before a field's name: the values that are looked for."""


def leave_references(writer: Writer, batches: Iterable[Batch]) -> None:
    """Take ids for granted of which the foreign key tells the same as a look at their targets.

    That is where all records of the target may be read.
    """
    for batch in batches:
        for row in batch.rows:
            left = tuple(
                (name, value)
                for name, value in row.values.items()
                if isinstance(value, Reference)
                and value.key == _BY_ID
                and value.target not in writer.permission.readable
                and writer.permission.sees(value.target, "id")
            )
            row.values.update((name, value.values[0]) for name, value in left)
            row.unchecked = left


async def check_left(writer: Writer, batches: Sequence[Batch]) -> None:
    """Note which of the ids that were taken for granted do not exist."""
    for batch in batches:
        for row in batch.rows:
            row.values.update(row.unchecked)
            row.unchecked = ()
    await resolve_references(writer, batches)


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
    by_id = {place: keys for place, keys in wanted.items() if place[1] == _BY_ID}
    found = {
        place: await look_up(writer, writer.model(place[0]), place[1], list(keys))
        for place, keys in wanted.items()
        if place not in by_id
    }
    if by_id:
        found |= await _look_up_ids(writer, by_id)
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


async def _look_up_ids(
    writer: Writer, wanted: Mapping[tuple[str, tuple[str, ...]], Iterable[tuple[Any, ...]]]
) -> dict[tuple[str, tuple[str, ...]], _Found]:
    """Return which ids there are that one may read, of several models at once."""
    places = sorted(wanted)
    inputs = {_GIVEN + place[0]: [key[0] for key in wanted[place]] for place in places}
    models = tuple(place[0] for place in places)
    found: list[_Found] = [{} for _ in places]
    for number, record_id in await kept_rows(writer, _ids_statement, models, inputs):
        found[number][record_id,] = record_id
    return dict(zip(places, found, strict=True))


def _ids_statement(build: Build, *models: str) -> sa.sql.Executable:
    parts = []
    for number, model in enumerate(models):
        scope = build.open(model)
        given = build.bind_input(_GIVEN + model, sa.ARRAY(sa.BigInteger()))
        select = scope.select(sa.literal_column(str(number)), scope.column("id"))
        parts.append(select.where(scope.column("id") == sa.any_(given)))
    return sa.union_all(*parts) if len(parts) > 1 else parts[0]


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
