"""Scalars: what clients may write and the Python value it is read as."""

import datetime as dt
import decimal
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NewType

from graphql import (
    FloatValueNode,
    GraphQLError,
    GraphQLScalarType,
    IntValueNode,
    StringValueNode,
    ValueNode,
    specified_scalar_types,
    value_from_ast_untyped,
)
from strawberry import ID
from strawberry.scalars import JSON
from strawberry.types.scalar import ScalarDefinition

from graphql_erp.api.shared_types import SCALARS
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.binary import Binary, parse_base64
from graphql_erp.fields.parse import (
    BIG_INTEGER_RANGE,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_integer,
    parse_text,
    parse_time,
)
from graphql_erp.fields.structured import Json
from graphql_erp.fields.temporal import Datetime, Time

BigInt = NewType("BigInt", int)
QExpr = NewType("QExpr", str)

_NUMBERS = {"Decimal", "BigInt"}
_NOTHING_FITTING = object()


def _parse_decimal(value: Any) -> decimal.Decimal:
    return parse_decimal(_written(value))


def _parse_big_int(value: Any) -> int:
    # A float is refused even when whole: above 2**53 it is no longer the number that was meant.
    fitting = value if isinstance(value, int | str) else None
    return parse_integer(fitting, BIG_INTEGER_RANGE)


def _written(value: Any) -> Any:
    return value if isinstance(value, int | float | str) else None


def _text_only(parse: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        return parse(value if isinstance(value, str) else None)

    return read


_READ: Mapping[str, Callable[[Any], Any]] = {
    "Decimal": _parse_decimal,
    "Date": _text_only(parse_date),
    "DateTime": _text_only(parse_datetime),
    "Time": _text_only(parse_time),
    "BigInt": _parse_big_int,
    "JSON": Json().clean,
    "Binary": parse_base64,
    "QExpr": _text_only(parse_text),
}
_WRITE: Mapping[str, Callable[[Any], Any]] = {
    "Decimal": lambda value: format(value, "f"),
    "Date": dt.date.isoformat,
    "DateTime": Datetime().to_json_python,
    "Time": Time().to_json_python,
    "BigInt": str,
    "JSON": lambda value: value,
    "Binary": Binary().to_json_python,
    "QExpr": str,
}
_PYTHON: Mapping[str, object] = {
    "Decimal": decimal.Decimal,
    "Date": dt.date,
    "DateTime": dt.datetime,
    "Time": dt.time,
    "BigInt": BigInt,
    "JSON": JSON,
    "Binary": bytes,
    "QExpr": QExpr,
}


def _scalar(name: str) -> GraphQLScalarType:
    def read(value: Any) -> Any:
        try:
            return _READ[name](value)
        except InvalidValue as error:
            raise GraphQLError(f"{name} {error}") from None

    def read_literal(node: ValueNode) -> Any:
        return read(_literal(name, node))

    return GraphQLScalarType(
        name,
        coerce_output_value=_WRITE[name],
        coerce_input_value=read,
        coerce_input_literal=read_literal,
        description=SCALARS[name],
    )


def _literal(name: str, node: ValueNode) -> Any:
    """Return what a literal says, numbers as text so that hostile ones are never converted."""
    if name == "JSON":
        return _json(node)
    match node:
        case StringValueNode():
            return node.value
        case IntValueNode() if name in _NUMBERS:
            return node.value
        case FloatValueNode():
            return 0.5
        case _:
            return _NOTHING_FITTING


def _json(node: ValueNode) -> Any:
    try:
        return value_from_ast_untyped(node)
    except ValueError:
        raise InvalidValue("must not hold numbers of thousands of digits.") from None


GRAPHQL_SCALARS: Mapping[str, GraphQLScalarType] = MappingProxyType(
    {name: _scalar(name) for name in SCALARS}
)
"""The scalars of our own, shared by all schemas."""

STRAWBERRY_SCALARS: Mapping[object, ScalarDefinition] = MappingProxyType(
    {
        _PYTHON[name]: ScalarDefinition(
            name=name,
            description=SCALARS[name],
            specified_by_url=None,
            serialize=None,
            parse_value=None,
            parse_literal=None,
            implementation=scalar,
        )
        for name, scalar in GRAPHQL_SCALARS.items()
    }
)
"""Strawberry's scalar map: Python type to scalar."""

PYTHON_TYPES: Mapping[str, object] = MappingProxyType(
    {**_PYTHON, "String": str, "ID": ID, "Int": int, "Float": float, "Boolean": bool}
)
"""The Python type by which Strawberry knows each scalar."""


def output_value(name: str, value: Any) -> Any:
    """Return a Python value as a scalar shows it in JSON.

    Raises:
        GraphQLError: It is no value of the scalar.
    """
    scalar = GRAPHQL_SCALARS.get(name) or specified_scalar_types[name]
    return scalar.coerce_output_value(value)
