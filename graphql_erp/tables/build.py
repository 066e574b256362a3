"""Registry -> Tables: one SQLAlchemy metadata with everything named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import sqlalchemy as sa

from graphql_erp import naming
from graphql_erp.registry.attached import AUDIT_MODEL
from graphql_erp.registry.model import ModelDef, Relation, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.audit import audit_triggers
from graphql_erp.tables.columns import column
from graphql_erp.tables.constraints import constraints, foreign_key, index
from graphql_erp.tables.own_row import OwnRow


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Tables:
    """The tables of one set of modules."""

    metadata: sa.MetaData
    models: Mapping[str, sa.Table]
    """By model."""
    links: Mapping[str, sa.Table]
    """Tables between two models, by their name."""
    triggers: tuple[str, ...] = ()
    """Statements that create the triggers."""
    protected: tuple[str, ...] = ()
    """Tables that triggers write and the application only reads."""

    def of(self, model: str) -> sa.Table:
        """Return the table of a model.

        Raises:
            KeyError: There is no such model.
        """
        return self.models[model]

    def link(self, name: str) -> sa.Table:
        """Return a table between two models.

        Raises:
            KeyError: There is no such table.
        """
        return self.links[name]


def build_tables(registry: Registry) -> Tables:
    """Return the tables of a registry; the caller keeps them by the registry's fingerprint."""
    metadata = sa.MetaData()
    models = {name: _table(model, registry, metadata) for name, model in registry.models.items()}
    links: dict[str, sa.Table] = {}
    for model, relation in _links(registry):
        if relation.link_table not in links:
            links[relation.link_table] = _link(model, relation, registry, metadata)
    audited = (model for model in registry.models.values() if model.is_audited)
    return Tables(
        metadata,
        MappingProxyType(models),
        MappingProxyType(links),
        triggers=tuple(trigger for model in audited for trigger in audit_triggers(model)),
        protected=tuple(models[name].name for name in models if name == AUDIT_MODEL),
    )


def _table(model: ModelDef, registry: Registry, metadata: sa.MetaData) -> sa.Table:
    row = OwnRow(registry, model.name, is_generating=True)
    columns = [column(field, row) for field in model.fields.values() if field.is_stored]
    table = sa.Table(
        model.table,
        metadata,
        *columns,
        *constraints(model, registry),
        comment=model.description or model.label,
    )
    for definition in model.indexes:
        index(definition, model, table)
    return table


def _links(registry: Registry) -> Iterator[tuple[ModelDef, Relation]]:
    for model in registry.models.values():
        for field in model.fields.values():
            if field.relation is not None and field.relation.kind is RelationKind.LINK:
                yield model, field.relation


def _link(
    model: ModelDef, relation: Relation, registry: Registry, metadata: sa.MetaData
) -> sa.Table:
    name, own, target = relation.link_table, relation.link_own, relation.link_target
    other = registry.model(relation.target)
    table = sa.Table(
        name,
        metadata,
        sa.Column(own, sa.BigInteger(), nullable=False),
        sa.Column(target, sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(own, target, name=naming.constraint_name("pk", name)),
        foreign_key(name, own, model.table, "cascade"),
        foreign_key(name, target, other.table, "cascade"),
        comment=f"{model.label} and {other.label}",
    )
    sa.Index(naming.constraint_name("ix", name, target), table.c[target])
    return table
