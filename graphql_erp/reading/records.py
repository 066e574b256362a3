"""Records in Python: read with their own columns and with what lies along dotted paths.

One statement reads the records, and one each relation that is followed, keyed by the ids of the
records before; never one per record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graphql_erp.behaviour.model import Model, siblings
from graphql_erp.behaviour.protocols import Environment
from graphql_erp.computed.values import compute_values
from graphql_erp.expressions.tree import Condition
from graphql_erp.reading.lift import lift
from graphql_erp.reading.record_shape import RecordShape, record_shape
from graphql_erp.reading.record_statements import (
    IDS,
    OFFSET,
    Choice,
    RecordStatement,
    Source,
    chosen_records,
    related_records,
)
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import OrderKey
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import Conditions
from graphql_erp.tables.build import Tables


class FetchConnection(Protocol):
    """What reading records asks of a connection."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReader:
    """On whose behalf, when and where records are read."""

    registry: Registry
    tables: Tables
    conditions: Conditions
    """What may be read of each model; a model without one is readable in whole."""
    actor: Actor
    now: datetime
    connection: FetchConnection
    env: Environment | None = None
    """What the records see as `self.env`."""

    @property
    def source(self) -> Source:
        """What statements are made from."""
        return Source(self.registry, self.tables, self.conditions)


async def read_records(
    reader: RecordReader,
    model: str,
    *,
    where: Condition | None = None,
    order: Sequence[OrderKey] = (),
    limit: int | None = None,
    offset: int = 0,
    paths: Sequence[str] = (),
    lock: bool = False,
    ids: Sequence[int] | None = None,
) -> list[Any]:
    """Return records of a model with all own columns and what dotted paths lead to.

    Args:
        reader: On whose behalf, when and where.
        model: The model.
        where: A bound condition.
        order: Keys of the ordering; default: the order of `ids`, else the model's own.
        limit: Most records.
        offset: Records to skip.
        paths: Dotted paths; one that ends at a relation stands for the own columns there.
        lock: The records are locked until the transaction ends, in the order of their ids.
        ids: Only records with these ids.

    Raises:
        AttributeError: A name in a path is no field.
    """
    if ids is not None and not ids:
        return []
    shape = record_shape(reader.registry, model, tuple(paths), is_whole=True)
    shaped, inputs = lift(where)
    keys = tuple(order)
    if not keys and ids is None:
        keys = reader.registry.models[model].order_by
    is_whole = lock and not order and limit is None and not offset
    choice = Choice(
        where=shaped,
        by_ids=ids is not None,
        order=() if is_whole else keys,
        limit=limit,
        has_offset=bool(offset),
        is_locked=lock,
    )
    statement = chosen_records(reader.source, model, shape.fields, choice)
    inputs |= {IDS: ids, OFFSET: offset}
    rows = await _rows(reader, statement, inputs)
    if choice.is_locked and choice.is_cut:
        rows = sorted(rows, key=_place)
    records = statement.hydrate(rows, reader.env)
    if ids is not None and not order:
        found = {record.id: record for record in records}
        records = [found[key] for key in ids if key in found]
    siblings(records)
    await complete(reader, records, shape)
    return records


async def load_paths(reader: RecordReader, records: Sequence[Model], paths: Sequence[str]) -> None:
    """Load what dotted paths lead to from records of one model; what is loaded stays.

    Raises:
        AttributeError: A name in a path is no field.
    """
    if not records:
        return
    model = records[0]._definition.name  # noqa: SLF001 - a part of the class no author should see
    shape = record_shape(reader.registry, model, tuple(paths), is_whole=False)
    await load_shape(reader, records, shape)


async def load_shape(
    reader: RecordReader, records: Sequence[Model], shape: RecordShape
) -> frozenset[int]:
    """Load what a shape has and records lack; return the ids that were not found.

    Several of the records may stand for one row.
    """
    states = [record.__dict__ for record in records]
    missing = [name for name in shape.fields if any(name not in state for state in states)]
    keys = {state["id"]: None for state in states if "id" in state}
    hidden: frozenset[int] = frozenset()
    if missing and keys:
        fields = ("id", *(name for name in missing if name != "id"))
        statement = chosen_records(reader.source, shape.model, fields, Choice(by_ids=True))
        rows = await _rows(reader, statement, {IDS: list(keys)})
        found = {item.id: item.__dict__ for item in statement.hydrate(rows, reader.env)}
        for state in states:
            for name, value in found.get(state.get("id"), {}).items():
                state.setdefault(name, value)
        hidden = frozenset(keys) - found.keys()
    seen = (
        [item for item in records if item.__dict__.get("id") not in hidden] if hidden else records
    )
    await complete(reader, seen, shape)
    return hidden


async def complete(reader: RecordReader, records: Sequence[Model], shape: RecordShape) -> None:
    """Load what a shape has beyond the fields of records: its relations, then computed values."""
    if not records:
        return
    for name, below in shape.relations:
        await _follow(reader, records, shape.model, name, below)
    fields = reader.registry.models[shape.model].fields
    for name in shape.computed:
        pending = [record for record in records if name not in record.__dict__]
        for record, value in zip(pending, compute_values(pending, fields[name]), strict=True):
            record.__dict__[name] = value


async def _follow(
    reader: RecordReader, records: Sequence[Model], model: str, name: str, below: RecordShape
) -> None:
    field = reader.registry.models[model].fields[name]
    states = [record.__dict__ for record in records]
    if not field.is_stored:
        await _load_related(reader, states, model, name, below)
    targets: dict[int, Model] = {}
    for state in states:
        held = state.get(name)
        for target in held if isinstance(held, list) else (held,):
            if target is not None:
                targets[id(target)] = target
    hidden = await load_shape(reader, list(targets.values()), below) if targets else frozenset()
    if hidden and not field.is_to_many:
        for state in states:
            target = state.get(name)
            if target is not None and target.id in hidden:
                state[name] = None


async def _load_related(
    reader: RecordReader, states: list[dict[str, Any]], model: str, name: str, below: RecordShape
) -> None:
    """Read the records several others lead to, and hand them out."""
    pending = [state for state in states if name not in state and "id" in state]
    if not pending:
        return
    is_many = reader.registry.models[model].fields[name].is_to_many
    statement = related_records(reader.source, model, name, below.fields)
    keys = list({state["id"]: None for state in pending})
    rows = await _rows(reader, statement, {IDS: keys})
    one_each: dict[int, Model] = {}
    owned: dict[int, list[Model]] = {key: [] for key in keys}
    for row, made in zip(rows, statement.hydrate(rows, reader.env), strict=True):
        owned[row[0]].append(one_each.setdefault(made.id, made))
    siblings(one_each.values())
    for state in pending:
        found = owned[state["id"]]
        state[name] = list(found) if is_many else next(iter(found), None)


async def _rows(
    reader: RecordReader, statement: RecordStatement, inputs: dict[str, Any]
) -> Sequence[Any]:
    if statement.statement.names_surroundings:
        inputs |= surroundings(reader.actor, reader.now)
    bound = statement.statement.bind(inputs)
    return await reader.connection.fetch(statement.statement.sql, *bound)


def _place(row: Any) -> Any:
    return row[-1]
