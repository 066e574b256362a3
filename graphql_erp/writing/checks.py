"""Checks: declared conditions and unique keys, answered with the field they concern."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import CheckDef, ModelDef, UniqueDef
from graphql_erp.tables.own_row import OwnRow
from graphql_erp.writing.statements import ORDINAL, run_rows, unnested
from graphql_erp.writing.values import Row
from graphql_erp.writing.writer import Writer


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


async def taken_keys(
    writer: Writer, model: ModelDef, rows: Sequence[Row]
) -> tuple[UserProblem, ...]:
    """Return a problem for each row whose unique key is taken, by a record or an earlier row.

    Asked only after the database refused a statement: it knows that, not of which rows.
    """
    problems: list[UserProblem] = []
    for key in model.unique:
        given = [(row, _key_values(row, key)) for row in rows]
        complete = [(row, values) for row, values in given if None not in values]
        if not complete:
            continue
        known = await _existing(writer, model, key, [values for _, values in complete])
        for row, values in complete:
            if values in known:
                problems.append(unique_problem(model, key, row.index))
            known.add(values)
    return tuple(problems)


def _key_values(row: Row, key: UniqueDef) -> tuple[Any, ...]:
    return tuple(row.values.get(name) for name in key.fields)


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
    writer: Writer, model: ModelDef, ids: Sequence[int], rows: Sequence[Row]
) -> tuple[UserProblem, ...]:
    """Return a problem for each written record that breaks a check only the database can see."""
    problems: list[UserProblem] = []
    places = dict(zip(ids, rows, strict=True))
    for check in model.checks:
        if check.is_database:
            continue
        build = Build(writer.registry, writer.tables, {})
        scope = build.open(model.name)
        holds = build.condition(check.where, scope, exact=True)
        written = scope.column("id") == sa.any_(
            sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()))
        )
        broken = scope.select(scope.column("id")).where(written, sa.not_(holds))
        statement = compile_statement(broken, build.slots)
        values = statement.bind(surroundings(writer.actor, writer.now))
        broken_rows = await writer.connection.fetch(statement.sql, *values)
        problems += [check_problem(model, check, places[row["id"]].index) for row in broken_rows]
    return tuple(problems)


async def failed_checks(
    writer: Writer, model: ModelDef, rows: Sequence[Row]
) -> tuple[UserProblem, ...]:
    """Return a problem for each new record that fails a check the database makes on its columns."""
    checks = [check for check in model.checks if check.is_database]
    fields = [field for field in model.fields.values() if field.is_stored and not field.expression]
    if not checks:
        return ()
    table = writer.tables.of(model.name)
    columns = [table.c[field.column] for field in fields]
    values = [[row.values.get(field.name) for row in rows] for field in fields]
    given = unnested(columns, values)
    own = OwnRow(writer.registry, model.name, is_generating=True)
    holds = [own.condition(check.where) for check in checks]
    statement = sa.select(*holds).select_from(given).order_by(given.c[ORDINAL])
    answers = await run_rows(writer.connection, statement)
    return tuple(
        check_problem(model, check, row.index)
        for row, answer in zip(rows, answers, strict=True)
        for check, is_kept in zip(checks, answer, strict=True)
        if not is_kept
    )
