"""Arguments of a connection: filter, order and page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql_erp.errors import PageTooLarge
from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import (
    Condition,
    Lookup,
    Node,
    Or,
    Path,
    conjunction,
)
from graphql_erp.expressions.wire import from_filter
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.planning.archived import plan_archived
from graphql_erp.planning.request import Selected
from graphql_erp.registry.model import ModelDef, OrderKey
from graphql_erp.registry.registry import Registry

MAX_KEYS = 20
"""Keys of an ordering or a grouping."""
MAX_HOPS = 10
"""Relations such a key may lead through; each joins a table."""


@dataclass(frozen=True, slots=True)
class PageLimits:
    """What a page may be at most, and is when nothing is said."""

    default: int = 50
    maximum: int = 500
    count_cap: int = 10_000
    nodes: int = 100_000


@dataclass(frozen=True, slots=True)
class Page:
    """The page arguments of one connection."""

    limit: int
    is_backward: bool
    after: Node | None
    before: Node | None
    offset: Node | None


def read_page(selected: Selected, limits: PageLimits) -> Page:
    """Return the page arguments of a connection.

    Raises:
        PageTooLarge: More than the maximum was asked for.
        BadUserInput: The arguments contradict each other.
    """
    arguments = selected.arguments
    first, last = arguments.get("first"), arguments.get("last")
    offset = arguments.get("offset")
    if first is not None and last is not None:
        raise selected.refuse("Give `first` or `last`, not both.", "A page starts at one end.")
    if offset is not None and (last is not None or arguments.get("before") is not None):
        raise selected.refuse(
            "`offset` counts from the start and does not go with `last` or `before`.",
            "Use `first` with `offset`, or cursors.",
        )
    return Page(
        limit=_page_size(selected, "first" if last is None else "last", limits),
        is_backward=last is not None,
        after=arguments.get("after"),
        before=arguments.get("before"),
        offset=offset,
    )


def _page_size(selected: Selected, name: str, limits: PageLimits) -> int:
    size = selected.arguments.get(name)
    if size is None:
        return limits.default
    if not isinstance(size, int) or size < 0:
        raise selected.refuse(f"`{name}` must not be negative.", "Ask for 0 records or more.")
    if size > limits.maximum:
        raise PageTooLarge(
            f"`{name}: {size}` is more than the {limits.maximum} records a page may hold.",
            hint="Ask for smaller pages and follow `pageInfo.endCursor`.",
            path=selected.path,
            locations=[selected.location],
        )
    return size


def plan_where(registry: Registry, definition: ModelDef, selected: Selected) -> Condition | None:
    """Return the condition of `filter`, `q`, `search` and `archived` together.

    Raises:
        BadUserInput: One of them cannot be understood.
    """
    arguments = selected.arguments
    conditions: list[Condition | None] = []
    try:
        if arguments.get("filter") is not None:
            conditions.append(from_filter(registry, LOOKUPS, definition.name, arguments["filter"]))
        if arguments.get("q") is not None:
            raw = parse_condition(arguments["q"])
            conditions.append(bind_condition(registry, LOOKUPS, definition.name, raw))
    except ExpressionError as error:
        raise selected.refuse(error.message, error.hint) from error
    if arguments.get("search") is not None:
        conditions.append(_search(definition, selected))
    conditions.append(plan_archived(definition, arguments.get("archived")))
    return conjunction(*conditions)


def _search(definition: ModelDef, selected: Selected) -> Condition:
    if not definition.search:
        raise selected.refuse(
            f"{definition.name} has no text fields to search in.",
            "Use `filter`, or declare `search:` in the model.",
        )
    text = selected.arguments["search"]
    items = tuple(Lookup(Path((name,)), "icontains", text) for name in definition.search)
    return items[0] if len(items) == 1 else Or(items)


def plan_order(
    registry: Registry, definition: ModelDef, selected: Selected
) -> tuple[OrderKey, ...]:
    """Return the ordering asked for, else the model's own; always total, ending in the id.

    Raises:
        BadUserInput: An item does not name exactly one field.
    """
    items = selected.arguments.get("orderBy")
    if not items:
        return default_order(definition)
    items = _as_list(items)
    check_number(items, "orderBy", selected)
    keys = [_order_key(registry, definition, item, selected) for item in items]
    unique = {key.path: key for key in reversed(keys)}
    ordered = [unique[path] for path in dict.fromkeys(key.path for key in keys)]
    return total_order(definition, ordered)


def default_order(definition: ModelDef) -> tuple[OrderKey, ...]:
    """Return the model's own ordering."""
    return total_order(definition, definition.order_by)


def total_order(definition: ModelDef, keys: Sequence[OrderKey]) -> tuple[OrderKey, ...]:
    """Return the keys up to the first that tells all records apart; the id if none does.

    What follows such a key orders nothing, and would keep PostgreSQL from using its index alone.
    """
    for number, key in enumerate(keys):
        if len(key.path) == 1 and _is_identifying(definition, key.path[0]):
            return tuple(keys[: number + 1])
    return (*keys, OrderKey(("id",), descending=bool(keys) and keys[-1].descending))


def _is_identifying(definition: ModelDef, name: str) -> bool:
    if name == "id":
        return True
    is_unique = any(key.fields == (name,) for key in definition.unique)
    return is_unique and definition.fields[name].type.required


def check_number(items: Sequence[object], argument: str, selected: Selected) -> None:
    """Check the number of keys in an ordering or a grouping.

    Raises:
        BadUserInput: There are more than anybody needs.
    """
    if len(items) > MAX_KEYS:
        raise selected.refuse(
            f"`{argument}` has {len(items)} keys; the limit is {MAX_KEYS}.", "Give fewer keys."
        )


def check_hops(path: Sequence[str], selected: Selected) -> None:
    """Check the length of a path in an ordering or a grouping.

    Raises:
        BadUserInput: It leads through more relations than the limit.
    """
    if len(path) > MAX_HOPS:
        raise selected.refuse(
            f"A path leads through more than {MAX_HOPS} relations.", "Take a shorter path."
        )


def _as_list(items: object) -> Sequence[Any]:
    return items if isinstance(items, list) else [items]


def _order_key(
    registry: Registry, definition: ModelDef, item: Mapping[str, Any], selected: Selected
) -> OrderKey:
    path: list[str] = []
    while True:
        if len(item) != 1:
            raise selected.refuse(
                f"Each item of `orderBy` names exactly one field, this one names {len(item)}.",
                "Write [{name: ASC}, {id: DESC}]: one object per key.",
            )
        name, value = next(iter(item.items()))
        if value is None:
            raise selected.refuse(
                f"The direction of `{name}` is null.", "Give ASC or DESC, or leave it."
            )
        field = definition.by_graphql_name[name]
        path.append(field.name)
        if isinstance(value, str):
            direction, _, nulls = value.partition("_NULLS_")
            return OrderKey(
                tuple(path), direction == "DESC", {"FIRST": True, "LAST": False}.get(nulls)
            )
        if field.relation is None:
            raise selected.refuse(f"`{name}` leads nowhere.", "Give ASC or DESC.")
        check_hops(path, selected)
        definition, item = registry.models[field.relation.target], value
