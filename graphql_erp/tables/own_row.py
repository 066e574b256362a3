"""OwnRow: expressions over one row as PostgreSQL keeps them, in checks and generated columns."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from graphql_erp.expressions.scope import SqlScope, SqlSubscope
from graphql_erp.expressions.sql import SqlContext, condition_sql, value_sql
from graphql_erp.expressions.tree import Condition, Kind, Literal, Name, Parameter, ValueType
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry

_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.INTEGER: sa.BigInteger(),
    Kind.RECORD: sa.BigInteger(),
    Kind.DECIMAL: sa.Numeric(),
    Kind.FLOAT: sa.Double(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.TIME: sa.Time(),
}


@dataclass(slots=True, eq=False)
class OwnRow:
    """The columns of one row; what leads to other rows was refused when the registry was built."""

    registry: Registry
    model: str
    is_generating: bool = False
    """A generated column cannot read another one, so that chains are written out."""

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return a column by its bare name, a computed field by its expression."""
        field = self.registry.model(self.model).field(name)
        is_virtual = field.expression is not None and not field.is_stored
        if is_virtual or (field.is_generated and self.is_generating):
            return self.value(field)
        return sa.column(field.column, field.type.column_type())

    def value(self, field: FieldDef) -> sa.ColumnElement[Any]:
        """Return the value of a computed field, in the form its column would have it."""
        if field.expression is None:
            raise TypeError(f"{field.name} is not computed by an expression.")
        return field.type.fit(value_sql(field.expression, self, self._context()))

    def condition(self, where: Condition) -> sa.ColumnElement[bool]:
        """Return a condition that is never null, since a CHECK lets null pass."""
        return condition_sql(where, self, self._context(), exact=True)

    def to_one(self, name: str) -> SqlScope:
        """Refuse: another row."""
        raise TypeError(f"{name} leads to another row.")

    def to_many(self, name: str) -> SqlSubscope:
        """Refuse: other rows."""
        raise TypeError(f"{name} leads to other rows.")

    def _context(self) -> SqlContext:
        return SqlContext(self.registry, LOOKUPS, constant)


def constant(node: Literal | Parameter | Name, known: ValueType) -> sa.ColumnElement[Any]:
    """Return a constant that is written into the statement: DDL has no parameters."""
    if not isinstance(node, Literal):
        raise TypeError(f"{node} is not a constant.")
    kind = _TYPES[known.kind]
    if not isinstance(node.value, tuple):
        return _written(node.value, kind)
    items = [_written(item, kind) for item in node.value]
    return sa.cast(array(items, type_=kind), sa.ARRAY(kind))


def _written(value: object, kind: sa.types.TypeEngine[Any]) -> sa.ColumnElement[Any]:
    if isinstance(value, bool):
        return sa.literal_column("true" if value else "false", sa.Boolean())
    if isinstance(value, int):
        return sa.literal_column(str(value), kind)
    if isinstance(value, Decimal):
        return sa.literal_column(format(value, "f"), kind)
    if isinstance(value, str):
        return sa.literal(value, kind)
    if isinstance(value, dt.date | dt.time):
        return sa.cast(sa.literal(value.isoformat(), sa.Text()), kind)
    return sa.cast(sa.literal(str(value), sa.Text()), kind)
