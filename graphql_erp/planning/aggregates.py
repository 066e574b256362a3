"""Arguments and members of aggregates, counts and groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql_erp.expressions.tree import Kind
from graphql_erp.planning.pages import PageLimits, check_hops, check_number, read_page
from graphql_erp.planning.plan import (
    AggregateCount,
    AggregateFields,
    CountDistinct,
    CountFact,
    FieldValue,
    GroupKey,
    GroupOrder,
    Groups,
    Member,
    TypeName,
    Value,
)
from graphql_erp.planning.request import Selected
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry

_LONGEST_ALIAS = 63


def plan_count_members(item: Selected) -> tuple[Member, ...]:
    """Return the members of a `count(mode:)` object."""
    return tuple(
        Member(
            part.key,
            TypeName(part.type_name) if part.name == "__typename" else CountFact(part.name),
        )
        for part in item.fields
    )


def plan_aggregate_members(definition: ModelDef, item: Selected) -> tuple[Member, ...]:
    """Return the members of an `aggregate` object."""
    return tuple(Member(part.key, _aggregate_value(definition, part)) for part in item.fields)


def _aggregate_value(definition: ModelDef, item: Selected) -> Value:
    match item.name:
        case "count":
            return AggregateCount()
        case "countDistinct":
            return CountDistinct(item.arguments["field"])
        case "sum" | "avg" | "min" | "max":
            members = tuple(
                Member(
                    part.key,
                    TypeName(part.type_name)
                    if part.name == "__typename"
                    else FieldValue(definition.by_graphql_name[part.name].name),
                )
                for part in item.fields
            )
            return AggregateFields(item.name, members)
        case _:
            return TypeName(item.type_name)


def plan_groups(
    registry: Registry, definition: ModelDef, item: Selected, limits: PageLimits
) -> Groups:
    """Return the plan of `groups`, still without members.

    Raises:
        BadUserInput: Nothing to group by, an item that names no single field, a granularity on a
            field that is no date, or two items of one name.
        PageTooLarge: More groups were asked for than a page may hold.
    """
    asked = item.arguments.get("by") or []
    items = asked if isinstance(asked, list) else [asked]
    if not items:
        raise item.refuse("`by` names nothing to group by.", "Give at least one field.")
    check_number(items, "by", item)
    by = tuple(_group_key(registry, definition, part, item) for part in items)
    names = [key.name for key in by]
    if len(set(names)) != len(names):
        raise item.refuse(
            "Two items of `by` have the same name.",
            "Name them apart with `as:`.",
        )
    page = read_page(item, limits)
    orders = item.arguments.get("orderBy") or []
    listed = orders if isinstance(orders, list) else [orders]
    check_number(listed, "orderBy", item)
    order = tuple(_group_order(definition, by, part, item) for part in listed)
    return Groups(
        by=by, members=(), order=order, limit=page.limit, after=page.after, offset=page.offset
    )


def _group_key(
    registry: Registry, definition: ModelDef, item: Mapping[str, Any], selected: Selected
) -> GroupKey:
    path: list[str] = []
    names: list[str] = []
    alias, granularity = item.get("as"), item.get("granularity")
    while True:
        parts = {
            key: value
            for key, value in item.items()
            if key not in {"as", "granularity"} and value is not None
        }
        if len(parts) != 1:
            raise selected.refuse(
                "Each item of `by` names exactly one field.",
                "Write {field: NAME} or {company: {field: NAME}}.",
            )
        name, value = next(iter(parts.items()))
        alias = item.get("as") or alias
        granularity = item.get("granularity") or granularity
        if name == "field" and isinstance(value, str):
            field = definition.fields[value]
            path.append(field.name)
            names.append(field.graphql_name)
            break
        hop = definition.by_graphql_name[name]
        if hop.relation is None:
            raise selected.refuse(f"`{name}` leads nowhere.", "Use {field: ...}.")
        path.append(hop.name)
        names.append(name)
        check_hops(path, selected)
        definition, item = registry.models[hop.relation.target], value
    _check_granularity(field, granularity, selected)
    if alias:
        _check_alias(alias, selected)
    return GroupKey(tuple(path), alias or ".".join(names), (granularity or "").lower())


def _check_alias(alias: str, selected: Selected) -> None:
    """Check that a name can be one: it is written into the statement and into every group."""
    if len(alias) > _LONGEST_ALIAS or not alias.isprintable():
        shown = ascii(alias[:20])[1:-1]
        raise selected.refuse(
            f'`as: "{shown}"` is not a name.',
            f"Use at most {_LONGEST_ALIAS} characters, all of them visible.",
        )


def _check_granularity(field: FieldDef, granularity: object, selected: Selected) -> None:
    if granularity and field.type.kind not in {Kind.DATE, Kind.DATETIME}:
        raise selected.refuse(
            f"`granularity` needs a date; `{field.graphql_name}` is a {field.type.name}.",
            "Leave it out.",
        )


def _group_order(
    definition: ModelDef, by: tuple[GroupKey, ...], item: Mapping[str, Any], selected: Selected
) -> GroupOrder:
    direction = str(item.get("count") or item.get("direction") or "DESC")
    descending = direction.startswith("DESC")
    if item.get("sum"):
        return GroupOrder(descending, sum=item["sum"])
    if item.get("key") is None:
        return GroupOrder(descending)
    name = definition.fields[item["key"]].name
    for number, key in enumerate(by):
        if key.path == (name,):
            return GroupOrder(descending, key=number)
    raise selected.refuse(
        f"`orderBy` names the key {definition.fields[name].graphql_name}, which `by` does not.",
        "Order by a field that is grouped by, by count or by sum.",
    )
