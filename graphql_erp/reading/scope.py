"""Scope: one occurrence of a table in a statement, and the tables reachable from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.check import REGEX
from graphql_erp.expressions.sql import SqlContext, condition_sql, field_sql, value_sql
from graphql_erp.expressions.tree import (
    Condition,
    Kind,
    Lookup,
    Name,
    Node,
    Parameter,
    Path,
    ValueType,
    walk,
)
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.fields.varies_by import VariesBy
from graphql_erp.fields.varying import value_for
from graphql_erp.reading.audited import VALUES, entries_readable, shown_values
from graphql_erp.reading.lineage import lineage
from graphql_erp.reading.statement import Slot
from graphql_erp.reading.values import reader, sql_type
from graphql_erp.registry.attached import AUDIT_MODEL
from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Conditions
from graphql_erp.tables.build import Tables

_TEXT = ValueType(Kind.TEXT, nullable=False)
_COMPANY = ValueType(Kind.RECORD)
_AS_SENT = ValueType(Kind.JSON)


class UnseenRowsError(Exception):
    """A statement would read rows that it writes itself, which its tables do not show."""


@dataclass(frozen=True, slots=True)
class WrittenRows:
    """The rows a statement writes before it reads: they stand for the tables of their models.

    Tables show what there was before the statement, so that only those ways lead to written rows
    on which nothing else can be met.
    """

    tables: Mapping[str, sa.FromClause]
    """By model: what the statement writes, with all columns."""
    ways: frozenset[tuple[str, str]] = frozenset()
    """(model, relation): its targets are all among the written rows."""
    unseen: frozenset[str] = frozenset()
    """Models whose records the statement writes by the way, such as the audit's."""

    def source(self, model: str, way: tuple[str, str] | None) -> sa.FromClause | None:
        """Return the written rows of a model; None where its table is right.

        Args:
            model: The model.
            way: Model and relation that lead there, None for the record that is asked for.

        Raises:
            UnseenRowsError: Neither the table nor the written rows are all there is.
        """
        rows = self.tables.get(model)
        if model in self.unseen or (rows is not None and way is not None and way not in self.ways):
            raise UnseenRowsError(model)
        return rows


@dataclass(slots=True)
class Build:
    """What one statement is made with; the only mutable thing, gone when the text is there."""

    registry: Registry
    tables: Tables
    conditions: Conditions
    slots: dict[str, Slot] = field(default_factory=dict)
    written: WrittenRows = field(default_factory=lambda: WrittenRows({}))
    """What the statement writes before it reads."""
    _binds: dict[tuple[Node, ValueType, str], sa.BindParameter[Any]] = field(default_factory=dict)
    _aliases: dict[str, int] = field(default_factory=dict)

    def model(self, name: str) -> ModelDef:
        """Return a model."""
        return self.registry.models[name]

    def alias_name(self, base: str) -> str:
        """Return a name not yet used in this statement."""
        number = self._aliases.get(base, 0) + 1
        self._aliases[base] = number
        return base if number == 1 else f"{base[:50]}_{number}"

    def bind(self, node: Node, value_type: ValueType) -> sa.ColumnElement[Any]:
        """Return the parameter of a leaf; equal leaves share one."""
        return self.bind_slot(Slot(node, value_type, reader(value_type)), "value")

    def bind_slot(self, slot: Slot, use: str) -> sa.ColumnElement[Any]:
        """Return the parameter of a slot; `use` keeps apart what is read differently."""
        narrowed = ValueType(slot.type.kind, many=slot.type.many)
        known = self._binds.get((slot.node, narrowed, use))
        if known is not None:
            return known
        name = f"p{len(self.slots) + 1}"
        self.slots[name] = slot
        parameter: sa.BindParameter[Any] = sa.bindparam(name, type_=sql_type(slot.type))
        self._binds[slot.node, narrowed, use] = parameter
        return parameter

    def bind_input(self, key: str, kind: sa.types.TypeEngine[Any]) -> sa.BindParameter[Any]:
        """Return the parameter of a value that stands in the inputs as the driver takes it."""
        name = f"p{len(self.slots) + 1}"
        self.slots[name] = Slot(Parameter(key, _AS_SENT), _AS_SENT, _same)
        return sa.bindparam(name, type_=kind)

    def actor_key(self, varies_by: VariesBy) -> sa.ColumnElement[Any]:
        """Return the parameter of the key under which the actor's own values are."""
        if varies_by is VariesBy.LANGUAGE:
            return self.bind(Name("language"), _TEXT)
        return sa.cast(self.bind(Name("company"), _COMPANY), sa.Text())

    def open(self, model: str) -> Scope:
        """Return a scope over a model's table, with the condition to read it."""
        return self._open(model, None)

    def open_all(self, model: str) -> Scope:
        """Return a scope over a model's table that hides nothing from anybody."""
        return Scope(self, model, self.source(model, None), sees_all=True)

    def _open(self, model: str, way: tuple[str, str] | None) -> Scope:
        scope = Scope(self, model, self.source(model, way))
        scope.where.extend(scope.readable())
        return scope

    def source(self, model: str, way: tuple[str, str] | None) -> sa.FromClause:
        """Return a model's table under a name not yet used: here tables come into a statement.

        Args:
            model: The model.
            way: Model and relation that lead there, None for the record that is asked for.

        Raises:
            UnseenRowsError: The statement writes some of its rows, and they would be missed.
        """
        table = self.tables.of(model)
        rows = self.written.source(model, way)
        return (table if rows is None else rows).alias(self.alias_name(table.name))

    def readable_table(self, model: str, way: tuple[str, str]) -> sa.FromClause:
        """Return a model's table, or a subselect of what the actor may read of it."""
        if model not in self.conditions:
            return self.source(model, way)
        scope = self._open(model, way)
        name = self.alias_name(self.tables.of(model).name)
        return scope.select(*scope.source.c).subquery(name)

    def readable_ids(self, model: str) -> sa.Select[Any]:
        """Return the select of the ids of the records of a model that may be read."""
        scope = self.open(model)
        return scope.select(scope.source.c["id"])

    def condition(
        self, node: Condition, scope: Scope, *, exact: bool = False
    ) -> sa.ColumnElement[bool]:
        """Return a condition as SQL; `exact` when null must not stand for false."""
        if not scope.sees_all:
            scope.where.extend(self.readable_patterns(node))
        return condition_sql(node, scope, self.context, exact=exact)

    def readable_patterns(self, node: Condition) -> Iterator[sa.ColumnElement[bool]]:
        """Give what makes PostgreSQL read the regular expressions of a condition.

        It does so before it looks at any record: whether a mistake in them is met must not tell
        whether there are records one may not read.
        """
        for part in walk(node):
            if isinstance(part, Lookup) and part.lookup == REGEX:
                pattern = self.bind(part.operand, _TEXT)
                yield sa.literal_column("''").regexp_match(pattern).is_not(None)

    @property
    def context(self) -> SqlContext:
        """What expressions need to become SQL."""
        return SqlContext(self.registry, LOOKUPS, self.bind)


