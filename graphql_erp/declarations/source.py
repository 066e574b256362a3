"""Where a declaration stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from graphql_erp.errors import Problem


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A place in a module's file; lines and columns count from 1."""

    path: str
    line: int = 1
    column: int = 1

    def problem(self, check: str, message: str, hint: str = "") -> Problem:
        """Return the mistake found at this place."""
        return Problem(self.path, self.line, self.column, check, message, hint)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


BUILT_IN = Source("graphql_erp")
"""Source of what the engine itself declares, such as `id`."""


@dataclass(frozen=True, slots=True)
class Located:
    """A YAML value and its place; lists hold Located items, mappings Located values."""

    value: Any
    source: Source = field(compare=False, default=BUILT_IN)
    key: Source | None = field(compare=False, default=None)
    """Place of the key under which it stands, None outside mappings."""
    raw: str = field(compare=False, default="")
    """Of a text: the characters of the file that make it."""

    @property
    def place(self) -> Source:
        """Where a reader looks first: at the key, else at the value."""
        return self.key or self.source

    def plain(self) -> Any:
        """Return the value without places."""
        if isinstance(self.value, list | tuple):
            return [item.plain() for item in self.value]
        if isinstance(self.value, dict):
            return {key: item.plain() for key, item in self.value.items()}
        return self.value
