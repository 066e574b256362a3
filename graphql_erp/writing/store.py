"""One batch into the database: to-one targets, hooks, one statement, to-many records."""

from __future__ import annotations

from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation
from graphql_erp.writing.allowed import is_limited, note_limited, require_batch
from graphql_erp.writing.delete import delete_rows
from graphql_erp.writing.hooks import with_behaviour
from graphql_erp.writing.insert import insert
from graphql_erp.writing.lock import held_records, lock_rows, note_refused
from graphql_erp.writing.returned import keep_returned
from graphql_erp.writing.rows import Batch, Row, to_one_creates
from graphql_erp.writing.to_many import write_to_many
from graphql_erp.writing.transient import expire
from graphql_erp.writing.trees import broken_trees
from graphql_erp.writing.update import update_rows
from graphql_erp.writing.values import check_required
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer


async def store(work: Work, batch: Batch) -> None:
    """Write a batch and what is nested in it.

    Raises:
        UserError: With the problems of its rows.
    """
    if not batch.rows:
        return
    require_batch(work, batch)
    for name, rows in to_one_creates(batch.rows, batch.model).items():
        relation = batch.model.fields[name].relation
        if relation is not None:
            target = work.writer.model(relation.target)
            await store(work, Batch(target, Operation.CREATE, rows))
        for row in batch.rows:
            if name in row.creates:
                row.values[name] = row.creates[name].id
    if batch.model.logic.handles(batch.operation) or batch.model.logic.inverses:
        await with_behaviour(work, batch, _put)
    else:
        await _put(work, batch)


async def _put(work: Work, batch: Batch) -> None:
    """Write rows as they are, and the records their to-many fields speak of."""
    if not batch.rows:
        return
    match batch.operation:
        case Operation.CREATE:
            await _create(work, batch)
        case Operation.UPDATE:
            await _update(work, batch)
        case Operation.DELETE:
            await _delete(work, batch)
    work.done.append(batch)
    note_limited(work, batch)
    await write_to_many(work, batch, store)


async def _create(work: Work, batch: Batch) -> None:
    if batch.rows[0].record is not None:
        for row in batch.rows:
            check_required(batch.model, row)
        refuse(batch.rows)
    if batch.model.is_transient:
        await expire(work.writer, batch.model)
    stored = await insert(work.writer, batch.model, [row.values for row in batch.rows])
    ids = [item[0] for item in stored]
    for row, record_id in zip(batch.rows, ids, strict=True):
        row.id = record_id
    keep_returned(work.writer, batch.rows, stored)
    await work.stale.note(work.writer, batch.model, ids, None, is_new=True)


async def _update(work: Work, batch: Batch) -> None:
    writer, model = work.writer, batch.model
    ids = [row.id for row in batch.rows if row.id is not None]
    fields = frozenset[str]().union(*(row.values for row in batch.rows))
    is_locked = batch.rows[0].record is not None
    if not is_locked and _needs_lock(work, batch, fields):
        await lock_rows(writer, model, batch.rows, Operation.UPDATE)
        refuse(batch.rows)
    await work.stale.note(writer, model, ids, fields)
    closed = await work.closing.change(writer, batch) if work.closing is not None else None
    if not closed:
        await update_or_refuse(writer, model, batch.rows)
    await work.stale.note(writer, model, ids, fields)
    if model.is_tree and "parent" in fields:
        for problem in await broken_trees(writer, model, ids, is_bulk=True):
            batch.rows[problem.index or 0].note(problem)
        refuse(batch.rows)


async def update_or_refuse(writer: Writer, model: ModelDef, rows: list[Row]) -> None:
    """Change records; tell which of them do not exist or were changed by somebody else."""
    changed = await update_rows(writer, model, rows)
    missed = [row for row in rows if row.id not in changed]
    if missed:
        ids = [row.id for row in missed if row.id is not None]
        held = await held_records(writer, model, ids, Operation.UPDATE, lock=False)
        note_refused(model, missed, held, Operation.UPDATE)
        refuse(missed)


def _needs_lock(work: Work, batch: Batch, fields: frozenset[str]) -> bool:
    """Tell whether records must be locked before they are changed.

    Several are locked in the order of their ids, so that two writers never wait for each other;
    one is locked where its former values say which computed fields are to be made anew, and where
    not all records may be read. Without values the lock alone tells whether the record is there.
    """
    model = batch.model
    is_restricted = is_limited(work.writer.permission, model, Operation.UPDATE)
    is_watched = work.stale.reaches(work.writer.registry, model, fields)
    return len(batch.rows) > 1 or is_restricted or is_watched or not fields


async def _delete(work: Work, batch: Batch) -> None:
    if batch.rows[0].record is None:
        await lock_rows(work.writer, batch.model, batch.rows, Operation.DELETE)
        refuse(batch.rows)
    await delete_rows(work, batch, store)
