"""What access and rules ask of a small write, as part of the statement that makes it.

A guard that does not hold keeps everything from being written, without an error: the general way
is gone then, and tells why. It may ask more than the general way does, never less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import (
    Aggregate,
    Condition,
    Counted,
    Path,
    Related,
    conjunction,
    walk,
)
from graphql_erp.fields.varying import value_for
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.writing.shape import Shape

_ELSEWHERE = (Related, Counted, Aggregate)


def limit_of(permission: Permission, model: str, operation: Operation) -> Condition | None:
    """Return what must hold of the values of a row: it may be written, and read afterwards."""
    limits = (permission.readable.get(model), permission.conditions[operation].get(model))
    return conjunction(*dict.fromkeys(item for item in limits if item is not None))


def speaks_of_row(model: ModelDef, condition: Condition, unknown: frozenset[str]) -> bool:
    """Tell whether a condition can be decided by the values that are written alone.

    Args:
        model: The model.
        condition: The condition.
        unknown: Fields whose values are not known before the statement.
    """
    for node in walk(condition):
        if isinstance(node, _ELSEWHERE):
            return False
        if not isinstance(node, Path):
            continue
        field = model.fields[node.names[0]]
        if len(node.names) > 1 or not field.is_stored or field.name in unknown:
            return False
        if field.is_generated or field.is_kept:
            return False
    return True


def unknown_fields(model: ModelDef, operation: Operation) -> frozenset[str]:
    """Return the fields that PostgreSQL gives a value while it writes."""
    if operation is Operation.UPDATE:
        return frozenset({"version", "updated_at"})
    return frozenset({"id", "version", "created_at", "updated_at"}) & model.fields.keys()


class NewRow(Scope):
    """A row before it is written: its columns are the values it will have."""

    def __init__(
        self,
        build: Build,
        model: str,
        table: sa.FromClause,
        values: Mapping[str, sa.ColumnElement[Any]],
    ) -> None:
        super().__init__(build, model, table, sees_all=True)
        self._values = values

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return the value a field will have, as the actor will read it."""
        field = self.definition.fields[name]
        column = self.build.tables.of(self.model).c[field.column]
        value = self._values.get(column.name)
        # As the column will hold it: rounded to its digits.
        known = sa.cast(sa.null() if value is None else value, column.type)
        if field.type.varies_by is None:
            return known
        return value_for(field.type, known, self.build.actor_key(field.type.varies_by))

    def meets(self, condition: Condition) -> sa.ColumnElement[bool]:
        """Return a condition on the row, which is never null."""
        return self.build.condition(condition, self, exact=True)


def targets_readable(
    build: Build, shape: Shape, values: Mapping[str, sa.ColumnElement[Any]]
) -> Iterator[sa.ColumnElement[bool]]:
    """Give what must hold of the references of a row: what they lead to may be read."""
    model = build.model(shape.model)
    for name in shape.names:
        field = model.fields[name]
        if field.relation is not None and field.relation.target in build.conditions:
            value = values[field.column]
            seen = value.in_(build.readable_ids(field.relation.target))
            yield sa.or_(value.is_(None), seen)
