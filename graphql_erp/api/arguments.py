"""Argument values of a document as plain values with leaves of the expression tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql import (
    EnumValueNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLScalarType,
    ListValueNode,
    NullValueNode,
    ObjectValueNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
)

from graphql_erp.api.usage import PAGE_SIZES, is_by_value, is_name
from graphql_erp.expressions.tree import Kind, Literal, Parameter, ValueType

_KINDS = {
    "ID": Kind.RECORD,
    "Int": Kind.INTEGER,
    "BigInt": Kind.INTEGER,
    "Float": Kind.FLOAT,
    "Decimal": Kind.DECIMAL,
    "Boolean": Kind.BOOLEAN,
    "Date": Kind.DATE,
    "DateTime": Kind.DATETIME,
    "Time": Kind.TIME,
    "JSON": Kind.JSON,
    "Binary": Kind.BINARY,
}
ABSENT = object()


def read_arguments(
    field: GraphQLField, node: FieldNode, variables: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the arguments given to a field; absent ones are left out.

    So are nulls, but for arguments with a default: there null and nothing differ.

    Input objects become dicts, enums and booleans plain values, page sizes numbers; every other
    scalar becomes a `Literal`, or a `Parameter` named after the variable it comes from. Variables
    are coerced and the document is valid, so nothing is checked again here.
    """
    values: dict[str, Any] = {}
    for argument in node.arguments or ():
        name = argument.name.value
        known = field.args[name]
        value = _read(argument.value, known.type, variables, name in PAGE_SIZES)
        if value is None and known.default_value is Undefined:
            continue
        if value is not ABSENT:
            values[name] = value
    return values


def _read(
    node: ValueNode,
    input_type: GraphQLInputType,
    variables: Mapping[str, Any],
    by_value: bool,  # noqa: FBT001
) -> Any:
    if isinstance(node, VariableNode):
        name = node.name.value
        if name not in variables:
            return ABSENT
        return _from_variable(variables[name], input_type, name, by_value)
    if isinstance(node, NullValueNode):
        return None
    nullable = get_nullable_type(input_type)
    if isinstance(nullable, GraphQLList):
        return _read_list(node, nullable, variables)
    if isinstance(nullable, GraphQLInputObjectType) and isinstance(node, ObjectValueNode):
        members = (
            (
                item.name.value,
                _read(
                    item.value,
                    nullable.fields[item.name.value].type,
                    variables,
                    is_name(nullable, item.name.value),
                ),
            )
            for item in node.fields
        )
        return {name: value for name, value in members if value is not ABSENT}
    if isinstance(nullable, GraphQLEnumType) and isinstance(node, EnumValueNode):
        return nullable.values[node.value].value
    literal: Any = nullable
    return _scalar(nullable, literal.coerce_input_literal(node), by_value)


def _read_list(node: ValueNode, input_type: GraphQLList[Any], variables: Mapping[str, Any]) -> Any:
    items = node.values if isinstance(node, ListValueNode) else (node,)
    values = [_read(item, input_type.of_type, variables, False) for item in items]  # noqa: FBT003
    values = [value for value in values if value is not ABSENT]
    if not _is_list_of_scalars(input_type):
        return values
    return Literal(
        tuple(
            variables[item.key] if isinstance(item, Parameter) else getattr(item, "value", item)
            for item in values
        )
    )


def _scalar(input_type: Any, value: Any, by_value: bool) -> Any:  # noqa: FBT001
    return value if by_value or is_by_value(input_type) else Literal(value)


def _from_variable(
    value: Any,
    input_type: GraphQLInputType,
    key: str,
    by_value: bool,  # noqa: FBT001
) -> Any:
    nullable = get_nullable_type(input_type)
    if value is None or by_value or is_by_value(nullable):
        return value
    if isinstance(nullable, GraphQLInputObjectType):
        return {
            name: _from_variable(
                item, nullable.fields[name].type, f"{key}.{name}", is_name(nullable, name)
            )
            for name, item in value.items()
        }
    if isinstance(nullable, GraphQLEnumType):
        return value
    if isinstance(nullable, GraphQLList):
        if _is_list_of_scalars(nullable):
            named = get_named_type(nullable)
            return Parameter(key, ValueType(_kind(named), many=True))
        return [
            _from_variable(item, nullable.of_type, f"{key}.{number}", False)  # noqa: FBT003
            for number, item in enumerate(value)
        ]
    return Parameter(key, ValueType(_kind(nullable)))


def _is_list_of_scalars(input_type: GraphQLList[Any]) -> bool:
    named = get_named_type(input_type)
    return isinstance(named, GraphQLScalarType) and not is_by_value(named)


def _kind(named: Any) -> Kind:
    return _KINDS.get(named.name, Kind.TEXT)
