"""Groups: records grouped by paths, each group with its key, counts and aggregates."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import BadCursor
from graphql_erp.expressions.tree import Kind, Name, ValueType
from graphql_erp.planning.plan import (
    AggregateCount,
    AggregateValue,
    FieldValue,
    GroupKey,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    GroupTotal,
    GroupValues,
    Member,
    ObjectPlan,
    PageFact,
    PageInfo,
    PagePlan,
    ToOne,
    TypeName,
)
from graphql_erp.reading.aggregate import (
    COUNT,
    aggregate_columns,
    aggregate_members,
    aggregated_fields,
)
from graphql_erp.reading.order import cursor_column, read_cursor, text_terms
from graphql_erp.reading.pieces import (
    Column,
    json_by_name,
    json_list,
    json_object,
    json_text,
    labelled,
    row_json,
)
from graphql_erp.reading.scope import Build, Scope, Subscope
from graphql_erp.reading.statement import Slot
from graphql_erp.reading.values import read_offset
from graphql_erp.registry.model import FieldDef

OpenScope = Callable[[], Scope]


@dataclass(frozen=True, slots=True)
class RecordJson:
    """How the records in groups become JSON; what makes records knows groups, not the reverse."""

    columns: Callable[[Scope, ObjectPlan], list[Column]]
    """Members of a record's answer object."""
    connection: Callable[[Build, PagePlan, OpenScope], Column]
    """A page of records, of those a scope is opened over."""


_MARK = "groups"
_MAX_CURSOR_DIGITS = 18
_TIMEZONE = ValueType(Kind.TEXT, nullable=False)


@dataclass(frozen=True, slots=True)
class _Key:
    """One grouping item: its plan, its field and its column."""

    plan: GroupKey
    field: FieldDef
    column: Column

    def json(self, column: Column) -> Column:
        """Return the JSON form of the key's value; a moment cut to a period stays a moment."""
        return self.field.type.to_json_sql(column)


def groups_json(
    build: Build, plan: Groups, open_scope: OpenScope, record_json: RecordJson
) -> Column:
    """Return the `groups` object over filtered records.

    Args:
        build: The statement at hand.
        plan: What was asked.
        open_scope: Gives the filtered records, afresh for each use.
        record_json: Makes the JSON of records.
    """
    columns: list[Column] = []
    for member in plan.members:
        match member.value:
            case GroupNodes(members):
                value = _nodes(build, plan, open_scope, members, record_json)
            case GroupTotal():
                value = _total(build, plan, open_scope)
            case PageInfo(members):
                value = _page_info(build, plan, open_scope, members)
            case TypeName(name):
                value = json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of groups.")
        columns.append(labelled(value, member.key))
    return json_object(build, columns)


def _nodes(
    build: Build,
    plan: Groups,
    open_scope: OpenScope,
    members: tuple[Member, ...],
    record_json: RecordJson,
) -> Column:
    aggregates = tuple(
        part
        for member in members
        if isinstance(member.value, AggregateValue)
        for part in member.value.members
    )
    scope, keys, grouped = _grouped(build, plan, open_scope, aggregates)
    group = _cut(build, plan, grouped, plan.limit).subquery(build.alias_name("g"))
    open_group = _within(build, plan, open_scope, group)
    columns = []
    for member in members:
        match member.value:
            case GroupKeyValue(inner):
                value = _key_object(build, keys, group, inner, record_json)
            case GroupValues():
                value = json_by_name(
                    (key.plan.name, key.json(group.c[f"key{number}"]))
                    for number, key in enumerate(keys)
                )
            case AggregateCount():
                value = group.c[COUNT]
            case AggregateValue(inner):
                parts = aggregate_members(build, scope.definition, inner, group)
                value = json_object(build, parts, group)
            case Groups():
                value = groups_json(build, member.value, open_group, record_json)
            case GroupRecords(page):
                value = record_json.connection(build, page, open_group)
            case TypeName(name):
                value = json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of a group.")
        columns.append(labelled(value, member.key))
    return json_list(build, sa.select(*columns).select_from(group))


def _grouped(
    build: Build, plan: Groups, open_scope: OpenScope, aggregates: tuple[Member, ...]
) -> tuple[Scope, list[_Key], sa.Select[Any]]:
    """Return the select of all groups: key0, key1, ..., count and the aggregates."""
    scope = open_scope()
    keys = [_key(build, scope, item) for item in plan.by]
    names = aggregated_fields(aggregates)
    names.update((item.sum, None) for item in plan.order if item.sum)
    rows = scope.select(
        *(key.column.label(f"key{number}") for number, key in enumerate(keys)),
        *(scope.value(name).label(f"value_{name}") for name in names),
    ).subquery(build.alias_name("rows"))
    fields = {name: rows.c[f"value_{name}"] for name in names}
    group_columns = [rows.c[f"key{number}"] for number in range(len(keys))]
    statement = sa.select(
        *group_columns,
        *(column.label(label) for label, column in aggregate_columns(aggregates, fields).items()),
    ).group_by(*group_columns)
    ordered: list[Any] = []
    for item in plan.order:
        if item.key is not None:
            terms = text_terms(group_columns[item.key], keys[item.key].field.type.value_type())
        elif item.sum:
            terms = [sa.func.sum(fields[item.sum])]
        else:
            terms = [sa.func.count()]
        ordered.extend(term.desc().nulls_last() if item.descending else term for term in terms)
    for column, key in zip(group_columns, keys, strict=True):
        ordered.extend(text_terms(column, key.field.type.value_type()))
    return scope, keys, statement.order_by(*ordered)


