"""Checks: declared conditions and unique keys, answered with the field they concern."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import sqlalchemy as sa

from graphql_erp.behaviour.model import Model
from graphql_erp.errors import UserError, UserProblem
from graphql_erp.reading.records import read_records
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.logic import PythonCheck
from graphql_erp.registry.model import CheckDef, ModelDef, UniqueDef
from graphql_erp.security.permission import NO_CONDITIONS
from graphql_erp.tables.own_row import OwnRow
from graphql_erp.writing.recompute import Changed
from graphql_erp.writing.rows import Row
from graphql_erp.writing.scoped_values import stored_value
from graphql_erp.writing.statements import ORDINAL, run_rows, unnested
from graphql_erp.writing.values import PARENT
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer


async def check(work: Work, changed: Changed) -> None:
    """Make the checks the database does not make itself, on all records that were written.

    Args:
        work: What was written.
        changed: Records of which a stored computed field changed. What is wrong with one that was
            not written itself has no path: no part of the input speaks of it.

    Raises:
        UserError: With everything that is wrong, each with its path.
    """
    rows: list[Row] = []
    known: dict[str, set[int]] = {}
    for batch in work.saved():
        by_id = {row.id: row for row in batch.rows if row.id is not None}
        rows += batch.rows
        known.setdefault(batch.model.name, set()).update(by_id)
        await _check_rows(work.writer, batch.model, by_id)
    for name, ids in changed.items():
        if not _concerns_computed(work.writer.model(name)):
            continue
        others = {key: Row(id=key) for key in sorted(set(ids) - known.get(name, set()))}
        await _check_rows(work.writer, work.writer.model(name), others)
        for row in others.values():
            row.problems = [replace(problem, path=()) for problem in row.problems]
        rows += others.values()
    refuse(rows)


def _concerns_computed(model: ModelDef) -> bool:
    named = (model.fields[name] for item in model.checks for name in item.fields)
    return bool(model.logic.checks) or any(field.is_computed for field in named)


async def _check_rows(writer: Writer, model: ModelDef, rows: Mapping[int, Row]) -> None:
    if not rows:
        return
    for record_id, problem in await broken_checks(writer, model, list(rows)):
        rows[record_id].note(problem)
    await _python_checks(writer, model, rows)


async def _python_checks(writer: Writer, model: ModelDef, rows: Mapping[int, Row]) -> None:
    if not model.logic.checks:
        return
    paths = sorted({path for item in model.logic.checks for path in item.load})
    # They hold for everybody: whether the actor may read the record now does not matter.
    reader = replace(writer.record_reader(), conditions=NO_CONDITIONS)
    records = await read_records(reader, model.name, ids=list(rows), paths=paths)
    for item in model.logic.checks:
        for called, call in _calls(item, records):
            try:
                made = call()
                if inspect.isawaitable(made):
                    await made
            except UserError as error:
                for problem in error.problems:
                    of = problem.record or called
                    if not isinstance(of, Model):
                        raise
                    rows[of.id].note(replace(problem, record=None))


def _calls(
    check: PythonCheck, records: Sequence[Model]
) -> Iterator[tuple[Model | None, Callable[[], Any]]]:
    """Give the calls of a check: one per record, or one for all where it is a class method."""
    if not check.is_batch:
        yield from ((record, getattr(record, check.name)) for record in records)
    elif records:
        yield None, partial(getattr(type(records[0]), check.name), list(records))


def unique_problem(model: ModelDef, key: UniqueDef, index: int | None) -> UserProblem:
    """Return the problem that the values of a unique key are taken."""
    fields = [model.fields[name] for name in key.fields]
    labels = " and ".join(field.label for field in fields)
    message = key.message or f"Another {model.label} has this {labels}."
    return UserProblem("UNIQUE", message, (fields[0].graphql_name,), index)


def check_problem(model: ModelDef, check: CheckDef, index: int | None) -> UserProblem:
    """Return the problem that a declared check does not hold."""
    path = (model.fields[check.fields[0]].graphql_name,) if check.fields else ()
    return UserProblem("BUSINESS_RULE", check.message, path, index)


async def note_taken_keys(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> None:
    """Note the new rows whose unique key is taken, by a record or an earlier row.

    Asked only after the database refused a statement: it knows that, not of which rows.
    """
    for key in model.unique:
        given = [(row, _key_values(row, key)) for row in rows]
        complete = [(row, values) for row, values in given if None not in values]
        if not complete:
            continue
        known = await _existing(writer, model, key, [values for _, values in complete])
        for row, values in complete:
            if values in known:
                row.note(unique_problem(model, key, None))
            known.add(values)


def _key_values(row: Row, key: UniqueDef) -> tuple[Any, ...]:
    values = (row.values.get(name) for name in key.fields)
    return tuple(None if value is PARENT else value for value in values)


async def _existing(
    writer: Writer, model: ModelDef, key: UniqueDef, values: Sequence[tuple[Any, ...]]
) -> set[tuple[Any, ...]]:
    table = writer.tables.of(model.name)
    columns = [table.c[model.fields[name].column] for name in key.fields]
    given = unnested(columns, [list(column) for column in zip(*values, strict=True)])
    matches = (column == given.c[column.name] for column in columns)
    found = await run_rows(writer.connection, sa.select(*columns).where(*matches))
    return {tuple(row) for row in found}


async def broken_checks(
    writer: Writer, model: ModelDef, ids: Sequence[int]
) -> tuple[tuple[int, UserProblem], ...]:
    """Return (id, problem) of written records that break a check only a statement can see."""
    problems: list[tuple[int, UserProblem]] = []
    for item in model.checks:
        if item.is_database:
            continue
        build = Build(writer.registry, writer.tables, NO_CONDITIONS)
        scope = build.open(model.name)
        holds = build.condition(item.where, scope, exact=True)
        written = scope.column("id") == sa.any_(
            sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()))
        )
        broken = scope.select(scope.column("id")).where(written, sa.not_(holds))
        statement = compile_statement(broken, build.slots)
        values = statement.bind(surroundings(writer.actor, writer.now))
        broken_rows = await writer.connection.fetch(statement.sql, *values)
        problems += [(row["id"], check_problem(model, item, None)) for row in broken_rows]
    return tuple(problems)


async def note_failed_checks(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> None:
    """Note the new rows that fail a check the database makes on their columns."""
    checks = [item for item in model.checks if item.is_database]
    fields = [field for field in model.fields.values() if field.is_stored and not field.expression]
    if not checks:
        return
    table = writer.tables.of(model.name)
    columns = [table.c[field.column] for field in fields]
    values = [
        [stored_value(field, row.values.get(field.name), writer.actor) for row in rows]
        for field in fields
    ]
    given = unnested(columns, values)
    own = OwnRow(writer.registry, model.name, is_generating=True)
    holds = [own.condition(item.where) for item in checks]
    statement = sa.select(*holds).select_from(given).order_by(given.c[ORDINAL])
    answers = await run_rows(writer.connection, statement)
    for row, answer in zip(rows, answers, strict=True):
        for item, is_kept in zip(checks, answer, strict=True):
            if not is_kept:
                row.note(check_problem(model, item, None))
