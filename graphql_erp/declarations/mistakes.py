"""The mistakes found while modules are read, and what they took away."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Self

from graphql_erp import naming
from graphql_erp.declarations.source import Located
from graphql_erp.errors import Problem

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(slots=True)
class Mistakes:
    """Problems so far, and the names that are lost with what could not be read.

    A name that stands anywhere in what was lost may be declared there, so nobody is blamed for
    using it: one mistake gives one problem.
    """

    problems: list[Problem] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    """Every word of what was lost."""
    modules: set[str] = field(default_factory=set)
    """Modules whose dependencies or Python are lost."""
    anything: bool = False
    """Whether something was lost of which not even the words are known."""

    def copy(self) -> Self:
        """Return mistakes to which more can be added without changing these."""
        return replace(
            self,
            problems=list(self.problems),
            names=set(self.names),
            modules=set(self.modules),
        )

    def lose(self, *items: Located | str) -> None:
        """Note that texts, or values with everything inside, could not be read."""
        for item in items:
            self.names.update(words_of(item if isinstance(item, str) else item.plain()))

    def is_lost(self, name: str) -> bool:
        """Tell whether a name may be declared in what was lost; of a dotted one, its last part."""
        return self.anything or name.rpartition(".")[2] in self.names

    def mention_lost(self, text: str) -> bool:
        """Tell whether a path or a text holds a name that may be declared in what was lost."""
        parts = {part for word in words_of(text) for part in word.split("__")}
        return self.anything or not self.names.isdisjoint(parts | set(map(naming.snake, parts)))


def words_of(value: Any) -> set[str]:
    """Return every word of a text, or of all texts and keys inside a plain value."""
    if isinstance(value, dict):
        return words_of(list(value)) | words_of(list(value.values()))
    if isinstance(value, list):
        return {word for item in value for word in words_of(item)}
    return set(_WORD.findall(value)) if isinstance(value, str) else set()
