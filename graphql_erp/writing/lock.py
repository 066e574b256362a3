"""Records about to be changed: locked in the order of their ids, and looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.expressions.tree import Condition
from graphql_erp.reading.scope import Build
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation
from graphql_erp.writing.readable import kept_rows
from graphql_erp.writing.rows import Row
from graphql_erp.writing.writer import Writer

_IDS = "@ids"


async def lock_rows(
    writer: Writer, model: ModelDef, rows: Sequence[Row], operation: Operation
) -> None:
    """Lock the records of rows until the transaction ends and note what cannot be written.

    Not there, or not to be read: NOT_FOUND. Not allowed: FORBIDDEN. Of another version: CONFLICT.
    The lock leaves the key alone, so that records that refer to these may be written meanwhile.
    """
    ids = [row.id for row in rows if row.id is not None]
    held = await held_records(writer, model, ids, operation, lock=True)
    note_refused(model, rows, held, operation)


class Held(NamedTuple):
    """What is known of a record that exists for the actor."""

    version: int
    is_allowed: bool
    """Whether access and rules let the actor do to it what is to be done."""


async def held_records(
    writer: Writer, model: ModelDef, ids: Iterable[int], operation: Operation, *, lock: bool
) -> dict[int, Held]:
    """Return what is known of the records that exist for the actor, by id."""
    permission = writer.permission
    condition = permission.conditions[operation].get(model.name)
    if condition == permission.readable.get(model.name):
        condition = None  # Who may read a record may do this to it.
    inputs = {_IDS: sorted(set(ids))}
    rows = await kept_rows(writer, _held, (model.name, lock, condition), inputs)
    return {row[0]: Held(row[1], row[2]) for row in rows}


def _held(
    build: Build,
    model: str,
    is_locking: bool,  # noqa: FBT001 - a part of the statement's key
    condition: Condition | None,
) -> sa.Select[Any]:
    scope = build.open(model)
    is_allowed: sa.ColumnElement[Any] = sa.literal_column("true")
    if condition is not None:
        is_allowed = scope.holds(condition, exact=True)
    select = scope.select(scope.column("id"), scope.column("version"), is_allowed)
    wanted = build.bind_input(_IDS, sa.ARRAY(sa.BigInteger()))
    select = select.where(scope.column("id") == sa.any_(wanted))
    if not is_locking:
        return select
    return select.order_by(scope.column("id")).with_for_update(key_share=True, of=scope.source)


def note_refused(
    model: ModelDef, rows: Iterable[Row], held: Mapping[int, Held], operation: Operation
) -> None:
    """Note the rows whose record does not exist, is not allowed, or has another version."""
    for row in rows:
        if row.id is None:
            continue
        known = held.get(row.id)
        if known is None:
            row.note(not_found(model, row.id))
        elif not known.is_allowed:
            row.note(forbidden(model, row.id, operation))
        elif row.version is not None and row.version != known.version:
            row.note(conflict(model, row.id, row.version, known.version))


def not_found(model: ModelDef, record_id: int) -> UserProblem:
    """Return the problem that a record does not exist, or may not be seen."""
    return UserProblem("NOT_FOUND", f"There is no {model.label} {record_id}.", ("id",))


def forbidden(model: ModelDef, record_id: int, operation: Operation) -> UserProblem:
    """Return the problem that a record one may read is not to be changed or deleted."""
    message = f"You may not {operation} {model.label} {record_id}."
    return UserProblem("FORBIDDEN", message, ("id",))


def conflict(model: ModelDef, record_id: int, expected: int, current: int) -> UserProblem:
    """Return the problem that somebody else changed a record since it was read."""
    return UserProblem(
        "CONFLICT",
        f"{model.label} {record_id} was changed by somebody else: it has version {current},"
        f" not {expected}.",
        ("version",),
        details={
            "model": model.name,
            "id": record_id,
            "expectedVersion": expected,
            "currentVersion": current,
        },
    )
