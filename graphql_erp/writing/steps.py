"""The steps of every write, in their order: there is no other way to change a record.

Single, bulk and nested writes, upserts, methods, data files and imports all come here with a
batch. What a step needs is in the file of its name; see docs/explanation/writing.md.
"""

from __future__ import annotations

from functools import lru_cache

import asyncpg

from graphql_erp.registry.registry import Registry
from graphql_erp.writing.allowed import check_allowed, require_fields
from graphql_erp.writing.checks import check
from graphql_erp.writing.closing import Closing
from graphql_erp.writing.defaults import default_methods
from graphql_erp.writing.hooks import after
from graphql_erp.writing.numbers import assign_numbers
from graphql_erp.writing.recompute import recompute
from graphql_erp.writing.refusals import Refused
from graphql_erp.writing.rows import Batch, nested
from graphql_erp.writing.store import store
from graphql_erp.writing.targets import check_left, leave_references, resolve_references
from graphql_erp.writing.values import check_complete
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer


async def write(writer: Writer, *batches: Batch, closing: Closing | None = None) -> tuple[int, ...]:
    """Write batches with everything nested in them and return the ids of their rows, in order.

    Rows come cleaned, with their defaults (`values.read_row`). The audit is written by triggers.

    Args:
        writer: In the transaction.
        batches: What is written.
        closing: What may send the last statement, where that changes a single record.

    Raises:
        UserError: With the problems of all rows; the transaction must be undone.
        Refused: The database refused a statement; the same.
    """
    every = [item for batch in batches for item in nested(batch, writer.registry.models)]
    require_fields(writer, every)
    await default_methods(writer, every)
    if not any(item.model.logic.precedes(item.operation) for item in every):
        leave_references(writer, every)
    await resolve_references(writer, every)
    check_complete(every)
    if any(row.problems for item in every for row in item.rows):
        # Nothing will be stored: what the database would have told belongs to the same answer.
        await check_left(writer, every)
    refuse(row for item in every for row in item.rows)
    is_single = len(every) == 1 and len(every[0].rows) == 1
    work = Work(writer, closing if is_single else None)
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
        numbered = _numbered(writer.registry, name)
        if numbered:
            await assign_numbers(writer, model, list(ids))
            await work.stale.note(writer, model, list(ids), numbered)
    await recompute(writer, work.stale)
    writer.journal.written.clear()


@lru_cache(maxsize=2048)
def _numbered(registry: Registry, model: str) -> frozenset[str]:
    fields = registry.models[model].fields
    return frozenset(name for name, field in fields.items() if field.sequence is not None)
