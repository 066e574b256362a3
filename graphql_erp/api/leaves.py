"""Leaves of the expression tree in arguments -> the values behind them, at run time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql_erp.expressions.tree import Literal, Parameter


def given_values(arguments: Mapping[str, Any], variables: Mapping[str, Any]) -> dict[str, Any]:
    """Return arguments as plain values.

    Args:
        arguments: Values, input objects and leaves, as `read_arguments` gives them.
        variables: The coerced variables.
    """
    return {name: _value(item, variables) for name, item in arguments.items()}


def _value(item: Any, variables: Mapping[str, Any]) -> Any:
    match item:
        case Literal(value=value):
            return value
        case Parameter(key=key):
            return _variable(key, variables)
        case dict():
            return given_values(item, variables)
        case list():
            return [_value(part, variables) for part in item]
        case _:
            return item


def _variable(key: str, variables: Mapping[str, Any]) -> Any:
    first, *rest = key.split(".")
    value: Any = variables[first]
    for step in rest:
        value = value[int(step)] if isinstance(value, list) else value[step]
    return value
