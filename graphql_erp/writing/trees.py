"""Trees stay trees: no record becomes its own ancestor."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.trees import PARENT
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.writer import Writer


async def broken_trees(
    writer: Writer, model: ModelDef, ids: Sequence[int], *, is_bulk: bool = False
) -> tuple[UserProblem, ...]:
    """Return a problem for each written record that has become its own ancestor.

    To be called after the parents were written. Transactions that change parents of one model
    come one after another from here to their end: two of them could each close half a circle
    that neither sees.

    Args:
        writer: With the transaction in which the records were written.
        model: A tree.
        ids: The records whose parent was written, in the order of the input.
        is_bulk: Whether a problem tells the number of its record.
    """
    parent = model.fields[PARENT]
    if not ids:
        return ()
    lock = sa.func.pg_advisory_xact_lock(
        sa.func.hashtextextended(sa.literal(f"tree {model.table}", sa.Text()), 0)
    )
    # A statement of its own: the next one then sees what was committed while this one waited.
    await run_rows(writer.connection, sa.select(lock))
    broken = {row["id"] for row in await run_rows(writer.connection, _circles(writer, model, ids))}
    message = f"{parent.label}: a {model.label} cannot be below itself."
    return tuple(
        UserProblem("BUSINESS_RULE", message, (parent.graphql_name,), index if is_bulk else None)
        for index, record_id in enumerate(ids)
        if record_id in broken
    )


def _circles(writer: Writer, model: ModelDef, ids: Sequence[int]) -> sa.Select[tuple[int]]:
    """Return the statement that gives those of some records that lie on a circle."""
    table = writer.tables.of(model.name)
    parent = table.c[model.fields[PARENT].column]
    written = sa.bindparam(None, list(ids), type_=sa.ARRAY(sa.BigInteger()), unique=True)
    start = sa.select(table.c["id"].label("id"), parent.label("above"))
    walk = start.where(table.c["id"] == sa.any_(written)).cte("walk", recursive=True)
    step = sa.select(walk.c["id"], parent).where(table.c["id"] == walk.c["above"])
    walk = walk.union(step)
    return sa.select(walk.c["id"]).where(walk.c["id"] == walk.c["above"])
