"""Which record the database refused, and why."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from graphql_erp.errors import Problem
from graphql_erp.install.record_entries import Entry
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.insert import insert
from graphql_erp.writing.refusals import problem_of
from graphql_erp.writing.rows import Row
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.writer import Writer


async def refused_record(
    writer: Writer,
    model: ModelDef,
    entries: Sequence[Entry],
    rows: Sequence[Row],
    error: asyncpg.PostgresError,
) -> Problem:
    """Return the first record that cannot be written, after all of them together were refused.

    The database does not tell which row it refused, so the shortest part from the beginning that
    it refuses is searched for by halves; every attempt is undone.
    """
    fitting, refused = 0, len(rows)
    while refused - fitting > 1:
        middle = (fitting + refused) // 2
        found = await _attempt(writer, model, rows[:middle])
        if found is None:
            fitting = middle
        else:
            refused, error = middle, found
    problem = problem_of(writer.registry, model, error)
    message = problem.message if problem else str(error)
    return entries[refused - 1].problem("record_refused", message)


async def _attempt(
    writer: Writer, model: ModelDef, rows: Sequence[Row]
) -> asyncpg.PostgresError | None:
    try:
        async with savepoint(writer, undone=True):
            await insert(writer, model, [row.values for row in rows])
    except asyncpg.PostgresError as error:
        return error
    return None