class Scope:
    """One table, alias or page in a FROM clause, and what was joined to it.

    A scope that sees all is what conditions of access and rules are written with: they decide what
    may be read, so nothing is hidden from them.
    """

    def __init__(
        self, build: Build, model: str, source: sa.FromClause, *, sees_all: bool = False
    ) -> None:
        self.build = build
        self.model = model
        self.source = source
        self.sees_all = sees_all
        self.where: list[sa.ColumnElement[bool]] = []
        """Conditions that hold for every use: readable, link to the parent."""
        self.outer: tuple[sa.FromClause, ...] = ()
        """FROM clauses of the enclosing statement this one refers to."""
        self._joined: dict[str, Scope] = {}
        self._guard: Scope | None = None
        self.links: list[tuple[sa.FromClause, sa.ColumnElement[bool]]] = []

    @property
    def definition(self) -> ModelDef:
        """The model."""
        return self.build.model(self.model)

    def readable(self) -> list[sa.ColumnElement[bool]]:
        """Return what must hold for the actor to read a record here."""
        if self.sees_all:
            return []
        condition = self.build.conditions.get(self.model)
        found = [] if condition is None else [self.holds(condition)]
        if self.model == AUDIT_MODEL:
            registry, conditions = self.build.registry, self.build.conditions
            found += entries_readable(registry, conditions, self.source, self.build.readable_ids)
        return found

    def is_readable(self, model: str, key: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
        """Return whether there is a record of an id, which is said here, that may be read."""
        found = self.build.open(model)
        found.outer = (self.source,)
        return found.select(sa.literal_column("1")).where(found.source.c["id"] == key).exists()

    def holds(self, condition: Condition, *, exact: bool = False) -> sa.ColumnElement[bool]:
        """Return a condition of access or rules on the record here, which sees all records."""
        if self._guard is None:
            self._guard = Scope(self.build, self.model, self.source, sees_all=True)
            self._guard.links = self.links
        return self.build.condition(condition, self._guard, exact=exact)

    # ---- SqlScope ---------------------------------------------------------------------------

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return what a stored field's column holds for the actor; a to-one field's the id."""
        field_def = self.definition.fields[name]
        if field_def.is_inverse_one or self.hides(field_def):
            return self.to_one(name).source.c["id"]
        if self.model == AUDIT_MODEL and name in VALUES and not self.sees_all:
            registry, conditions = self.build.registry, self.build.conditions
            return shown_values(registry, conditions, self.source, name, self.is_readable)
        column, varies_by = self.source.c[field_def.column], field_def.type.varies_by
        if varies_by is None:
            return column
        return value_for(field_def.type, column, self.build.actor_key(varies_by))

    def hides(self, field_def: FieldDef) -> bool:
        """Tell whether the record a to-one field leads to may be one the actor cannot read.

        The id of such a record is not shown either.
        """
        relation = field_def.relation
        if self.sees_all or relation is None or relation.kind is not RelationKind.TO_ONE:
            return False
        return relation.target in self.build.conditions

    def value(self, name: str) -> sa.ColumnElement[Any]:
        """Return a field's value: its column, or its expression rounded as declared."""
        field_def = self.definition.fields[name]
        if field_def.is_stored:
            return self.column(name)
        return field_sql(name, self, self.build.context)

    def at(self, path: tuple[str, ...]) -> tuple[sa.ColumnElement[Any], FieldDef]:
        """Return the value at the end of a path of to-one hops, and its field."""
        model = self.definition
        for hop in path[:-1]:
            model = self.build.model(_relation(model.fields[hop]).target)
        return value_sql(Path(path), self, self.build.context), model.fields[path[-1]]

    def to_one(self, name: str) -> Scope:
        """Return the scope of a to-one target, joined once with its condition."""
        if name not in self._joined:
            relation = _relation(self.definition.fields[name])
            way = (self.model, name)
            if self.sees_all:
                source = self.build.source(relation.target, way)
            else:
                source = self.build.readable_table(relation.target, way)
            target = Scope(self.build, relation.target, source, sees_all=self.sees_all)
            target.links = self.links  # one FROM clause: hops of hops join to the same list
            near, far = relation.column, "id"
            if relation.kind is RelationKind.INVERSE_ONE:
                near, far = far, near
            self.links.append((target.source, target.source.c[far] == self.source.c[near]))
            self._joined[name] = target
        return self._joined[name]

    def to_many(self, name: str) -> Subscope:
        """Return a fresh scope over the records of a to-many relation, linked to this record."""
        return open_related(self, name)

    # ---- statements -------------------------------------------------------------------------

    @property
    def from_clause(self) -> sa.FromClause:
        """The table with everything joined to it so far."""
        clause = self.source
        for target, condition in self.links:
            clause = clause.outerjoin(target, condition)
        return clause

    def select(self, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
        """Return a select over this scope; call it after all its columns were made."""
        statement = sa.select(*columns).select_from(self.from_clause)
        if self.where:
            statement = statement.where(*self.where)
        return statement.correlate(*self.outer) if self.outer else statement.correlate(None)


class Subscope(Scope):
    """A scope of its own FROM clause, correlated with the record of the outer one."""

    def exists(self, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """Return EXISTS over the related records that meet a condition."""
        return self.select(sa.literal_column("1")).where(condition).exists()

    def scalar(
        self, value: sa.ColumnElement[Any], condition: sa.ColumnElement[bool] | None
    ) -> sa.ColumnElement[Any]:
        """Return an aggregate over the related records."""
        statement = self.select(value)
        if condition is not None:
            statement = statement.where(condition)
        return statement.scalar_subquery()


def open_related(parent: Scope, name: str) -> Subscope:
    """Return a scope over the records a relation of the parent's record leads to."""
    build = parent.build
    relation = _relation(parent.definition.fields[name])
    way = (parent.model, name)
    alias = build.source(relation.target, way)
    scope = Subscope(build, relation.target, alias, sees_all=parent.sees_all)
    scope.outer = (parent.source,)
    match relation.kind:
        case RelationKind.TO_ONE:
            scope.where.append(alias.c["id"] == parent.source.c[relation.column])
        case RelationKind.INVERSE | RelationKind.INVERSE_ONE:
            scope.where.append(alias.c[relation.column] == parent.source.c["id"])
        case RelationKind.ATTACHED:
            scope.where.append(alias.c[relation.column] == parent.source.c["id"])
            own_name: sa.ColumnElement[str] = sa.literal_column(f"'{parent.model}'")
            scope.where.append(alias.c[relation.model_column] == own_name)
        case RelationKind.LINK:
            link_table = build.tables.link(relation.link_table)
            link = link_table.alias(build.alias_name(link_table.name))
            joined = sa.select(link.c[relation.link_target]).where(
                link.c[relation.link_own] == parent.source.c["id"]
            )
            scope.where.append(alias.c["id"].in_(joined.correlate(parent.source)))
        case RelationKind.ANCESTORS | RelationKind.DESCENDANTS:
            own_id = parent.source.c["id"]
            rows = partial(build.source if parent.sees_all else build.readable_table, parent.model)
            walk = lineage(lambda: rows(way), relation, own_id, build.alias_name(f"_{name}"))
            found = sa.select(walk.c["id"]).correlate(parent.source)
            scope.where += [alias.c["id"].in_(found), alias.c["id"] != own_id]
    scope.where.extend(scope.readable())
    return scope


def _same(value: Any) -> Any:
    return value


def _relation(field_def: FieldDef) -> Relation:
    if field_def.relation is None:
        raise TypeError(f"{field_def.model}.{field_def.name} is not a relation.")
    return field_def.relation
