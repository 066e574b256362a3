"""How an attribute of a declaration is written in YAML when it is not simply a key."""

from __future__ import annotations

from dataclasses import Field, dataclass
from enum import StrEnum
from typing import Any

from graphql_erp.declarations.names import NameKind

_METADATA = "shape"


class Role(StrEnum):
    """Where the value of an attribute comes from."""

    OPTION = "option"
    """The key of the same name."""
    KEY = "key"
    """The key under which the whole declaration stands; several nest, outermost first."""
    BARE = "bare"
    """The key of the same name; it is also what a body that is not a mapping means."""
    REST = "rest"
    """All keys that are no other attribute's."""
    ENGINE = "engine"
    """Not written: the reader fills it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The YAML form of one attribute."""

    role: Role = Role.OPTION
    name: NameKind | None = None
    """Which names a KEY may have."""
    word: str = ""
    """A bare word that may stand for a whole list, such as `all`."""
    several: bool = False
    """Whether a list of mappings in place of the body means several declarations."""


_PLAIN = Shape()


def shaped(
    role: Role, *, name: NameKind | None = None, word: str = "", several: bool = False
) -> dict[str, Shape]:
    """Return the metadata of a dataclass attribute that has this shape."""
    return {_METADATA: Shape(role, name, word, several)}


def shape_of(attribute: Field[Any]) -> Shape:
    """Return the shape of a dataclass attribute."""
    shape: Shape = attribute.metadata.get(_METADATA, _PLAIN)
    return shape
