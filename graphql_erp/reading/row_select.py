"""Objects and connections as columns for Python to finish, and how it finishes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

import orjson
import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind
from graphql_erp.planning.plan import (
    EdgeNode,
    Edges,
    FieldValue,
    Groups,
    Member,
    MethodValue,
    Nodes,
    ObjectPlan,
    OneOf,
    PagePlan,
    Strategy,
    ToMany,
    ToOne,
)
from graphql_erp.planning.strategy import needs_rows
from graphql_erp.reading.hydrate import hydrator
from graphql_erp.reading.json_select import (
    ConnectionSelect,
    OpenScope,
    connection_select,
    edge_column,
    object_column,
)
from graphql_erp.reading.page import PageRows
from graphql_erp.reading.pieces import Column, as_json, froms, json_object, labelled
from graphql_erp.reading.record_shape import reads_own_values, shape_of_object
from graphql_erp.reading.record_statements import values_of
from graphql_erp.reading.row_groups import Filled, row_objects
from graphql_erp.reading.row_parts import (
    Below,
    Called,
    Chosen,
    Computed,
    ComputedHere,
    Inner,
    Level,
    Listed,
    Part,
    Ready,
    RowObject,
    Run,
)
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry


class Levels(Protocol):
    """Makes the levels below, one for equal plans."""

    @property
    def registry(self) -> Registry:
        """The models."""

    def of_object(self, plan: ObjectPlan) -> Level:
        """Return the level of records found by their ids."""

    def of_page(self, model: str, field: str, page: PagePlan) -> Level:
        """Return the level of connections found by the ids of the records they belong to."""


@dataclass(slots=True)
class _Columns:
    """Columns and parts while they are being collected."""

    build: Build
    columns: list[Column]
    parts: list[Part]
    run: list[Column]

    def add(self, column: Column) -> int:
        """Add a column and return its number."""
        self.columns.append(column)
        return len(self.columns) - 1

    def end_run(self, around: Sequence[sa.FromClause]) -> None:
        """Make one object of the members PostgreSQL can build that came one after another."""
        if self.run:
            number = self.add(json_object(self.build, self.run, *around))
            self.parts.append(Run(number))
            self.run = []


def object_row(
    levels: Levels, scope: Scope, plan: ObjectPlan, columns: list[Column] | None = None
) -> tuple[list[Column], RowObject]:
    """Return the columns of a record's answer object, after those given, and what finishes it."""
    collected = _Columns(scope.build, [] if columns is None else columns, [], [])
    for member in plan.members:
        part = _part(levels, scope, member, collected)
        if part is None:
            collected.run.append(labelled(object_column(scope, member), member.key))
        else:
            collected.end_run(froms(scope))
            collected.parts.append(part)
    collected.end_run(froms(scope))
    shape = shape_of_object(levels.registry, plan, is_part=True)
    if shape is None:
        return collected.columns, RowObject(tuple(collected.parts))
    first = len(collected.columns)
    collected.columns.extend(values_of(scope, shape.fields))
    hydrate = hydrator(levels.registry, plan.model, shape.fields, first=first)
    return collected.columns, RowObject(tuple(collected.parts), shape, hydrate)


def _part(levels: Levels, scope: Scope, member: Member, collected: _Columns) -> Part | None:
    """Return the part of a member that needs Python, None when PostgreSQL can build it."""
    prefix = prefix_of(member)
    match member.value:
        case FieldValue(name):
            field = scope.definition.fields[name]
            return None if field.is_sql else _computed(levels, scope, member, field, collected)
        case MethodValue():
            return Called(prefix, member.value)
        case ToOne(name, plan) if plan.strategy is Strategy.ROWS:
            return Below(prefix, collected.add(scope.value(name)), levels.of_object(plan))
        case OneOf(members) if needs_rows(members):
            return Chosen(prefix, tuple(_targets(levels, scope, members, collected)))
        case ToMany(name, page) if needs_rows(page.members):
            level = levels.of_page(scope.model, name, page)
            return Below(prefix, collected.add(scope.column("id")), level)
    return None


def _computed(
    levels: Levels, scope: Scope, member: Member, field: FieldDef, collected: _Columns
) -> Part:
    # What a method gave has the declared places already, so that no number is rounded again.
    is_number = field.type.kind is Kind.DECIMAL
    to_json = _written if is_number else field.type.to_json_python
    if not reads_own_values(levels.registry, field):
        return Computed(prefix_of(member), field.name, to_json)
    first = len(collected.columns)
    collected.columns.extend(values_of(scope, field.inputs))
    hydrate = hydrator(levels.registry, field.model, field.inputs, first=first)
    return ComputedHere(prefix_of(member), field, hydrate, to_json)


