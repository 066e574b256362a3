"""Shapes: the types of the schema as plain values, before any GraphQL library sees them.

SDL, introspection and Strawberry's definitions are three readings of the same shapes. Types are
named in GraphQL's own notation: `[ContactOrderBy!]`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql_erp.api.roles import TypeMeaning
from graphql_erp.declarations.source import BUILT_IN, Source


class TypeKind(StrEnum):
    """What a type is; the values are the words of SDL."""

    SCALAR = "scalar"
    ENUM = "enum"
    INTERFACE = "interface"
    OBJECT = "type"
    UNION = "union"
    INPUT = "input"


@dataclass(frozen=True, slots=True)
class Origin:
    """What made a type or a field: words for an error and the place of the declaration."""

    words: str
    source: Source = BUILT_IN

    def __str__(self) -> str:
        return self.words if self.source is BUILT_IN else f"{self.words} ({self.source})"


ENGINE = Origin("the engine")


@dataclass(frozen=True, slots=True)
class Default:
    """A default: as GraphQL text, and as the Python value it is read as."""

    literal: str
    value: Any


@dataclass(frozen=True, slots=True)
class ArgumentShape:
    """An argument of a field."""

    name: str
    type: str
    default: Default | None = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class FieldShape:
    """A field of an object, an interface or an input."""

    name: str
    type: str
    arguments: tuple[ArgumentShape, ...] = ()
    default: Default | None = None
    description: str = ""
    max_length: int | None = None
    """Said to clients by `@constraint`."""
    origin: Origin | None = None
    """None: what made the type made the field."""


@dataclass(frozen=True, slots=True)
class MemberShape:
    """A member of an enum and the Python value it is read as."""

    name: str
    value: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeShape:
    """A named type."""

    kind: TypeKind
    name: str
    fields: tuple[FieldShape, ...] = ()
    members: tuple[MemberShape, ...] = ()
    interfaces: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """Object types a union may be."""
    one_of: bool = False
    description: str = ""
    meaning: TypeMeaning | None = None
    origin: Origin = ENGINE


BUILT_IN_SCALARS = ("String", "ID", "Int", "Float", "Boolean")


def named(reference: str) -> str:
    """Return the name in a type reference: `[ContactOrderBy!]` gives `ContactOrderBy`."""
    return reference.strip("[]!")


def references(shape: TypeShape) -> Iterator[str]:
    """Give the names of the types a type leads to."""
    yield from shape.interfaces
    yield from shape.types
    for field in shape.fields:
        yield named(field.type)
        for argument in field.arguments:
            yield named(argument.type)


def reachable(shapes: Mapping[str, TypeShape], roots: Iterable[str]) -> Mapping[str, TypeShape]:
    """Return the shapes that the roots lead to, in their given order."""
    seen: set[str] = set()
    waiting = list(roots)
    while waiting:
        name = waiting.pop()
        if name in seen or name not in shapes:
            continue
        seen.add(name)
        waiting.extend(references(shapes[name]))
    return {name: shape for name, shape in shapes.items() if name in seen}
