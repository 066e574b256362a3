"""Records that modules ship -> rows, each identifier once in the life of a tenant."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import DeclarationError, Problem, UserError
from graphql_erp.install.progress import Progress
from graphql_erp.install.record_entries import Entry, entries_of
from graphql_erp.install.refused import refused_record
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation
from graphql_erp.writing.insert import insert
from graphql_erp.writing.refusals import Refused
from graphql_erp.writing.rows import Batch, Row, ToMany
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.steps import finish, write
from graphql_erp.writing.values import fill_defaults
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
    progress.step(_LABEL, 0, len(new))
    # Records refer to each other in any order and in circles.
    await loading.writer.connection.fetch("SET CONSTRAINTS ALL DEFERRED")
    await _write(loading, by_model, rows, links)
    await _remember(loading, new)
    await loading.writer.connection.fetch("SET CONSTRAINTS ALL IMMEDIATE")
    await finish(loading.writer)
    progress.step(_LABEL, len(new), len(new))


Entries = Mapping[str, Sequence[Entry]]
Rows = Mapping[str, list[Row]]


async def _write(loading: _Loading, entries: Entries, rows: Rows, links: Sequence[Batch]) -> None:
    """Write the records as everybody else's are, their links last."""
    writer = loading.writer
    batches = [Batch(writer.model(name), Operation.CREATE, found) for name, found in rows.items()]
    try:
        async with savepoint(writer):
            await write(writer, *batches, *links)
    except Refused as refused:
        tables = {writer.model(name).table: name for name in rows}
        name = tables.get(getattr(refused.error, "table_name", None) or "")
        if name is None:
            raise refused.error from refused
        model = writer.model(name)
        problem = await refused_record(writer, model, entries[name], rows[name], refused.error)
        raise DeclarationError([problem]) from refused
    except UserError as error:
        _report(loading, entries, (*batches, *links))
        if not loading.problems:
            raise
        raise DeclarationError(loading.problems) from error


def _report(loading: _Loading, entries: Entries, batches: Iterable[Batch]) -> None:
    """Add the problems of rows to those of the records they are made of."""
    for batch in batches:
        known = {loading.known[entry.identifier][1]: entry for entry in entries[batch.model.name]}
        for row in batch.rows:
            for problem in row.problems:
                entry = known[row.id or row.values["id"]]
                loading.problems.append(entry.problem("record_refused", problem.message))


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


def _links(loading: _Loading, entries: Sequence[Entry]) -> list[Batch]:
    """Return the batches that link records, which exist by then."""
    rows: dict[str, list[Row]] = {}
    for entry in entries:
        model = loading.writer.model(entry.model)
        row = Row(id=loading.known[entry.identifier][1])
        for name, targets in entry.links.items():
            ids = (_target(loading, entry, model, name, target) for target in targets)
            row.to_many[name] = ToMany(link=[item for item in ids if item is not None])
        if row.to_many:
            rows.setdefault(entry.model, []).append(row)
    models = loading.writer.registry.models
    return [Batch(models[name], Operation.UPDATE, found) for name, found in rows.items()]


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
