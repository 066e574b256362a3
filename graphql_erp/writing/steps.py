"""The steps of every write, in their order: there is no other way to change a record.

Single, bulk and nested writes, upserts, methods, data files and imports all come here with a
batch. What a step needs is in the file of its name; see docs/explanation/writing.md.
"""

from __future__ import annotations

import asyncpg

from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.allowed import check_allowed, require_fields
from graphql_erp.writing.checks import check
from graphql_erp.writing.defaults import default_methods
from graphql_erp.writing.hooks import after
from graphql_erp.writing.numbers import assign_numbers
from graphql_erp.writing.recompute import recompute
from graphql_erp.writing.refusals import Refused
from graphql_erp.writing.rows import Batch, nested
from graphql_erp.writing.store import store
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.values import check_complete
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer


async def write(writer: Writer, *batches: Batch) -> tuple[int, ...]:
    """Write batches with everything nested in them and return the ids of their rows, in order.

    Rows come cleaned, with their defaults (`values.read_row`). The audit is written by triggers.

    Raises:
        UserError: With the problems of all rows; the transaction must be undone.
        Refused: The database refused a statement; the same.
    """
    work = Work(writer)
    every = [item for batch in batches for item in nested(batch, writer.registry.models)]
    require_fields(writer, every)
    await default_methods(writer, every)
    await resolve_references(writer, every)
    check_complete(every)
    refuse(row for item in every for row in item.rows)
    try:
        for batch in batches:
            await store(work, batch)
        changed = await recompute(writer, work.stale)
        await after(work)
        await check(work, changed)
        await check_allowed(work)
    except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
        writer.journal.failure = Refused(every, error)
        raise writer.journal.failure from error
    except Exception as error:
        writer.journal.failure = error
        raise
    for item in work.saved():
        writer.journal.note(item.model.name, (row.id for row in item.rows if row.id is not None))
    return tuple(row.id for batch in batches for row in batch.rows if row.id is not None)


async def finish(writer: Writer) -> None:
    """Do what comes after all writes of a root field.

    Raises:
        Exception: With which a write broke off half-way that nobody undid.
    """
    if writer.journal.failure is not None:
        raise writer.journal.failure
    work = Work(writer)
    # In one order everywhere: counters stay locked until the end of the transaction.
    for name, ids in sorted(writer.journal.written.items()):
        model = writer.model(name)
        numbered = _numbered(model)
        if numbered:
            await assign_numbers(writer, model, list(ids))
            await work.stale.note(writer, model, list(ids), numbered)
    await recompute(writer, work.stale)
    writer.journal.written.clear()


def _numbered(model: ModelDef) -> frozenset[str]:
    return frozenset(name for name, field in model.fields.items() if field.sequence is not None)