def _written(value: Decimal) -> str:
    return format(value, "f")


def _targets(
    levels: Levels, scope: Scope, members: Sequence[Member], collected: _Columns
) -> Iterator[Below]:
    for member in members:
        if isinstance(member.value, ToOne):
            number = collected.add(scope.value(member.value.field))
            yield Below(b"", number, levels.of_object(member.value.object))


def prefix_of(member: Member) -> bytes:
    """Return a member's name as it stands in front of its value."""
    return orjson.dumps(member.key) + b":"


# ---- connections ----------------------------------------------------------------------------


def page_row(
    levels: Levels, build: Build, plan: PagePlan, open_scope: OpenScope
) -> tuple[list[Column], PageRows | None, RowObject]:
    """Return one column per member of a connection, its page, and what finishes it."""
    found = connection_select(build, plan, open_scope)
    columns: list[Column] = []
    parts: list[Part] = []
    for number, member in enumerate(plan.members):
        column, part = _page_part(levels, found, member, number)
        columns.append(column)
        parts.append(part)
    return columns, found.rows, RowObject(tuple(parts))


def nodes_rows(
    levels: Levels, build: Build, plan: PagePlan
) -> tuple[sa.Select[Any], RowObject] | None:
    """Return the rows of a page as a statement of its own, where nothing else is asked for.

    The driver reads rows faster than a list of them in one column.
    """
    if len(plan.members) != 1 or not isinstance(plan.members[0].value, Nodes):
        return None
    node, rows = plan.members[0].value.object, _rows_of(build, plan)
    made: list[RowObject] = []

    def columns(scope: Scope) -> list[Column]:
        columns, item = object_row(levels, scope, node)
        made.append(item)
        return columns

    return rows.select(columns), made[0]


def _rows_of(build: Build, plan: PagePlan) -> PageRows:
    rows = connection_select(build, plan, lambda: build.open(plan.model)).rows
    if rows is None:
        raise TypeError("Nodes are read from a page.")
    return rows


def _page_part(
    levels: Levels, found: ConnectionSelect, member: Member, number: int
) -> tuple[Column, Part]:
    prefix, rows = prefix_of(member), found.rows
    match member.value:
        case Nodes(node) if rows is not None and node.strategy is Strategy.ROWS:
            column, item = _list(rows, lambda scope: object_row(levels, scope, node))
            return column, Listed(prefix, number, item)
        case Edges(members) if rows is not None and needs_rows((member,)):
            column, item = _list(rows, lambda scope: _edge_row(levels, scope, rows, members))
            return column, Listed(prefix, number, item)
        case Groups() if needs_rows((member,)):
            below = {plan: levels.of_object(plan) for plan in row_objects((member,))}
            part = Filled(prefix, number, member.value, below)
            return as_json(found.column(member)), part
    return as_json(found.column(member)), Ready(prefix, number)


def _list(
    rows: PageRows, make: Callable[[Scope], tuple[list[Column], RowObject]]
) -> tuple[Column, RowObject]:
    """Return the rows of a page in one column, and what finishes each of them."""
    made: list[RowObject] = []

    def columns(scope: Scope) -> list[Column]:
        columns, item = make(scope)
        made.append(item)
        return columns

    return rows.array_of(columns), made[0]


def _edge_row(
    levels: Levels, scope: Scope, rows: PageRows, members: Sequence[Member]
) -> tuple[list[Column], RowObject]:
    collected = _Columns(scope.build, [], [], [])
    for member in members:
        if isinstance(member.value, EdgeNode) and member.value.object.strategy is Strategy.ROWS:
            collected.end_run(froms(scope))
            _, item = object_row(levels, scope, member.value.object, collected.columns)
            collected.parts.append(Inner(prefix_of(member), item))
        else:
            collected.run.append(edge_column(scope, rows, member))
    collected.end_run(froms(scope))
    return collected.columns, RowObject(tuple(collected.parts))


def as_row(columns: Sequence[Column]) -> sa.ColumnElement[Any]:
    """Return columns as one value, which the driver gives as a tuple."""
    return sa.func.row(*columns)
