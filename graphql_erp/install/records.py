"""Records that modules ship -> rows, each identifier once in the life of a tenant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.install.progress import Progress
from graphql_erp.install.record_entries import Entry, entries_of
from graphql_erp.install.refused import refused_record
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.checks import broken_checks
from graphql_erp.writing.insert import insert
from graphql_erp.writing.numbers import assign_numbers
from graphql_erp.writing.rows import Row
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.statements import run_rows, unnested
from graphql_erp.writing.values import check_required, fill_defaults
from graphql_erp.writing.writer import Writer

REFERENCES = "RecordReference"
"""Model of core that keeps which record an identifier stands for."""

_LABEL = "Records"


@dataclass(slots=True)
class _Loading:
    writer: Writer
    known: dict[str, tuple[str, int]]
    """Model and id of each identifier."""
    problems: list[Problem]


async def load_records(writer: Writer, *, demo: bool, progress: Progress) -> int:
    """Write the records of all modules that are not there yet and return how many.

    Ids are reserved first, so that records may refer to each other in any order and in circles:
    the number of statements depends on the models, not on the records. What an identifier stands
    for is never written again, whatever became of it.

    Args:
        writer: Of an elevated actor, in a transaction that ends when this fails.
        demo: Whether records for demonstration are loaded too.
        progress: Told of each model.

    Raises:
        DeclarationError: Records with mistakes, each with its file, line and identifier.
    """
    problems: list[Problem] = []
    entries = entries_of(writer.registry, problems, demo=demo)
    if entries and REFERENCES not in writer.registry.models:
        place = entries[0].source
        hint = 'Add "core" to the dependencies of the module.'
        problems.append(place.problem("missing_dependency", "records need module core.", hint))
    _stop(problems)
    if not entries:
        return 0
    loading = _Loading(writer, await _known(writer), problems)
    new = [entry for entry in entries if entry.identifier not in loading.known]
    if new:
        await _load(loading, new, progress)
    return len(new)


async def _load(loading: _Loading, new: Sequence[Entry], progress: Progress) -> None:
    by_model: dict[str, list[Entry]] = {}
    for entry in new:
        by_model.setdefault(entry.model, []).append(entry)
    for model, entries in by_model.items():
        ids = await _reserve(loading.writer, model, len(entries))
        for entry, number in zip(entries, ids, strict=True):
            loading.known[entry.identifier] = (model, number)
    rows = {model: _rows(loading, model, entries) for model, entries in by_model.items()}
    links = _links(loading, new)
    _stop(loading.problems)
    connection = loading.writer.connection
    await connection.fetch("SET CONSTRAINTS ALL DEFERRED")
    done = 0
    for model, entries in by_model.items():
        progress.step(_LABEL, done, len(new))
        await _insert(loading.writer, model, entries, rows[model])
        done += len(entries)
    for table, pairs in links.items():
        await _insert_links(loading.writer, table, pairs)
    await _remember(loading, new)
    await connection.fetch("SET CONSTRAINTS ALL IMMEDIATE")
    for model, entries in by_model.items():
        await _check(loading, model, entries, rows[model])
    _stop(loading.problems)
    for model in sorted(by_model):
        ids = [row.values["id"] for row in rows[model]]
        await assign_numbers(loading.writer, loading.writer.model(model), ids)
    progress.step(_LABEL, done, len(new))


def _stop(problems: Sequence[Problem]) -> None:
    if problems:
        raise DeclarationError(problems)


async def _known(writer: Writer) -> dict[str, tuple[str, int]]:
    table = writer.tables.of(REFERENCES)
    columns = (table.c[name] for name in ("module", "name", "model", "record_id"))
    rows = await run_rows(writer.connection, sa.select(*columns))
    return {f"{row['module']}.{row['name']}": (row["model"], row["record_id"]) for row in rows}


async def _reserve(writer: Writer, model: str, count: int) -> list[int]:
    rows = await writer.connection.fetch(
        "SELECT nextval(pg_get_serial_sequence($1, 'id')) AS id FROM generate_series(1, $2)",
        writer.tables.of(model).name,
        count,
    )
    return [row["id"] for row in rows]


def _rows(loading: _Loading, model_name: str, entries: Sequence[Entry]) -> list[Row]:
    model = loading.writer.model(model_name)
    rows = []
    for index, entry in enumerate(entries):
        row = Row(index, values=dict(entry.values))
        for name, target in entry.references.items():
            row.values[name] = _target(loading, entry, model, name, target)
        fill_defaults(loading.writer, model, row)
        check_required(model, row)
        row.values["id"] = loading.known[entry.identifier][1]
        for problem in row.problems:
            loading.problems.append(entry.problem("record_refused", problem.message))
        rows.append(row)
    return rows


def _target(loading: _Loading, entry: Entry, model: ModelDef, name: str, target: str) -> int | None:
    wanted = model.fields[name].relation
    found = loading.known.get(target)
    if found is None:
        message = f'"{name}" refers to unknown record "{target}".'
        loading.problems.append(entry.problem("unknown_record", message))
        return None
    if wanted is not None and found[0] != wanted.target:
        message = f'"{name}" must be a {wanted.target}, but "{target}" is a {found[0]}.'
        loading.problems.append(entry.problem("wrong_reference", message))
    return found[1]


Pairs = list[tuple[int, int]]


def _links(loading: _Loading, entries: Sequence[Entry]) -> Mapping[tuple[str, str, str], Pairs]:
    """Return the pairs of ids by link table and its two columns."""
    found: dict[tuple[str, str, str], Pairs] = {}
    for entry in entries:
        model = loading.writer.model(entry.model)
        for name, targets in entry.links.items():
            relation = model.fields[name].relation
            if relation is None:
                continue
            own = loading.known[entry.identifier][1]
            ids = (_target(loading, entry, model, name, target) for target in targets)
            pairs = [(own, item) for item in ids if item is not None]
            columns = (relation.link_own, relation.link_target)
            if columns[0] > columns[1]:
                # The other end of the relation names the same columns the other way round.
                columns, pairs = columns[::-1], [pair[::-1] for pair in pairs]
            found.setdefault((relation.link_table, *columns), []).extend(pairs)
    return found


async def _insert(
    writer: Writer, model_name: str, entries: Sequence[Entry], rows: Sequence[Row]
) -> None:
    model = writer.model(model_name)
    try:
        async with savepoint(writer):
            await insert(writer, model, [row.values for row in rows])
    except asyncpg.PostgresError as error:
        problem = await refused_record(writer, model, entries, rows, error)
        raise DeclarationError([problem]) from error


async def _insert_links(writer: Writer, place: tuple[str, str, str], pairs: Pairs) -> None:
    table = writer.tables.link(place[0])
    columns = [table.c[name] for name in place[1:]]
    given = unnested(columns, [list(side) for side in zip(*pairs, strict=True)])
    # Both ends may name the same link.
    statement = (
        postgresql.insert(table)
        .from_select([column.name for column in columns], sa.select(*given.c[:2]))
        .on_conflict_do_nothing()
    )
    await run_rows(writer.connection, statement)


async def _remember(loading: _Loading, entries: Sequence[Entry]) -> None:
    rows: list[dict[str, Any]] = [
        {
            "module": entry.module,
            "name": entry.name,
            "model": entry.model,
            "record_id": loading.known[entry.identifier][1],
        }
        for entry in entries
    ]
    await insert(loading.writer, loading.writer.model(REFERENCES), rows)


async def _check(
    loading: _Loading, model_name: str, entries: Sequence[Entry], rows: Sequence[Row]
) -> None:
    model = loading.writer.model(model_name)
    ids = [row.values["id"] for row in rows]
    by_id = dict(zip(ids, entries, strict=True))
    for record_id, problem in await broken_checks(loading.writer, model, ids):
        entry = by_id[record_id]
        loading.problems.append(entry.problem("record_refused", problem.message))
