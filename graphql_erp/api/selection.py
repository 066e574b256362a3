"""Selection sets -> Selected: fragments merged, directives applied, arguments read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
)
from graphql.execution.values import VariableValues

from graphql_erp.api.arguments import read_arguments
from graphql_erp.api.input_budget import InputBudget
from graphql_erp.errors import PathItem
from graphql_erp.planning.request import Selected


@dataclass(frozen=True, slots=True)
class SelectionReader:
    """Reads the selections of one operation with its coerced variables."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    values: VariableValues
    budget: InputBudget = field(default_factory=InputBudget)

    @property
    def variables(self) -> Mapping[str, Any]:
        """The coerced variables by name."""
        return self.values.coerced

    def read(
        self,
        parent: GraphQLObjectType,
        selections: Iterable[SelectionSetNode],
        path: tuple[PathItem, ...] = (),
    ) -> tuple[Selected, ...]:
        """Return the fields selected on an object type, in the order of the answer."""
        collected: dict[str, list[FieldNode]] = {}
        for selection_set in selections:
            self._collect(parent, selection_set, collected)
        return tuple(self.selected(parent, key, nodes, path) for key, nodes in collected.items())

    def beneath(
        self, runtime_type: str, nodes: Iterable[FieldNode], path: tuple[PathItem, ...]
    ) -> tuple[Selected, ...]:
        """Return what is selected beneath a field whose object turns out to be of a type."""
        concrete = self.schema.type_map[runtime_type]
        if not isinstance(concrete, GraphQLObjectType):
            raise TypeError(f"{runtime_type} is not an object type.")
        sets = [node.selection_set for node in nodes if node.selection_set]
        return self.read(concrete, sets, path)

    def collect(
        self, parent: GraphQLObjectType, selection_set: SelectionSetNode
    ) -> dict[str, list[FieldNode]]:
        """Return the field nodes of a selection set by name in the answer."""
        collected: dict[str, list[FieldNode]] = {}
        self._collect(parent, selection_set, collected)
        return collected

    def selected(
        self,
        parent: GraphQLObjectType,
        key: str,
        nodes: list[FieldNode],
        path: tuple[PathItem, ...] = (),
    ) -> Selected:
        """Return one field of an object type; objects of interfaces are read by `beneath`."""
        first = nodes[0]
        name = first.name.value
        here = (*path, key)
        location = _location(first)
        if name == "__typename":
            return Selected(key, name, type_name=parent.name, path=here, location=location)
        field_type = parent.fields[name]
        target = get_named_type(field_type.type)
        fields: tuple[Selected, ...] = ()
        if isinstance(target, GraphQLObjectType):
            fields = self.beneath(target.name, nodes, here)
        variants: Mapping[str, tuple[Selected, ...]] = {}
        if isinstance(target, GraphQLUnionType):
            variants = {item.name: self.beneath(item.name, nodes, here) for item in target.types}
        arguments = read_arguments(field_type, first, self.variables)
        self.budget.spend(list(arguments.values()))
        return Selected(
            key=key,
            name=name,
            arguments=arguments,
            fields=fields,
            variants=variants,
            path=here,
            location=location,
        )

    def _collect(
        self,
        parent: GraphQLObjectType,
        selection_set: SelectionSetNode,
        collected: dict[str, list[FieldNode]],
    ) -> None:
        for node in selection_set.selections:
            if not self._is_included(node.directives):
                continue
            match node:
                case FieldNode():
                    key = node.alias.value if node.alias else node.name.value
                    collected.setdefault(key, []).append(node)
                case InlineFragmentNode():
                    condition = node.type_condition
                    if condition is None or self._applies(condition.name.value, parent):
                        self._collect(parent, node.selection_set, collected)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    if self._applies(fragment.type_condition.name.value, parent):
                        self._collect(parent, fragment.selection_set, collected)

    def _applies(self, condition: str, parent: GraphQLObjectType) -> bool:
        if condition == parent.name:
            return True
        named = self.schema.type_map.get(condition)
        if not isinstance(named, GraphQLInterfaceType | GraphQLUnionType):
            return False
        return self.schema.is_sub_type(named, parent)

    def _is_included(self, directives: Iterable[DirectiveNode] | None) -> bool:
        for directive in directives or ():
            name = directive.name.value
            if name not in {"skip", "include"}:
                continue
            (argument,) = directive.arguments or ()
            value = argument.value
            flag = (
                self.variables[value.name.value]
                if isinstance(value, VariableNode)
                else getattr(value, "value", False)
            )
            if bool(flag) != (name == "include"):
                return False
        return True


def _location(node: FieldNode) -> tuple[int, int]:
    if node.loc is None:
        return (0, 0)
    # The library's own look-up reads the document from its start each time.
    place = node.loc.start_token
    return (place.line, place.column)
