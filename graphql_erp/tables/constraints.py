"""Keys, foreign keys, checks and indexes of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from graphql_erp import naming
from graphql_erp.fields.selection import Selection
from graphql_erp.registry.model import FieldDef, IndexDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.functions import sort_key
from graphql_erp.tables.own_row import OwnRow

# `restrict` is said by NO ACTION: unlike RESTRICT it is checked at the end of the statement, so
# that one which deletes both ends succeeds.
_ON_DELETE = {"cascade": "CASCADE", "set_null": "SET NULL", "restrict": None}


def foreign_key(
    table: str, column: str, target: str, on_delete: str = "restrict"
) -> sa.ForeignKeyConstraint:
    """Return the foreign key of one column to the id of another table."""
    return sa.ForeignKeyConstraint(
        [column],
        [f"{target}.id"],
        name=naming.constraint_name("fk", table, column),
        ondelete=_ON_DELETE[on_delete],
        deferrable=True,
        initially="IMMEDIATE",
    )


def constraints(model: ModelDef, registry: Registry) -> Iterator[sa.Constraint]:
    """Give the constraints of a model's table, the primary key first."""
    yield sa.PrimaryKeyConstraint("id", name=naming.constraint_name("pk", model.table))
    for key in model.unique:
        columns = [model.field(name).column for name in key.fields]
        yield sa.UniqueConstraint(*columns, name=key.name)
    for field in model.fields.values():
        if field.is_stored and field.relation is not None:
            target = registry.model(field.relation.target).table
            yield foreign_key(model.table, field.column, target, field.relation.on_delete)
    yield from _checks(model, registry)


def _checks(model: ModelDef, registry: Registry) -> Iterator[sa.CheckConstraint]:
    for field in model.fields.values():
        is_plain = field.is_stored and field.type.varies_by is None
        if isinstance(field.type, Selection) and is_plain:
            values = sa.column(field.column, sa.Text()).in_(list(field.type.labels))
            name = naming.constraint_name("ck", model.table, field.column, "options")
            yield sa.CheckConstraint(values, name=name)
        elif field.members:
            yield _at_most_one(model, field)
    row = OwnRow(registry, model.name)
    for check in model.checks:
        if check.is_database:
            name = naming.constraint_name("ck", model.table, check.name)
            yield sa.CheckConstraint(row.condition(check.where), name=name)


def _at_most_one(model: ModelDef, field: FieldDef) -> sa.CheckConstraint:
    """Return the check that a Reference leads to one record, or to none where it may."""
    columns = [sa.column(model.field(name).column, sa.BigInteger()) for name in field.members]
    count = sa.func.num_nonnulls(*columns, type_=sa.Integer())
    one = sa.literal_column("1", sa.Integer())
    name = naming.constraint_name("ck", model.table, field.name, "one")
    return sa.CheckConstraint(count == one if field.type.required else count <= one, name=name)


def index(definition: IndexDef, model: ModelDef, table: sa.Table) -> sa.Index:
    """Return an index; it belongs to the table from then on."""
    columns = [table.c[model.field(name).column] for name in definition.fields]
    match definition.method:
        case "trigram":
            return _trigram(definition.name, columns[0])
        case "sort":
            # The value breaks ties and the id makes the order total, as in every ordering.
            return sa.Index(definition.name, sort_key(columns[0]), columns[0], table.c.id)
        case _:
            return sa.Index(definition.name, *columns)


def _trigram(name: str, column: sa.Column[Any]) -> sa.Index:
    lowered = sa.func.lower(column).label("lowered")
    return sa.Index(
        name,
        lowered,
        postgresql_using="gin",
        postgresql_ops={"lowered": "gin_trgm_ops"},
    )
