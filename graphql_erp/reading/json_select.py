"""Plans whose JSON PostgreSQL builds: records, to-one by subselect, to-many as connections.

The page is cut first, in a subselect of its own; everything else hangs on that page as scalar
subselects, so that rows never multiply and their order never changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from graphql_erp.planning.plan import (
    AggregateValue,
    CountValue,
    Cursor,
    EdgeNode,
    Edges,
    FieldValue,
    Groups,
    Member,
    NodeId,
    Nodes,
    ObjectPlan,
    OnePlan,
    PageFact,
    PageInfo,
    PagePlan,
    Strategy,
    ToMany,
    ToOne,
    TotalCount,
    TypeName,
)
from graphql_erp.reading.aggregate import aggregate_json, count_json, total_count
from graphql_erp.reading.groups import groups_json
from graphql_erp.reading.needs import columns_of_members, joins_of_members
from graphql_erp.reading.page import PageRows, cut_page, page_columns
from graphql_erp.reading.pieces import (
    Column,
    as_json,
    froms,
    json_object,
    json_text,
    labelled,
    node_id,
    row_json,
)
from graphql_erp.reading.scope import Build, Scope, open_related

OpenScope = Callable[[], Scope]


def one_select(build: Build, plan: OnePlan) -> sa.Select[Any]:
    """Return the select of one record's JSON, found by a unique key: one row or none."""
    scope = build.open(plan.object.model)
    scope.where.append(build.condition(plan.where, scope))
    inner = scope.select(*object_columns(scope, plan.object))
    return row_json(inner, build.alias_name("x"))


def page_select(build: Build, plan: PagePlan) -> sa.Select[Any]:
    """Return the select of a root connection: one row, a column of JSON per member."""
    members, rows = _connection(build, plan, lambda: build.open(plan.model))
    return page_columns([labelled(as_json(value), key) for key, value in members], rows)


def object_columns(scope: Scope, plan: ObjectPlan) -> list[Column]:
    """Return one column per member of a record's answer object.

    Raises:
        TypeError: A field needs Python; the registry declares none that does yet.
    """
    if plan.strategy is not Strategy.SQL:
        raise TypeError(f"SQL alone cannot build {plan.model}.")
    return [labelled(_member(scope, member), member.key) for member in plan.members]


def _member(scope: Scope, member: Member) -> sa.ColumnElement[Any]:
    match member.value:
        case TypeName(name):
            return json_text(name)
        case FieldValue(field):
            definition = scope.definition.fields[field]
            return definition.type.to_json_sql(scope.value(field))
        case NodeId(model):
            return node_id(model, scope.column("id"))
        case ToOne(field, plan):
            target = open_related(scope, field)
            inner = target.select(*object_columns(target, plan))
            return row_json(inner, scope.build.alias_name("x")).scalar_subquery()
        case ToMany(field, page):
            members, rows = _connection(scope.build, page, lambda: open_related(scope, field))
            inner = page_columns([labelled(value, key) for key, value in members], rows)
            return row_json(inner, scope.build.alias_name("k")).scalar_subquery()
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of a record.")


# ---- connections ----------------------------------------------------------------------------


def _connection(
    build: Build, plan: PagePlan, open_scope: OpenScope
) -> tuple[list[tuple[str, Column]], PageRows | None]:
    """Return the members of a connection by key, and the page they read."""

    def records() -> Scope:
        scope = open_scope()
        if plan.where is not None:
            scope.where.append(build.condition(plan.where, scope))
        return scope

    rows = _page_rows(build, plan, records)
    members = [
        (member.key, _connection_value(build, plan, member, rows, records))
        for member in plan.members
    ]
    return members, rows


def _connection_value(
    build: Build, plan: PagePlan, member: Member, rows: PageRows | None, records: OpenScope
) -> Column:
    match member.value:
        case Nodes(node) if rows is not None:
            return rows.list_of(lambda scope: object_columns(scope, node))
        case Edges(members) if rows is not None:
            return rows.list_of(lambda scope: _edge_columns(scope, rows, members))
        case PageInfo(members) if rows is not None:
            return rows.info(members)
        case TotalCount() if rows is not None and rows.matches is not None:
            return rows.total(rows.matches)
        case TotalCount():
            return total_count(records())
        case CountValue(cap, members):
            return count_json(build, records(), cap, members)
        case AggregateValue(members):
            return aggregate_json(build, records(), members)
        case Groups():
            return groups_json(build, member.value, records, object_columns)
        case TypeName(name):
            return json_text(name)
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of {plan.model}Connection.")


def _page_rows(build: Build, plan: PagePlan, records: OpenScope) -> PageRows | None:
    """Return the page when a member reads it, with the columns its members need."""
    needed: dict[str, None] = {}
    uses, wants_cursor, wants_edges, joins = 0, False, False, False
    model = build.model(plan.model)
    for member in plan.members:
        match member.value:
            case Nodes(node):
                needed.update(columns_of_members(model, node.members))
                joins = joins or joins_of_members(model, node.members)
            case Edges(members):
                for part in members:
                    if isinstance(part.value, EdgeNode):
                        inner = part.value.object.members
                        needed.update(columns_of_members(model, inner))
                        joins = joins or joins_of_members(model, inner)
                    wants_cursor = wants_cursor or isinstance(part.value, Cursor)
            case PageInfo(members):
                uses, wants_edges = uses + 1, True
                facts = (part.value for part in members)
                wants_cursor = wants_cursor or any(
                    isinstance(fact, PageFact) and fact.name.endswith("Cursor") for fact in facts
                )
            case _:
                continue
        uses += 1
    if not uses:
        return None
    return cut_page(
        build,
        plan,
        records(),
        needed,
        is_shared=uses > 1,
        wants_cursor=wants_cursor,
        wants_edges=wants_edges,
        is_joined=joins,
    )


def _edge_columns(scope: Scope, rows: PageRows, members: Iterable[Member]) -> list[Column]:
    columns: list[Column] = []
    for member in members:
        match member.value:
            case Cursor():
                value = rows.cursor()
            case EdgeNode(node):
                value = json_object(scope.build, object_columns(scope, node), *froms(scope))
            case TypeName(name):
                value = json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of an edge.")
        columns.append(labelled(value, member.key))
    return columns
