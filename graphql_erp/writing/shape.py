"""Shape: what of the rows of a small write the text of its statement depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import Operation
from graphql_erp.tables.build import Tables
from graphql_erp.writing.rows import Batch, Reference, Row
from graphql_erp.writing.scoped_values import change, stored_value
from graphql_erp.writing.statements import sent_items
from graphql_erp.writing.values import PARENT, check_required

ID, VERSION = "= id", "= version"
OWNER = "_owner"
"""Column with the number of the row another one is nested in; fields never begin like that."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows of one model that are written together, and those nested in them."""

    model: str
    operation: Operation
    names: tuple[str, ...]
    """Fields that get a value, in the order of the model."""
    nested: tuple[tuple[str, Shape], ...] = ()
    """New records by to-many field."""
    has_version: bool = False
    """Whether the record must still have the version that was seen."""

    def models(self) -> Iterator[str]:
        """Give the model of every row."""
        yield self.model
        for _, part in self.nested:
            yield from part.models()


def key_of(path: tuple[str, ...], name: str) -> str:
    """Return under which name the values of a field stand in the inputs of a statement."""
    return "= " + " ".join((*path, name))


def shape_of(registry: Registry, batch: Batch) -> Shape | None:
    """Return the shape of a batch of one row; None when its values do not say all there is to do.

    References must be ids, whose existence the foreign key tells, and what is nested must be new
    lines. Problems of the rows are noted in them.
    """
    shape = _shape(registry, batch.model, batch.operation, batch.rows)
    if shape is None or shape.names == () or len(set(shape.models())) < len(list(shape.models())):
        return None
    if batch.operation is Operation.UPDATE and shape.nested:
        return None
    return shape


def _shape(
    registry: Registry, model: ModelDef, operation: Operation, rows: Sequence[Row]
) -> Shape | None:
    if operation is Operation.CREATE:
        for row in rows:
            check_required(model, row)
    if not all(_is_plain(row) for row in rows):
        return None
    given = {name for row in rows for name, value in row.values.items() if value is not PARENT}
    nested: list[tuple[str, Shape]] = []
    for name in dict.fromkeys(name for row in rows for name in row.to_many):
        lines = _lines(model.fields[name], rows)
        target = registry.models[_target(model.fields[name])]
        part = _shape(registry, target, Operation.CREATE, lines) if lines else None
        if part is None or not part.names:
            return None
        nested.append((name, part))
    names = tuple(name for name in model.fields if name in given)
    has_version = rows[0].version is not None
    return Shape(model.name, operation, names, tuple(nested), has_version)


def _is_plain(row: Row) -> bool:
    if row.problems or row.creates or row.inverses:
        return False
    return all(
        value.key == ("id",) for value in row.values.values() if isinstance(value, Reference)
    )


def _lines(definition: FieldDef, rows: Sequence[Row]) -> list[Row]:
    """Return the new records of a to-many field; none where something else is to be done too."""
    relation = definition.relation
    if relation is None or relation.kind is not RelationKind.INVERSE:
        return []
    commands = [row.to_many[definition.name] for row in rows if definition.name in row.to_many]
    for item in commands:
        if item.update or item.delete or item.link or item.unlink or item.set is not None:
            return []
    return [line for item in commands for line in item.create]


def _target(definition: FieldDef) -> str:
    if definition.relation is None:
        raise TypeError(f"{definition.model}.{definition.name} is not a relation.")
    return definition.relation.target


# ---- values ----------------------------------------------------------------------------------


def inputs_of(
    registry: Registry, tables: Tables, shape: Shape, batch: Batch, actor: Actor
) -> dict[str, Any]:
    """Return the values of a batch by their names in the inputs of its statement."""
    values: dict[str, Any] = {ID: batch.rows[0].id, VERSION: batch.rows[0].version}
    _add_values(registry, tables, shape, (), (batch.rows, [1], actor), values)
    return values


def _add_values(
    registry: Registry,
    tables: Tables,
    shape: Shape,
    path: tuple[str, ...],
    given: tuple[Sequence[Row], Sequence[int], Actor],
    found: dict[str, Any],
) -> None:
    """Add the values of rows, each field's together, and the rows they are nested in."""
    rows, owners, actor = given
    fields, table = registry.models[shape.model].fields, tables.of(shape.model)
    as_stored = stored_value if shape.operation is Operation.CREATE else change
    for name in shape.names:
        values = [as_stored(fields[name], _plain(row.values.get(name)), actor) for row in rows]
        sent = sent_items(table.c[fields[name].column], values)
        found[key_of(path, name)] = sent if path else sent[0]
    if len(path) > 1:
        found[key_of(path, OWNER)] = owners
    for name, part in shape.nested:
        lines = [
            (line, number)
            for number, row in enumerate(rows, start=1)
            for line in (row.to_many[name].create if name in row.to_many else ())
        ]
        nested = ([line for line, _ in lines], [number for _, number in lines], actor)
        _add_values(registry, tables, part, (*path, name), nested, found)


def _plain(value: Any) -> Any:
    return value.values[0] if isinstance(value, Reference) else value
