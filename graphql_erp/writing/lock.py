"""Records about to be changed: locked in the order of their ids, and looked at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.rows import Row
from graphql_erp.writing.writer import Writer


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
    build = Build(writer.registry, writer.tables, writer.permission.readable)
    scope = build.open(model.name)
    wanted = sa.bindparam(None, sorted(set(ids)), type_=sa.ARRAY(sa.BigInteger()), unique=True)
    select = scope.select(scope.column("id"), scope.column("version"))
    select = select.where(scope.column("id") == sa.any_(wanted))
    if lock:
        select = select.order_by(scope.column("id")).with_for_update(
            key_share=True, of=scope.source
        )
    statement = compile_statement(select, build.slots)
    bound = statement.bind(surroundings(writer.actor, writer.now))
    return {row[0]: row[1] for row in await writer.connection.fetch(statement.sql, *bound)}


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
