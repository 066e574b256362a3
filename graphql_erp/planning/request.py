"""What the client asked, free of GraphQL's syntax: fragments merged, directives applied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.errors import BadUserInput, PathItem


@dataclass(frozen=True, slots=True)
class Selected:
    """One selected field and what was selected beneath it.

    Argument values are plain: input objects are dicts with GraphQL names, enums and booleans are
    values, every other scalar is a `Literal` or a `Parameter` of the expression tree.
    """

    key: str
    """Name in the answer: the alias, else the field's name."""
    name: str
    """GraphQL name of the field; `__typename` has its answer in `type_name`."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    fields: tuple[Selected, ...] = ()
    variants: Mapping[str, tuple[Selected, ...]] = field(default_factory=dict)
    """What was selected beneath a union, by the name of each of its types."""
    type_name: str = ""
    path: tuple[PathItem, ...] = ()
    """Place in the answer, for errors."""
    location: tuple[int, int] = (0, 0)
    """Line and column in the document, for errors."""

    def refuse(self, message: str, hint: str) -> BadUserInput:
        """Return the error that an argument of this field cannot be used."""
        return BadUserInput(message, hint=hint, path=self.path, locations=[self.location])
