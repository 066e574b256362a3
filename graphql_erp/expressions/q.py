"""Q: a condition as written, not yet bound to a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.raw import F, RawCondition, RawItem, RawNode, raw_value

__all__ = ["F", "Q"]

Connector = Literal["call", "and", "or", "not"]


@dataclass(frozen=True, slots=True, init=False)
class Q(RawCondition):
    """A condition on records; combined with `&`, `|` and `~`.

    All keywords of one call must hold, and those over the same to-many relation speak of the same
    related record; `Q(...) & Q(...)` are independent. `Q()` restricts nothing.

    Example:
        Q(name__icontains="acme", stage__is_won=False) & ~Q(tags__name="lost")
    """

    connector: Connector
    """`call` for one `Q(...)` as written; the others say how `items` are joined."""
    items: tuple[RawNode, ...]

    def __init__(self, *conditions: RawCondition, **lookups: Any) -> None:
        for condition in conditions:
            _require_condition(condition)
        items = tuple(RawItem(path, raw_value(operand)) for path, operand in lookups.items())
        _fill(self, "call", (*conditions, *items), None)

    def __and__(self, other: RawCondition) -> Q:
        """Return a condition that needs both."""
        return joined("and", (self, _require_condition(other)))

    def __or__(self, other: RawCondition) -> Q:
        """Return a condition that needs one of both."""
        return joined("or", (self, _require_condition(other)))

    def __invert__(self) -> Q:
        """Return the complement: all records for which this is not true."""
        return joined("not", (self,))


def joined(connector: Connector, items: tuple[RawNode, ...], offset: int | None = None) -> Q:
    """Return items under one connector; equal connectors below are merged."""
    flat: list[RawNode] = []
    for item in items:
        if connector != "not" and isinstance(item, Q) and item.connector == connector != "call":
            flat.extend(item.items)
        else:
            flat.append(item)
    q = object.__new__(Q)
    _fill(q, connector, tuple(flat), offset)
    return q


def _fill(q: Q, connector: Connector, items: tuple[RawNode, ...], offset: int | None) -> None:
    object.__setattr__(q, "connector", connector)
    object.__setattr__(q, "items", items)
    object.__setattr__(q, "offset", offset)


def _require_condition(value: object) -> RawCondition:
    if isinstance(value, RawCondition):
        return value
    raise ExpressionError(
        f"A {type(value).__name__} is not a condition.", hint="Write Q(field__lookup=value)."
    )
