"""Deleting: what hangs on a record first, then the record."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import UNRESTRICTED, Operation
from graphql_erp.writing.rows import Batch, Row
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.work import Work

Store = Callable[[Work, Batch], Awaitable[None]]


async def delete_rows(work: Work, batch: Batch, store: Store) -> None:
    """Delete the locked records of a batch in one statement.

    The database deletes and clears what refers to them; records whose deletion or change is
    somebody's business, a hook's or a computed field's, are written by the steps before.

    Raises:
        asyncpg.IntegrityConstraintViolationError: Other records refer to them.
    """
    writer, model = work.writer, batch.model
    ids = [row.id for row in batch.rows if row.id is not None]
    table = writer.tables.of(model.name)
    watched = [item for item in referring(writer.registry, model) if _is_watched(work, *item)]
    if watched:
        # Nobody refers to them from here on, else the database would delete unseen what does.
        lock = sa.select(table.c["id"]).where(table.c["id"] == _any(ids)).order_by(table.c["id"])
        await run_rows(writer.connection, lock.with_for_update())
    for owner, field in watched:
        await _let_go(work, owner, field, ids, store)
    await work.stale.note(writer, model, ids, None)
    await run_rows(writer.connection, table.delete().where(table.c["id"] == _any(ids)))
    writer.journal.changes += 1
    work.stale.forget(model.name, ids)


def referring(registry: Registry, model: ModelDef) -> Iterator[tuple[ModelDef, FieldDef]]:
    """Give the to-one fields of all models that lead to a model."""
    for owner in registry.models.values():
        for field in owner.fields.values():
            relation = field.relation
            if relation is None or relation.kind is not RelationKind.TO_ONE or field.is_system:
                continue
            if relation.target == model.name:
                yield owner, field


async def _let_go(
    work: Work, owner: ModelDef, field: FieldDef, ids: Sequence[int], store: Store
) -> None:
    """Delete or clear the records that refer to others through a field."""
    # What the database would do by itself does not depend on what the actor may read.
    unseen = replace(work, writer=replace(work.writer, permission=UNRESTRICTED))
    table = work.writer.tables.of(owner.name)
    found = await run_rows(
        work.writer.connection,
        sa.select(table.c["id"]).where(table.c[field.column] == _any(ids)).order_by(table.c["id"]),
    )
    rows = [Row(id=row["id"]) for row in found]
    if field.relation is not None and field.relation.on_delete == "cascade":
        await store(unseen, Batch(owner, Operation.DELETE, rows))
        return
    for row in rows:
        row.values[field.name] = None
    await store(unseen, Batch(owner, Operation.UPDATE, rows))


def _is_watched(
    work: Work, owner: ModelDef, field: FieldDef, seen: frozenset[str] = frozenset()
) -> bool:
    """Tell whether anybody watches what the deletion of a target does to records of a model.

    Watched are they, and what hangs on them in turn.
    """
    registry = work.writer.registry
    match field.relation.on_delete if field.relation else "":
        case "set_null":
            is_computed = work.stale.concerns(registry, owner, {field.name})
            return is_computed or owner.logic.handles("update")
        case "cascade" if owner.name not in seen:
            if owner.logic.handles("delete") or work.stale.concerns(registry, owner, None):
                return True
            inner = seen | {owner.name}
            return any(_is_watched(work, *place, inner) for place in referring(registry, owner))
    return False


def _any(ids: Sequence[int]) -> sa.ColumnElement[Any]:
    return sa.any_(sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()), unique=True))
