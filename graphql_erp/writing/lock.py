"""Records about to be changed: locked in the order of their ids, and looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.reading.scope import Build
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.readable import kept_rows
from graphql_erp.writing.rows import Row
from graphql_erp.writing.writer import Writer

_IDS = "@ids"


async def lock_rows(writer: Writer, model: ModelDef, rows: Sequence[Row]) -> None:
    """Lock the records of rows until the transaction ends and note what cannot be written.

    Not there, or not to be read: NOT_FOUND. Of another version: CONFLICT. The lock leaves the
    key alone, so that records that refer to these may be written meanwhile.
    """
    held = await versions(writer, model, [row.id for row in rows if row.id is not None], lock=True)
    note_refused(model, rows, held)


async def versions(
    writer: Writer, model: ModelDef, ids: Iterable[int], *, lock: bool
) -> dict[int, int]:
    """Return the versions of the records that exist for the actor, by id."""
    inputs = {_IDS: sorted(set(ids))}
    rows = await kept_rows(writer, _versions, (model.name, lock), inputs)
    return {row[0]: row[1] for row in rows}


def _versions(build: Build, model: str, is_locking: bool) -> sa.Select[Any]:  # noqa: FBT001 - a key
    scope = build.open(model)
    select = scope.select(scope.column("id"), scope.column("version"))
    wanted = build.bind_input(_IDS, sa.ARRAY(sa.BigInteger()))
    select = select.where(scope.column("id") == sa.any_(wanted))
    if not is_locking:
        return select
    return select.order_by(scope.column("id")).with_for_update(key_share=True, of=scope.source)


def note_refused(model: ModelDef, rows: Iterable[Row], held: dict[int, int]) -> None:
    """Note the rows whose record does not exist or has another version than expected."""
    for row in rows:
        if row.id is None:
            continue
        if row.id not in held:
            row.note(not_found(model, row.id))
        elif row.version is not None and row.version != held[row.id]:
            row.note(conflict(model, row.id, row.version, held[row.id]))


def not_found(model: ModelDef, record_id: int) -> UserProblem:
    """Return the problem that a record does not exist, or may not be seen."""
    return UserProblem("NOT_FOUND", f"There is no {model.label} {record_id}.", ("id",))


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
