"""Shapes as Strawberry's definitions, built directly: the decorators take five times as long."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any, NoReturn

from strawberry.annotation import StrawberryAnnotation
from strawberry.schema_directives import OneOf
from strawberry.types.arguments import StrawberryArgument
from strawberry.types.base import (
    StrawberryList,
    StrawberryObjectDefinition,
    StrawberryOptional,
)
from strawberry.types.enum import EnumValue, StrawberryEnumDefinition
from strawberry.types.field import StrawberryField
from strawberry.types.union import StrawberryUnion
from strawberry.types.unset import UNSET

from graphql_erp.api.directives import Constraint
from graphql_erp.api.scalars import PYTHON_TYPES
from graphql_erp.api.shapes import ArgumentShape, FieldShape, TypeKind, TypeShape


class StoredValue:
    """What enums wrap their values in: nothing, so that a selection is read as it is stored."""

    def __new__(cls, value: Any) -> Any:
        """Return the value itself."""
        return value


def refuse_resolving(_source: object, name: str) -> NoReturn:
    """Refuse to resolve a field one by one: answers come whole from the engine.

    Raises:
        RuntimeError: Always.
    """
    raise RuntimeError(f"Field {name!r} was resolved outside the engine.")


class ResolvedField(StrawberryField):
    """A field whose type is known: Strawberry asks for it five times per field."""

    resolved: Any = None

    def resolve_type(self, *, type_definition: StrawberryObjectDefinition | None = None) -> Any:
        """Return the type as it was given."""
        del type_definition
        return self.resolved


class StrawberryTypes:
    """Strawberry's definitions of a set of shapes, with every type reference shared."""

    def __init__(self, shapes: Mapping[str, TypeShape]) -> None:
        self._named: dict[str, Any] = dict(PYTHON_TYPES)
        self._types: dict[str, Any] = {}
        self._arguments: dict[ArgumentShape, StrawberryArgument] = {}
        self._fields: dict[FieldShape, StrawberryField] = {}
        for shape in shapes.values():
            if shape.kind is TypeKind.ENUM:
                self._named[shape.name] = _enum(shape)
            elif shape.kind not in {TypeKind.SCALAR, TypeKind.UNION}:
                self._named[shape.name] = type(shape.name, (), {"__module__": __name__})
        for shape in shapes.values():
            if shape.kind is TypeKind.UNION:
                self._named[shape.name] = self._union(shape)
        # An interface stands before the types that implement it, and they need its definition.
        for shape in shapes.values():
            if shape.fields:
                self._define(shape)

    def type(self, name: str) -> type:
        """Return the Python class that stands for an object, interface or input."""
        found: type = self._named[name]
        return found

    def _define(self, shape: TypeShape) -> None:
        cls = self._named[shape.name]
        cls.__strawberry_definition__ = StrawberryObjectDefinition(
            name=shape.name,
            is_input=shape.kind is TypeKind.INPUT,
            is_interface=shape.kind is TypeKind.INTERFACE,
            origin=cls,
            description=shape.description or None,
            interfaces=[self._named[name].__strawberry_definition__ for name in shape.interfaces],
            extend=False,
            directives=[OneOf()] if shape.one_of else [],
            is_type_of=None,
            resolve_type=None,
            fields=[self._field(field) for field in shape.fields],
        )

    def _union(self, shape: TypeShape) -> StrawberryUnion:
        return StrawberryUnion(
            name=shape.name,
            type_annotations=tuple(StrawberryAnnotation(self.type(name)) for name in shape.types),
            description=shape.description or None,
        )

    def _field(self, shape: FieldShape) -> StrawberryField:
        is_shared = shape.origin is None
        if is_shared and shape in self._fields:
            return self._fields[shape]
        constraint = Constraint(max_length=shape.max_length) if shape.max_length else None
        field = ResolvedField(
            python_name=shape.name,
            graphql_name=shape.name,
            description=shape.description or None,
            default=shape.default.value if shape.default else dataclasses.MISSING,
            directives=(constraint,) if constraint else (),
        )
        field.resolved = self._type(shape.type)
        if shape.arguments:
            field.arguments = [self._argument(argument) for argument in shape.arguments]
        if is_shared:
            self._fields[shape] = field
        return field

    def _argument(self, shape: ArgumentShape) -> StrawberryArgument:
        if shape not in self._arguments:
            self._arguments[shape] = StrawberryArgument(
                python_name=shape.name,
                graphql_name=shape.name,
                type_annotation=StrawberryAnnotation(self._type(shape.type)),
                description=shape.description or None,
                default=shape.default.value if shape.default else UNSET,
            )
        return self._arguments[shape]

    def _type(self, reference: str) -> Any:
        if reference not in self._types:
            self._types[reference] = self._resolve(reference)
        return self._types[reference]

    def _resolve(self, reference: str) -> Any:
        if not reference.endswith("!"):
            return StrawberryOptional(self._type(f"{reference}!"))
        if reference.startswith("["):
            return StrawberryList(self._type(reference[1:-2]))
        return self._named[reference[:-1]]


def _enum(shape: TypeShape) -> StrawberryEnumDefinition:
    wrapped: Any = StoredValue
    return StrawberryEnumDefinition(
        wrapped_cls=wrapped,
        name=shape.name,
        values=[
            EnumValue(member.name, member.value, description=member.description or None)
            for member in shape.members
        ],
        description=shape.description or None,
    )
