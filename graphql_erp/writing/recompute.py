"""Stored computed fields made anew: all stale records of a model in one statement."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from graphql_erp.computed.graph import Guard, Stage, graph_of
from graphql_erp.writing.kept_values import write_kept
from graphql_erp.writing.stale import Stale
from graphql_erp.writing.statements import exclusive_sql, run_rows
from graphql_erp.writing.walk import guard_sql, lock_sql
from graphql_erp.writing.writer import Writer

Changed = Mapping[str, Collection[int]]
"""Ids of records by model."""


async def recompute(writer: Writer, stale: Stale) -> Changed:
    """Compute what is stale and what is computed from it; return the records that changed.

    One statement locks the records and the next computes them: it sees what others committed
    before it began, so that no change of a transaction that held the lock is lost. What the actor
    may read does not matter, the value is the same for everybody.
    """
    changed: dict[str, set[int]] = {}
    for stage in graph_of(writer.registry).stages if stale.ids else ():
        wanted = {name: stale.take((stage.model, name)) for name in stage.fields}
        names = [name for name, found in wanted.items() if found]
        if not names:
            continue
        ids = sorted(set[int]().union(*wanted.values()))
        await _guard(writer, stale, stage, names)
        await _lock(writer, stale, stage.model, ids)
        written = await write_kept(writer, stage.model, names, ids)
        found = set[int]().union(*written.values())
        if found:
            changed.setdefault(stage.model, set()).update(found)
            fields = [name for name, records in written.items() if records]
            await stale.spread(writer, stage.model, sorted(found), fields)
    stale.clear()
    return changed


async def recompute_all(writer: Writer, models: Collection[str] | None = None) -> Changed:
    """Compute all kept fields of models, by default of all; return the records that changed.

    Other writers of these models wait until the transaction ends.
    """
    stale = Stale()
    for stage in graph_of(writer.registry).stages:
        if models is not None and stage.model not in models:
            continue
        if stage.model not in stale.held:
            table = writer.tables.of(stage.model)
            await writer.connection.fetch(exclusive_sql(table))
            rows = await run_rows(writer.connection, sa.select(table.c["id"]))
            stale.held[stage.model] = {row[0] for row in rows}
        for name in stage.fields:
            stale.ids[stage.model, name] = set(stale.held[stage.model])
    return await recompute(writer, stale)


async def _guard(writer: Writer, stale: Stale, stage: Stage, names: Sequence[str]) -> None:
    """Lock what fields are computed from, for records that may lead to it only since now."""
    known = graph_of(writer.registry).guards
    reached: dict[Guard, set[int]] = {}
    for name in names:
        linked = stale.linked.pop((stage.model, name), set())
        for guard in known[stage.model, name] if linked else ():
            reached.setdefault(guard, set()).update(linked)
    for guard, linked in reached.items():
        sql = guard_sql(writer.tables, guard.path, is_exclusive=guard.is_exclusive)
        await writer.connection.fetch(sql, sorted(linked))


async def _lock(writer: Writer, stale: Stale, model: str, ids: Sequence[int]) -> None:
    held = stale.held.setdefault(model, set())
    if not held.issuperset(ids):
        await writer.connection.fetch(lock_sql(writer.tables.of(model)), ids)
        held.update(ids)
