"""Plans whose JSON PostgreSQL builds: records, to-one by subselect, to-many as connections.

The page is cut first, in a subselect of its own; everything else hangs on that page as scalar
subselects, so that rows never multiply and their order never changes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSON, JSONB

from graphql_erp.planning.plan import (
    AccessValue,
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
    OneOf,
    OnePlan,
    PageFact,
    PageInfo,
    PagePlan,
    Strategy,
    ToMany,
    ToOne,
    TotalCount,
    Translations,
    TypeName,
)
from graphql_erp.reading.access_json import model_access, record_access
from graphql_erp.reading.aggregate import aggregate_json, count_json, total_count
from graphql_erp.reading.groups import RecordJson, groups_json
from graphql_erp.reading.needs import columns_of_object, joins_of_object
from graphql_erp.reading.page import PageRows, cut_page, page_columns
from graphql_erp.reading.pieces import (
    PLACE,
    Column,
    as_json,
    froms,
    json_by_name,
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
    return _row_select(scope, plan.object)


def written_select(build: Build, plan: ObjectPlan) -> sa.Select[Any]:
    """Return the select of the JSON of the one record that the statement itself writes."""
    return _row_select(build.open(plan.model), plan)


def _row_select(scope: Scope, plan: ObjectPlan) -> sa.Select[Any]:
    inner = scope.select(*object_columns(scope, plan))
    return row_json(inner, scope.build.alias_name("x"))


def page_select(build: Build, plan: PagePlan) -> sa.Select[Any]:
    """Return the select of a root connection: one row, a column of JSON per member."""
    found = connection_select(build, plan, lambda: build.open(plan.model))
    columns = [labelled(as_json(found.column(member)), member.key) for member in plan.members]
    return page_columns(columns, found.rows)


def object_columns(scope: Scope, plan: ObjectPlan) -> list[Column]:
    """Return one column per member of a record's answer object.

    Of a record that Python finishes there is only the id, to mark its place.
    """
    if plan.strategy is Strategy.ROWS:
        return [labelled(scope.column("id"), PLACE)]
    return [labelled(object_column(scope, member), member.key) for member in plan.members]


def object_column(scope: Scope, member: Member) -> Column:
    """Return a member of a record's answer object."""
    match member.value:
        case TypeName(name):
            return json_text(name)
        case FieldValue(field):
            definition = scope.definition.fields[field]
            return definition.type.to_json_sql(scope.value(field))
        case NodeId(model):
            return node_id(model, scope.column("id"))
        case Translations(fields):
            return _translations(scope, fields)
        case AccessValue(members):
            return record_access(scope, members)
        case ToOne(field, plan):
            target = open_related(scope, field)
            inner = target.select(*object_columns(target, plan))
            return row_json(inner, scope.build.alias_name("x")).scalar_subquery()
        case OneOf(members):
            found = [object_column(scope, part) for part in members]
            return found[0] if len(found) == 1 else sa.func.coalesce(*found, type_=JSON)
        case ToMany(field, page):
            return connection_json(scope.build, page, lambda: open_related(scope, field))
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of a record.")


def _translations(scope: Scope, names: tuple[str, ...]) -> Column:
    """Return the texts of fields by GraphQL name and language; of nothing an empty object."""
    nothing = sa.literal_column("'{}'::jsonb", JSONB())
    fields = [scope.definition.fields[name] for name in names]
    return json_by_name(
        (field.graphql_name, sa.func.coalesce(scope.source.c[field.column], nothing))
        for field in fields
    )


# ---- connections ----------------------------------------------------------------------------


def connection_json(build: Build, plan: PagePlan, open_scope: OpenScope) -> Column:
    """Return the JSON of a page of records within another answer."""
    found = connection_select(build, plan, open_scope)
    columns = [labelled(found.column(member), member.key) for member in plan.members]
    inner = page_columns(columns, found.rows)
    return row_json(inner, build.alias_name("k")).scalar_subquery()


@dataclass(frozen=True, slots=True)
class ConnectionSelect:
    """A connection while its members are being written."""

    build: Build
    plan: PagePlan
    rows: PageRows | None
    """The page, when a member reads it."""
    records: OpenScope
    """Gives the matching records, afresh for each use."""

    def column(self, member: Member) -> Column:
        """Return a member."""
        if isinstance(member.value, AccessValue):
            return model_access(self.build, member.value.members)
        return _connection_value(self.build, self.plan, member, self.rows, self.records)


def connection_select(build: Build, plan: PagePlan, open_scope: OpenScope) -> ConnectionSelect:
    """Return a connection over the records a scope is opened over."""

    def records() -> Scope:
        scope = open_scope()
        if plan.where is not None:
            scope.where.append(build.condition(plan.where, scope))
        return scope

    return ConnectionSelect(build, plan, _page_rows(build, plan, records), records)


def _connection_value(
    build: Build, plan: PagePlan, member: Member, rows: PageRows | None, records: OpenScope
) -> Column:
    match member.value:
        case Nodes(node) if rows is not None:
            return rows.list_of(lambda scope: object_columns(scope, node))
        case Edges(members) if rows is not None:
            return rows.list_of(lambda scope: [edge_column(scope, rows, part) for part in members])
        case PageInfo(members) if rows is not None:
            return rows.info(members)
        case TotalCount() if rows is not None and rows.matches is not None:
            return rows.total(rows.matches)
        case TotalCount():
            return total_count(records())
        case CountValue():
            return count_json(build, records(), member.value)
        case AggregateValue(members):
            return aggregate_json(build, records(), members)
        case Groups():
            made = RecordJson(object_columns, connection_json)
            return groups_json(build, member.value, records, made)
        case TypeName(name):
            return json_text(name)
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of {plan.model}Connection.")


def _page_rows(build: Build, plan: PagePlan, records: OpenScope) -> PageRows | None:
    """Return the page when a member reads it, with the columns its members need."""
    needed: dict[str, None] = {}
    uses, wants_cursor, wants_edges, joins = 0, False, False, False
    for member in plan.members:
        match member.value:
            case Nodes(node):
                needed.update(columns_of_object(build.registry, node))
                joins = joins or joins_of_object(build.registry, node, build.conditions)
            case Edges(members):
                for part in members:
                    if isinstance(part.value, EdgeNode):
                        inner = part.value.object
                        needed.update(columns_of_object(build.registry, inner))
                        joins = joins or joins_of_object(build.registry, inner, build.conditions)
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


def edge_column(scope: Scope, rows: PageRows, member: Member) -> Column:
    """Return a member of an edge."""
    value: Column
    match member.value:
        case Cursor():
            value = rows.cursor()
        case EdgeNode(node):
            value = json_object(scope.build, object_columns(scope, node), *froms(scope))
        case TypeName(name):
            value = json_text(name)
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of an edge.")
    return labelled(value, member.key)
