"""The statements that read records, kept by the shape of what is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Condition, Kind, Parameter, ValueType
from graphql_erp.reading.hydrate import Hydrate, hydrator
from graphql_erp.reading.order import order_terms
from graphql_erp.reading.scope import Build, Scope, open_related
from graphql_erp.reading.statement import Slot, Statement, compile_statement
from graphql_erp.registry.model import OrderKey, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Conditions
from graphql_erp.tables.build import Tables

IDS = "@ids"
OFFSET = "@offset"
_IDS = Parameter(IDS, ValueType(Kind.RECORD, many=True))
_OFFSET = Parameter(OFFSET, ValueType(Kind.INTEGER))
_PLACE = "_place"


@dataclass(frozen=True, slots=True)
class Source:
    """What a statement is made from."""

    registry: Registry
    tables: Tables
    conditions: Conditions
    """What may be read of each model."""

    def build(self) -> Build:
        """Return a fresh statement."""
        return Build(self.registry, self.tables, self.conditions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which records of a model are read; values stand apart."""

    where: Condition | None = None
    by_ids: bool = False
    order: tuple[OrderKey, ...] = ()
    limit: int | None = None
    has_offset: bool = False
    is_locked: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether which records are chosen depends on their order."""
        return bool(self.order) or self.limit is not None or self.has_offset


@dataclass(frozen=True, slots=True)
class RecordStatement:
    """A statement and what makes records of its rows."""

    statement: Statement
    hydrate: Hydrate


@lru_cache(maxsize=4096)
def chosen_records(
    source: Source, model: str, fields: tuple[str, ...], choice: Choice
) -> RecordStatement:
    """Return the statement that reads some fields of chosen records, a column each.

    Locked records are locked in the order of their ids, and come in that order, with their place
    in the ordering asked for in one more column when there is one.
    """
    build = source.build()
    scope = _chosen(build, model, choice)
    if choice.is_locked:
        select = _locked(build, scope, fields, choice)
    else:
        select = _cut(scope, scope.select(*values_of(scope, fields)), choice)
    statement = compile_statement(select, build.slots)
    return RecordStatement(statement, hydrator(source.registry, model, fields, first=0))


@lru_cache(maxsize=4096)
def related_records(
    source: Source, model: str, relation: str, fields: tuple[str, ...]
) -> RecordStatement:
    """Return the statement that reads the records a relation of several records leads to.

    The first column is the id of the record they belong to.
    """
    build = source.build()
    scope, owner = open_owned(build, model, relation)
    columns = values_of(scope, fields)
    terms = order_terms(scope, scope.definition.order_by, reverse=False)
    select = scope.select(owner.label("_owner"), *columns)
    select = select.order_by(*(term.sorted() for term in terms))
    statement = compile_statement(select, build.slots)
    return RecordStatement(statement, hydrator(source.registry, scope.model, fields, first=1))


def values_of(scope: Scope, fields: Sequence[str]) -> list[sa.ColumnElement[Any]]:
    """Return fields as columns whose values the driver gives as Python wants them."""
    columns = []
    for name in fields:
        field, value = scope.definition.fields[name], scope.value(name)
        is_made = field.expression is not None and not field.is_stored
        columns.append(field.type.fit(value) if is_made else value)
    return columns


def ids_parameter(build: Build) -> sa.ColumnElement[Any]:
    """Return the parameter that holds the ids of records, as numbers already."""
    return build.bind_slot(Slot(_IDS, _IDS.type, _as_it_is), "ids")


def open_owned(build: Build, model: str, relation: str) -> tuple[Scope, sa.ColumnElement[Any]]:
    """Return a scope over the records a relation of several leads to, and their owners' ids."""
    found = build.model(model).fields[relation].relation
    if found is None:
        raise TypeError(f"{model}.{relation} is not a relation.")
    keys = ids_parameter(build)
    match found.kind:
        case RelationKind.INVERSE | RelationKind.INVERSE_ONE:
            scope = build.open(found.target)
            owner = scope.source.c[found.column]
        case RelationKind.LINK:
            scope = build.open(found.target)
            link = build.tables.link(found.link_table)
            between = link.alias(build.alias_name(link.name))
            scope.where.append(between.c[found.link_target] == scope.source.c["id"])
            owner = between.c[found.link_own]
        case _:
            start = build.open(model)
            inner = open_related(start, relation)
            walk = inner.select(inner.source.c["id"]).lateral(build.alias_name("walk"))
            scope = build.open(found.target)
            scope.where.append(scope.source.c["id"] == walk.c["id"])
            owner = start.source.c["id"]
    scope.where.append(owner == sa.any_(keys))
    return scope, owner


def _chosen(build: Build, model: str, choice: Choice) -> Scope:
    scope = build.open(model)
    if choice.by_ids:
        scope.where.append(scope.source.c["id"] == sa.any_(ids_parameter(build)))
    if choice.where is not None:
        scope.where.append(build.condition(choice.where, scope))
    return scope


def _cut(scope: Scope, select: sa.Select[Any], choice: Choice) -> sa.Select[Any]:
    terms = order_terms(scope, choice.order, reverse=False)
    # The terms may have joined tables of their own.
    select = scope.select(*select.selected_columns).order_by(*(term.sorted() for term in terms))
    if choice.limit is not None:
        select = select.limit(sa.literal_column(str(choice.limit)))
    if choice.has_offset:
        offset = scope.build.bind_slot(Slot(_OFFSET, _OFFSET.type, _as_it_is), "offset")
        select = select.offset(offset)
    return select


def _locked(build: Build, scope: Scope, fields: Sequence[str], choice: Choice) -> sa.Select[Any]:
    place: list[sa.ColumnElement[Any]] = []
    if choice.is_cut:
        chosen = _cut(scope, scope.select(scope.source.c["id"]), choice).subquery("_cut")
        number = sa.func.row_number().over().label(_PLACE)
        cut = sa.select(chosen.c["id"], number).subquery("_chosen")
        scope = build.open(scope.model)
        scope.where.append(scope.source.c["id"] == cut.c["id"])
        place.append(cut.c[_PLACE])
    columns = values_of(scope, fields)
    select = scope.select(*columns, *place).order_by(scope.source.c["id"])
    return select.with_for_update(key_share=True, of=scope.source)


def _as_it_is(value: Any) -> Any:
    return value
