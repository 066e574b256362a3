"""Constants out of conditions, so that one statement serves all conditions of a shape."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from graphql_erp.expressions.tree import (
    And,
    Condition,
    Counted,
    Literal,
    Lookup,
    Node,
    Not,
    Or,
    Parameter,
    Related,
)
from graphql_erp.expressions.types import literal_type

_PAIRS = frozenset({"between"})


def lift(condition: Condition | None) -> tuple[Condition | None, dict[str, Any]]:
    """Return a condition with parameters for its operands, and their values by key."""
    values: dict[str, Any] = {}
    return (None, values) if condition is None else (_lifted(condition, values), values)


def _lifted(node: Condition, values: dict[str, Any]) -> Condition:
    match node:
        case And(items):
            return And(tuple(_lifted(item, values) for item in items))
        case Or(items):
            return Or(tuple(_lifted(item, values) for item in items))
        case Not(item):
            return Not(_lifted(item, values))
        case Related(relation, quantifier, where):
            return Related(relation, quantifier, _lifted(where, values))
        case Counted(relation, where, lookup, operand):
            inner = _lifted(where, values)
            return Counted(relation, inner, lookup, _operand(lookup, operand, values))
        case Lookup(value, lookup, operand):
            return Lookup(value, lookup, _operand(lookup, operand, values))
    return node


def _operand(lookup: str, operand: Node, values: dict[str, Any]) -> Node:
    if not isinstance(operand, Literal) or lookup in _PAIRS:
        return operand
    value = operand.value
    # A flag is part of the text, null has no type, and an empty list has none either.
    if value is None or isinstance(value, bool) or value == ():
        return operand
    key = f"value{len(values) + 1}"
    values[key] = value
    # The places of one constant would make a shape of their own.
    return Parameter(key, replace(literal_type(value), scale=None))
