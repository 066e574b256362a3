"""What a document names: models that are read, fields and methods, wherever they stand."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
)
from graphql.execution.values import (
    VariableValues,
    get_argument_values,
    get_directive_values,
    get_variable_values,
)
from oracle_grants import Case

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import Aggregate, Counted, Node, Path, Related
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry

_PARTS = ("Connection", "Edge", "Aggregate", "Numbers", "Extremes", "Grouping", "GroupingKey")


@dataclass
class Named:
    """The names found so far."""

    models: set[str] = field(default_factory=set)
    fields: set[tuple[str, str]] = field(default_factory=set)
    methods: set[tuple[str, str]] = field(default_factory=set)
    created: set[tuple[str, str]] = field(default_factory=set)
    """Models and what is done to them beside reading."""

    def refusals(self, case: Case) -> set[str]:
        """Return the codes with which a case refuses one of these names."""
        found = set()
        if not all(case.grants_any(model, "read") for model in self.models):
            found.add("FORBIDDEN")
        if not all(case.grants_any(*item) for item in self.created):
            found.add("FORBIDDEN")
        if not all(case.calls(*method) for method in self.methods):
            found.add("FORBIDDEN")
        if not all(case.sees(*place) for place in self.fields):
            found.add("FORBIDDEN_FIELD")
        return found


@dataclass
class Namer:
    """Walks one document."""

    registry: Registry
    schema: GraphQLSchema
    document: DocumentNode
    values: VariableValues
    named: Named = field(default_factory=Named)

    def run(self) -> Named:
        """Return what the document names."""
        for item in self.document.definitions:
            if isinstance(item, OperationDefinitionNode):
                root = self.schema.get_root_type(item.operation)
                assert root is not None
                self.selections(root.name, item.selection_set)
        return self.named

    def selections(self, type_name: str, given: SelectionSetNode) -> None:
        for node in self.nodes(type_name, given):
            kind: Any = self.schema.type_map[type_name]
            definition = kind.fields.get(node.name.value)
            if definition is None:
                continue
            arguments = get_argument_values(definition, node, self.values)
            inner = get_named_type(definition.type).name
            self.field(type_name, node, arguments, inner)

    def nodes(self, type_name: str, given: SelectionSetNode) -> Iterator[FieldNode]:
        """Give the fields that are selected of a type, those of fragments that fit among them."""
        for item in given.selections:
            if not self._is_included(item):
                continue
            match item:
                case FieldNode():
                    yield item
                case InlineFragmentNode(type_condition=condition, selection_set=inner):
                    if condition is None or condition.name.value in {type_name, "Record", "Node"}:
                        yield from self.nodes(type_name, inner)
                case FragmentSpreadNode(name=name):
                    fragment = self._fragment(name.value)
                    if fragment.type_condition.name.value in {type_name, "Record", "Node"}:
                        yield from self.nodes(type_name, fragment.selection_set)

    def _is_included(self, item: Any) -> bool:
        for name, leaves in (("skip", True), ("include", False)):
            directive = self.schema.get_directive(name)
            assert directive is not None
            found = get_directive_values(directive, item, self.values)
            if found is not None and found["if"] is leaves:
                return False
        return True

    def _fragment(self, name: str) -> FragmentDefinitionNode:
        return next(
            item
            for item in self.document.definitions
            if isinstance(item, FragmentDefinitionNode) and item.name.value == name
        )

    def field(self, owner: str, node: FieldNode, given: Mapping[str, Any], inner: str) -> None:
        """Note one selected field and what is below it."""
        name, below = node.name.value, node.selection_set
        model = self.model_of(owner)
        if owner == "Query":
            self.root(name, given)
        elif owner in self.registry.models or owner.endswith(
            ("GroupingKey", "Numbers", "Extremes")
        ):
            self.member(model, name, node)
        elif name == "countDistinct":
            self.name(model, given["field"].lower())
        for key, value in given.items():
            if owner != "Query" or key != "by":
                self.argument(self.model_of(inner) or model, key, value)
        if below is not None:
            self.below(owner, name, given, inner, below)

    def below(
        self,
        owner: str,
        name: str,
        given: Mapping[str, Any],
        inner: str,
        below: SelectionSetNode,
    ) -> None:
        """Note what is selected of a field."""
        if name == "node" and owner == "Query":
            inner = base64.b64decode(given["nodeId"]).decode().split(":")[0]
            self.named.models.add(inner)
        if inner in self.registry.models:
            self.named.models.add(inner)
        if self._is_union(inner):
            for target in self.schema.type_map[inner].types:  # type: ignore[attr-defined]
                if any(True for _ in self.chosen(target.name, below)):
                    self.named.models.add(target.name)
                    self.selections(target.name, below)
            return
        self.selections(inner, below)

    def chosen(self, target: str, below: SelectionSetNode) -> Iterator[FieldNode]:
        return (item for item in self.nodes(target, below) if item.name.value != "__typename")

    def _is_union(self, name: str) -> bool:
        return hasattr(self.schema.type_map[name], "types")

    def model_of(self, type_name: str) -> str:
        """Return the model a type is about, "" when it is about none."""
        if type_name in self.registry.models:
            return type_name
        for part in (*_PARTS, "GroupingPage", "Payload", "BulkPayload"):
            name = type_name.removesuffix(part)
            if name != type_name and name in self.registry.models:
                return name
        return ""

    def root(self, name: str, given: Mapping[str, Any]) -> None:
        for model in self.registry.models.values():
            if name in {model.plural, model.singular}:
                self.named.models.add(model.name)
            if name == model.singular:
                ((key, value),) = given["by"].items()
                for part in value if isinstance(value, dict) else [key]:
                    self.input(model.name, part)
            for method in model.methods.values():
                if method.graphql_name == name:
                    self.named.methods.add((model.name, method.name))

    def member(self, model: str, name: str, node: FieldNode) -> None:
        definition = self.registry.models[model]
        fields = definition.by_graphql_name
        if name in {"nodeId", "translations"}:
            return
        for method in definition.methods.values():
            if method.graphql_name == name:
                self.named.methods.add((model, method.name))
                return
        found = fields.get(name) or fields[name.removesuffix("Id")]
        self.name(model, found.name)
        if found.relation is not None and node.selection_set is not None:
            self.named.models.add(found.relation.target)

    def name(self, model: str, name: str) -> FieldDef:
        self.named.fields.add((model, name))
        return self.registry.models[model].fields[name]

    def input(self, model: str, name: str) -> FieldDef:
        fields = self.registry.models[model].by_graphql_name
        return self.name(model, (fields.get(name) or fields[name.removesuffix("Id")]).name)

    # ---- arguments --------------------------------------------------------------------------

    def argument(self, model: str, name: str, value: Any) -> None:
        if value is None:
            return
        match name:
            case "filter":
                self.filter(model, value)
            case "q":
                raw = parse_condition(value)
                self.tree(model, bind_condition(self.registry, LOOKUPS, model, raw))
            case "search":
                for item in self.registry.models[model].search:
                    self.name(model, item)
            case "orderBy" | "by":
                for item in value if isinstance(value, list) else [value]:
                    self.key(model, item)

    def filter(self, model: str, given: Mapping[str, Any]) -> None:
        for key, value in given.items():
            if key in {"AND", "OR"}:
                for item in value:
                    self.filter(model, item)
            elif key == "NOT":
                self.filter(model, value)
            elif value:
                self.filtered(model, key, value)

    def filtered(self, model: str, key: str, value: Mapping[str, Any]) -> None:
        fields = self.registry.models[model].by_graphql_name
        if key not in fields:
            self.input(model, key)
            return
        item = fields[key]
        if item.members:
            for name, inner in value.items():
                if name != "isnull":
                    member = self.name(model, f"{item.name}_{name}")
                    self.beneath(member, inner)
            return
        if not item.is_to_one and not item.is_to_many:
            self.name(model, item.name)
        elif item.is_to_one:
            self.beneath(item, value)
        else:
            self.name(model, item.name)
            self.named.models.add(_target(item))
            for quantifier, inner in value.items():
                if quantifier != "count":
                    self.filter(_target(item), inner)

    def beneath(self, item: FieldDef, inner: Mapping[str, Any]) -> None:
        """Note a filter on a to-one target; one that says nothing names nothing."""
        before = len(self.named.fields)
        self.filter(_target(item), inner)
        if inner and (len(self.named.fields) > before or _says(inner)):
            self.name(item.model, item.name)
            self.named.models.add(_target(item))

    def key(self, model: str, item: Mapping[str, Any]) -> None:
        """Note one item of an ordering or a grouping."""
        for name, value in item.items():
            if value is None or name in {"as", "granularity", "direction", "count"}:
                continue
            if name in {"field", "key", "sum"} and name not in self.registry.models[model].fields:
                self.name(model, value.lower())
                continue
            found = self.input(model, name)
            if isinstance(value, dict):
                self.named.models.add(_target(found))
                self.key(_target(found), value)

    def tree(self, model: str, node: Node) -> None:
        """Note the fields of a bound expression."""
        match node:
            case Path(names):
                self.along(model, names)
            case (
                Related(relation=relation)
                | Aggregate(relation=relation)
                | Counted(relation=relation)
            ):
                target = self.along(model, relation)
                self.named.models.add(target)
                for child in (node.where, getattr(node, "value", None)):
                    if child is not None:
                        self.tree(target, child)
                if isinstance(node, Counted):
                    self.tree(model, node.operand)
            case _:
                for child in node.children():
                    self.tree(model, child)

    def along(self, model: str, names: tuple[str, ...]) -> str:
        for number, name in enumerate(names):
            found = self.name(model, name)
            if found.relation is not None:
                model = found.relation.target
                if number < len(names) - 1:
                    self.named.models.add(model)
        return model


def _says(inner: Any) -> bool:
    """Tell whether a filter holds a condition."""
    if isinstance(inner, dict):
        return any(_says(value) for value in inner.values())
    if isinstance(inner, list):
        return any(map(_says, inner)) or not any(isinstance(item, dict) for item in inner)
    return True


def _target(item: FieldDef) -> str:
    assert item.relation is not None
    return item.relation.target


def names_in(
    registry: Registry, schema: GraphQLSchema, document: DocumentNode, given: Mapping[str, Any]
) -> Named:
    """Return what a document with variables names."""
    (operation,) = (
        item for item in document.definitions if isinstance(item, OperationDefinitionNode)
    )
    values = get_variable_values(schema, operation.variable_definitions or (), dict(given))
    assert isinstance(values, VariableValues)
    return Namer(registry, schema, document, values).run()
