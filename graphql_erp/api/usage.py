"""How an operation uses its variables: which of them change the SQL."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from enum import Enum, auto
from typing import Any

from graphql import (
    ArgumentNode,
    DocumentNode,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLSchema,
    ListValueNode,
    ObjectFieldNode,
    OperationDefinitionNode,
    TypeInfo,
    TypeInfoVisitor,
    VariableDefinitionNode,
    VariableNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    type_from_ast,
    visit,
)

from graphql_erp.api.node_id import read_node_id

BY_VALUE_SCALARS = frozenset({"Boolean", "QExpr"})
PAGE_SIZES = frozenset({"first", "last"})

Key = Callable[[Mapping[str, Any]], Hashable]


class Use(Enum):
    """What of a variable a plan depends on."""

    PRESENCE = auto()
    """Whether it is absent, null or there: its value is a bound parameter."""
    SHAPE = auto()
    """Which members an input object has: their values are bound parameters."""
    VALUE = auto()
    """The value itself: page sizes, enums, booleans, Q expressions."""
    NODE_ID = auto()
    """The model in a global id."""
    WRITTEN = auto()
    """Nothing: it is an argument of a mutation's root field, which is read anew each time."""


class _UsageVisitor(Visitor):
    def __init__(self, schema: GraphQLSchema, type_info: TypeInfo) -> None:
        super().__init__()
        self.type_info = type_info
        self._mutation = schema.mutation_type
        self.uses: dict[str, set[Use]] = {}

    def enter_variable(
        self, node: VariableNode, _key: Any, parent: Any, _path: Any, ancestors: list[Any]
    ) -> None:
        if isinstance(parent, VariableDefinitionNode):
            return
        use = self._use(parent, ancestors)
        self.uses.setdefault(node.name.value, set()).add(use)

    def _use(self, parent: Any, ancestors: list[Any]) -> Use:
        if self._is_written:
            return Use.WRITTEN
        input_type = self.type_info.get_input_type()
        named = get_named_type(input_type) if input_type else None
        if isinstance(named, GraphQLInputObjectType):
            return Use.SHAPE
        if isinstance(named, GraphQLEnumType) or (named and named.name in BY_VALUE_SCALARS):
            return Use.VALUE
        if isinstance(parent, ArgumentNode):
            if parent.name.value in PAGE_SIZES:
                return Use.VALUE
            if parent.name.value == "nodeId":
                return Use.NODE_ID
            return Use.PRESENCE
        if isinstance(parent, ObjectFieldNode) and is_name(
            get_named_type(self.type_info.get_parent_input_type()), parent.name.value
        ):
            return Use.VALUE
        is_item = bool(ancestors) and isinstance(ancestors[-1], ListValueNode)
        return Use.VALUE if is_item and not isinstance(parent, ObjectFieldNode) else Use.PRESENCE

    @property
    def _is_written(self) -> bool:
        """Whether the visitor is in an argument of a mutation's root field."""
        info = self.type_info
        parent = info.get_parent_type()
        return parent is not None and parent is self._mutation and info.get_directive() is None


def variable_uses(schema: GraphQLSchema, document: DocumentNode) -> dict[str, set[Use]]:
    """Return how a document uses its variables, by name."""
    type_info = TypeInfo(schema)
    visitor = _UsageVisitor(schema, type_info)
    visit(document, TypeInfoVisitor(type_info, visitor))
    return visitor.uses


def variable_key(
    uses: Mapping[str, set[Use]], schema: GraphQLSchema, operation: OperationDefinitionNode
) -> Key:
    """Return the function from coerced variables to the part of a plan's key they make."""
    parts: list[tuple[str, Callable[[Any], Hashable]]] = []
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        used = uses.get(name, {Use.PRESENCE})
        if used == {Use.WRITTEN}:
            continue
        parts.append((name, _reader(used, type_from_ast(schema, definition.type))))
    if not parts:
        return lambda _variables: ()
    return lambda variables: tuple(
        read(variables[name]) if name in variables else "absent" for name, read in parts
    )


def _reader(uses: set[Use], input_type: Any) -> Callable[[Any], Hashable]:
    if Use.VALUE in uses:
        return _frozen
    if Use.NODE_ID in uses:
        return lambda value: read_node_id(value)[0]
    if Use.SHAPE in uses:
        return lambda value: shape(value, input_type)
    return lambda value: value is None


def _frozen(value: Any) -> Hashable:
    if isinstance(value, list):
        return tuple(_frozen(item) for item in value)
    if isinstance(value, dict):
        return tuple((key, _frozen(item)) for key, item in value.items())
    if isinstance(value, bool):
        return ("boolean", value)
    hashable: Hashable = value
    return hashable


def shape(value: Any, input_type: GraphQLInputType) -> Hashable:
    """Return what of an input value changes the SQL: members, enums and booleans, lengths."""
    if value is None:
        return None
    nullable = get_nullable_type(input_type)
    if isinstance(nullable, GraphQLInputObjectType):
        members = value.items()
        return tuple(
            (name, item if is_name(nullable, name) else shape(item, nullable.fields[name].type))
            for name, item in members
        )
    if isinstance(nullable, GraphQLEnumType) or is_by_value(nullable):
        return _frozen(value)
    if isinstance(nullable, GraphQLList):
        if isinstance(get_named_type(nullable), GraphQLInputObjectType | GraphQLEnumType):
            return tuple(shape(item, nullable.of_type) for item in value)
        return "list"
    return "value"


def is_by_value(input_type: Any) -> bool:
    """Tell whether a scalar's value, not only its presence, changes the SQL."""
    return getattr(input_type, "name", "") in BY_VALUE_SCALARS


def is_name(input_type: Any, member: str) -> bool:
    """Tell whether a member names something in the answer: `as` of a grouping item."""
    return member == "as" and getattr(input_type, "name", "").endswith("GroupingBy")
