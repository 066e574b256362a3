"""What a client gave of a list of input objects, without the defaults GraphQL filled in.

Writes that may meet a record that exists need it: a default is a value of new records only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    ValueNode,
    VariableNode,
)

_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Given:
    """What an operation was sent with."""

    operation: OperationDefinitionNode
    variables: Mapping[str, Any]
    """As they came, not coerced."""

    def rows(
        self, node: FieldNode, argument: str, coerced: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """Return the coerced objects of an argument with the members that were given.

        Args:
            node: The field with the argument.
            argument: Its name.
            coerced: The argument's value, defaults filled in.
        """
        (source,) = (item.value for item in node.arguments or () if item.name.value == argument)
        items = self._items(source)
        return [
            {name: value for name, value in row.items() if name in self._names(item)}
            for row, item in zip(coerced, items, strict=True)
        ]

    def _items(self, source: ValueNode) -> Sequence[Any]:
        """Return each object as a node or as it came in a variable."""
        found = self._resolved(source)
        if isinstance(found, ListValueNode):
            return [self._resolved(item) for item in found.values]
        return found if isinstance(found, list) else [found]

    def _names(self, item: Any) -> frozenset[str]:
        if not isinstance(item, ObjectValueNode):
            return frozenset(item)
        return frozenset(
            member.name.value
            for member in item.fields
            if self._resolved(member.value) is not _ABSENT
        )

    def _resolved(self, source: ValueNode) -> Any:
        """Return a node, or what came in its place; _ABSENT for a variable that was not given."""
        if not isinstance(source, VariableNode):
            return source
        name = source.name.value
        if name in self.variables:
            return self.variables[name]
        for definition in self.operation.variable_definitions or ():
            if definition.variable.name.value == name and definition.default_value is not None:
                return definition.default_value
        return _ABSENT
