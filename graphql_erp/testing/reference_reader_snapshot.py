"""Snapshot: whole tables as Python objects, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from types import SimpleNamespace
from typing import Any

import asyncpg
import orjson

from graphql_erp.expressions.evaluate import PythonContext, evaluate
from graphql_erp.expressions.tree import Kind, Path
from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.translations import translated_fields
from graphql_erp.tables.functions import SORT_KEY

_LINEAGE = {RelationKind.ANCESTORS, RelationKind.DESCENDANTS}


class Record(SimpleNamespace):
    """One record: an attribute per field, relations as records and lists of records."""

    def __repr__(self) -> str:
        return f"Record({getattr(self, 'id', None)})"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All records of a database, and what PostgreSQL sorts their texts by."""

    registry: Registry
    context: PythonContext
    records: Mapping[str, Mapping[int, Record]] = dataclass_field(repr=False)
    """By model and id."""
    sort_keys: Mapping[str, str] = dataclass_field(repr=False)
    """By text."""

    def model(self, name: str) -> ModelDef:
        """Return a model."""
        return self.registry.models[name]

    def all(self, model: str) -> list[Record]:
        """Return every record of a model."""
        return list(self.records[model].values())

    def value(self, model: str, record: Record | None, path: tuple[str, ...]) -> Any:
        """Return the value at the end of a path; a relation gives an id."""
        return evaluate(Path(path), record, model, self.context)

    def field(self, model: str, path: tuple[str, ...]) -> FieldDef:
        """Return the field at the end of a path."""
        *hops, last = path
        for hop in hops:
            model = target_of(self.model(model).fields[hop])
        return self.model(model).fields[last]


def target_of(field: FieldDef) -> str:
    """Return the model a relation leads to."""
    if field.relation is None:
        raise TypeError(f"{field.model}.{field.name} is not a relation.")
    return field.relation.target


async def take_snapshot(
    connection: asyncpg.Connection, registry: Registry, context: PythonContext
) -> Snapshot:
    """Return everything in a database.

    Args:
        connection: A plain connection to it.
        registry: The models of its tables.
        context: On whose behalf and when the records are read.
    """
    records = {}
    for model in registry.models.values():
        rows = await connection.fetch(f'SELECT * FROM "{model.table}" ORDER BY id')  # noqa: S608
        records[model.name] = {row["id"]: _record(model, row, context) for row in rows}
    for model in registry.models.values():
        for field in model.fields.values():
            if field.relation is None:
                continue
            if field.relation.kind in _LINEAGE:
                _connect_lineage(records[model.name], field)
            else:
                await _connect(connection, registry, records, field)
    snapshot = Snapshot(registry, context, records, {})
    return await with_sort_keys(connection, snapshot)


async def with_sort_keys(connection: asyncpg.Connection, snapshot: Snapshot) -> Snapshot:
    """Return a snapshot that knows what PostgreSQL sorts all its texts by."""
    texts = [text for text in dict.fromkeys(_texts(snapshot)) if text not in snapshot.sort_keys]
    query = f"SELECT t, {SORT_KEY}(t) AS key FROM unnest($1::text[]) t"  # noqa: S608
    keys = {row["t"]: row["key"] for row in await connection.fetch(query, texts)}
    return replace(snapshot, sort_keys={**snapshot.sort_keys, **keys})


def _record(model: ModelDef, row: asyncpg.Record, context: PythonContext) -> Record:
    record = Record()
    for field in model.fields.values():
        if field.is_stored:
            value = row[field.column]
            if field.type.varies_by is not None:
                value = None if value is None else _own_value(field, orjson.loads(value), context)
            elif value is not None:
                value = field.type.from_column(value)
            setattr(record, field.name, value)
    record.translations = {
        field.graphql_name: orjson.loads(row[field.column] or "{}")
        for field in translated_fields(model)
    }
    return record


def _own_value(field: FieldDef, entries: Mapping[str, Any], context: PythonContext) -> Any:
    """Return the value of the actor's language or company."""
    values, varies_by = context.surroundings.values, field.type.varies_by
    if varies_by is None:
        raise TypeError(f"{field.name} has one value.")
    entry = entries.get(str(values[varies_by.value]), entries.get(varies_by.source_key))
    return None if entry is None else field.type.clean(entry)


async def _connect(
    connection: asyncpg.Connection,
    registry: Registry,
    records: Mapping[str, Mapping[int, Record]],
    field: FieldDef,
) -> None:
    """Put records in the place of keys."""
    relation = field.relation
    if relation is None:
        return
    own, targets = records[field.model], records[relation.target]
    if relation.kind is RelationKind.TO_ONE:
        for record in own.values():
            key = getattr(record, field.name)
            setattr(record, field.name, None if key is None else targets[key])
        return
    is_one = relation.kind is RelationKind.INVERSE_ONE
    for record in own.values():
        setattr(record, field.name, None if is_one else [])
    for key, target in await connection.fetch(_pairs(registry, field, relation)):
        if key is not None and is_one:
            setattr(own[key], field.name, targets[target])
        elif key is not None:
            getattr(own[key], field.name).append(targets[target])


def _pairs(registry: Registry, field: FieldDef, relation: Relation) -> str:
    """Return the query for pairs of ids that a relation without a column of its own connects."""
    pair, table = (relation.column, "id"), registry.models[relation.target].table
    if relation.kind is RelationKind.LINK:
        pair, table = (relation.link_own, relation.link_target), relation.link_table
    query = f'SELECT "{pair[0]}", "{pair[1]}" FROM "{table}"'  # noqa: S608
    if relation.kind is RelationKind.ATTACHED:
        own = registry.models[field.model].table
        query += f" WHERE \"{relation.model_column}\" = '{field.model}'"
        query += f' AND "{pair[0]}" IN (SELECT id FROM "{own}")'  # noqa: S608
    return query


def _connect_lineage(records: Mapping[int, Record], field: FieldDef) -> None:
    """Put the records above or below each one in a tree; circles are followed once."""
    name = field.name
    upwards = field.relation is not None and field.relation.kind is RelationKind.ANCESTORS
    for record in records.values():
        setattr(record, name, [])
    for record in records.values():
        seen = {record.id}
        above = record.parent
        while above is not None and above.id not in seen:
            seen.add(above.id)
            near, far = (record, above) if upwards else (above, record)
            getattr(near, name).append(far)
            above = above.parent


def _texts(snapshot: Snapshot) -> Iterator[str]:
    """Give every text a record may be sorted by."""
    for model in snapshot.registry.models.values():
        for field in model.fields.values():
            if field.type.kind is Kind.TEXT and field.is_sql:
                for record in snapshot.all(model.name):
                    value = snapshot.value(model.name, record, (field.name,))
                    if value is not None:
                        yield value