def _cut(build: Build, plan: Groups, statement: sa.Select[Any], limit: int) -> sa.Select[Any]:
    statement = statement.limit(sa.literal_column(str(limit)))
    skipped = _skipped(build, plan)
    return statement if skipped is None else statement.offset(skipped)


def _skipped(build: Build, plan: Groups) -> Column | None:
    """Return how many groups come before the page: a group's cursor is its number."""
    parts: list[Column] = []
    integer = ValueType(Kind.INTEGER)
    if plan.after is not None:
        slot = Slot(plan.after, integer, _read_group_cursor)
        parts.append(build.bind_slot(slot, "group cursor"))
    if plan.offset is not None:
        parts.append(build.bind_slot(Slot(plan.offset, integer, read_offset), "offset"))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else parts[0] + parts[1]


def _read_group_cursor(text: Any) -> int:
    """Return how many groups come before the page that follows a cursor."""
    number = read_cursor(text, _MARK, 1)[0] or ""
    if number.isascii() and number.isdigit() and len(number) <= _MAX_CURSOR_DIGITS:
        return int(number)
    raise BadCursor("The cursor is damaged.", hint="Ask for a fresh one.")


def _key(build: Build, scope: Scope, item: GroupKey) -> _Key:
    column, field = scope.at(item.path)
    if item.granularity:
        unit: Column = sa.literal_column(f"'{item.granularity}'")
        if field.type.kind is Kind.DATETIME:
            zone = build.bind(Name("timezone"), _TIMEZONE)
            column = sa.func.date_trunc(unit, column, zone)
        else:
            column = sa.cast(sa.func.date_trunc(unit, sa.cast(column, sa.DateTime())), sa.Date())
    return _Key(item, field, column)


def _key_object(
    build: Build,
    keys: list[_Key],
    group: sa.FromClause,
    members: Iterable[Member],
    record_json: RecordJson,
) -> Column:
    places: dict[tuple[str, ...], int] = {}
    for number, key in enumerate(keys):
        places.setdefault(key.plan.path, number)
    columns: list[Column] = []
    for member in members:
        match member.value:
            case FieldValue(field) | ToOne(field) if (field,) not in places:
                value: Column = sa.literal_column("NULL::text")
            case FieldValue(field):
                number = places[field,]
                value = keys[number].json(group.c[f"key{number}"])
            case ToOne(field, plan):
                number = places[field,]
                target = Subscope(build, plan.model, build.readable_table(plan.model, ("", field)))
                target.outer = (group,)
                target.where.append(target.source.c["id"] == group.c[f"key{number}"])
                inner = target.select(*record_json.columns(target, plan))
                value = row_json(inner, build.alias_name("x")).scalar_subquery()
            case TypeName(name):
                value = json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of a group's key.")
        columns.append(labelled(value, member.key))
    return json_object(build, columns, group)


def _within(build: Build, plan: Groups, open_scope: OpenScope, group: sa.FromClause) -> OpenScope:
    """Return the records of one group, for groups inside it and for its page."""

    def open_group() -> Scope:
        scope = open_scope()
        for number, item in enumerate(plan.by):
            key = _key(build, scope, item)
            value = group.c[f"key{number}"]
            is_certain = len(item.path) == 1 and not key.field.type.value_type().nullable
            # Plain equality can be served by an index.
            same = key.column == value if is_certain else key.column.is_not_distinct_from(value)
            scope.where.append(same)
        scope.outer = (*scope.outer, group)
        return scope

    return open_group


def _total(build: Build, plan: Groups, open_scope: OpenScope) -> Column:
    _, _, grouped = _grouped(build, plan, open_scope, ())
    groups = grouped.order_by(None).subquery(build.alias_name("all_groups"))
    return sa.select(sa.func.count()).select_from(groups).scalar_subquery()


def _page_info(
    build: Build, plan: Groups, open_scope: OpenScope, members: Iterable[Member]
) -> Column:
    _, _, grouped = _grouped(build, plan, open_scope, ())
    page = _cut(build, plan, grouped.order_by(None), plan.limit + 1)
    found = page.subquery(build.alias_name("found"))
    size = (
        sa.select(sa.func.count().label("size")).select_from(found).subquery(build.alias_name("s"))
    )
    skipped = _skipped(build, plan)
    start: Column = sa.literal_column("0") if skipped is None else skipped
    limit: Column = sa.literal_column(str(plan.limit))
    shown = sa.func.least(size.c["size"], limit)
    facts: dict[str, Column] = {
        "hasNextPage": size.c["size"] > limit,
        "hasPreviousPage": start > sa.literal_column("0"),
        "startCursor": _group_cursor(shown, start + sa.literal_column("1")),
        "endCursor": _group_cursor(shown, start + shown),
    }
    columns = []
    for member in members:
        fact = member.value
        match fact:
            case PageFact(name):
                value = facts[name]
            case TypeName(name):
                value = json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of pageInfo.")
        columns.append(labelled(value, member.key))
    statement = sa.select(*columns).select_from(size)
    return row_json(statement, build.alias_name("x")).scalar_subquery()


def _group_cursor(shown: Column, number: Column) -> Column:
    return sa.case(
        (shown > sa.literal_column("0"), cursor_column([number], _MARK)), else_=sa.null()
    )
