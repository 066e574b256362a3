"""Create one record or many, in one statement per model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.checks import broken_checks, failed_checks, taken_keys
from graphql_erp.writing.statements import ORDINAL, in_column_type, run_rows, unnested
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.values import Row, fill_defaults, read_row
from graphql_erp.writing.writer import Writer, Written


async def create(
    writer: Writer, model_name: str, data: Sequence[Mapping[str, Any]], *, is_bulk: bool
) -> Written:
    """Create records from input objects with GraphQL names.

    The steps: clean and default, look up references, check, write, check what needs the
    database. All mistakes of all rows are answered together, and then nothing is written.

    Raises:
        asyncpg.IntegrityConstraintViolationError: The database refused; see `refused_rows`.
    """
    model = writer.model(model_name)
    return await create_rows(writer, model, read_rows(writer, model, data, is_bulk=is_bulk))


def read_rows(
    writer: Writer, model: ModelDef, data: Sequence[Mapping[str, Any]], *, is_bulk: bool
) -> list[Row]:
    """Return the clean values of new records, defaults included; mistakes are noted in them."""
    rows = [
        read_row(writer, model, item, index if is_bulk else None) for index, item in enumerate(data)
    ]
    for row in rows:
        fill_defaults(writer, model, row)
    return rows


async def create_rows(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> Written:
    """Create records from rows that are read and filled: the steps all ways of creating share."""
    await resolve_references(writer, model, rows)
    problems = tuple(problem for row in rows for problem in row.problems)
    if problems or not rows:
        return Written(problems=problems)
    ids = await insert(writer, model, [row.values for row in rows])
    return Written(ids, await broken_checks(writer, model, ids, rows))


async def insert(
    writer: Writer, model: ModelDef, rows: Sequence[Mapping[str, Any]]
) -> tuple[int, ...]:
    """Insert clean values by field name and return the ids in the same order."""
    table = writer.tables.of(model.name)
    stamps = {"created_by": writer.actor.user, "updated_by": writer.actor.user}
    stamps = {name: value for name, value in stamps.items() if name in model.fields}
    names = [name for name in model.fields if any(name in row for row in rows)]
    columns = [table.c[model.fields[name].column] for name in names]
    extra = [table.c[model.fields[name].column] for name in stamps]
    if not columns:
        columns, names = [table.c["version"]], ["version"]
        rows = [{"version": 1} for _ in rows]
    given = unnested(columns, [[row.get(name) for row in rows] for name in names])
    source = sa.select(
        *(in_column_type(column, given) for column in columns),
        *(sa.bindparam(None, value, type_=sa.BigInteger()) for value in stamps.values()),
    ).order_by(given.c[ORDINAL])
    statement = table.insert().from_select(
        [column.name for column in (*columns, *extra)], source, include_defaults=False
    )
    written = await run_rows(writer.connection, statement.returning(table.c["id"]))
    return tuple(row["id"] for row in written)


async def refused_rows(
    writer: Writer, model: ModelDef, data: Sequence[Mapping[str, Any]], *, is_bulk: bool
) -> tuple[UserProblem, ...]:
    """Return the problems of the rows behind a refusal, none when it was of another kind.

    The database refuses a statement without saying which rows it means; the rows are asked for
    their unique keys and checks after its transaction is undone.
    """
    rows = read_rows(writer, model, data, is_bulk=is_bulk)
    await resolve_references(writer, model, rows)
    taken = await taken_keys(writer, model, rows)
    return (*taken, *await failed_checks(writer, model, rows))
