"""Values as a document writes them, and the variables some of them travel in."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any


class Member(str):
    """A member of an enum: a bare word in a document, a text in variables."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Variable:
    """`$name` in the place of a value."""

    name: str


def written(value: Any) -> str:
    """Return a value as GraphQL text."""
    match value:
        case Variable(name):
            return f"${name}"
        case Member():
            return str(value)
        case dict():
            return "{" + ", ".join(f"{key}: {written(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@dataclass
class Variables:
    """The variables of one document."""

    chance: random.Random
    definitions: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def bound(self, type_name: str, value: Any, *, strict: bool = False) -> Variable:
        """Return a variable that has a value, given or by default.

        Args:
            type_name: Type of the place the variable stands in.
            value: The value, without variables in it.
            strict: The variable itself must not be nullable.
        """
        nullable = type_name.removesuffix("!")
        style = 0 if strict else self.chance.randrange(4)
        if style == 1 and type_name == nullable:
            return self._declared(nullable, given=value)
        if style == 2:  # noqa: PLR2004 - one of the styles
            return self._declared(f"{nullable} = {written(value)}")
        if style == 3 and type_name == nullable:  # noqa: PLR2004
            return self._declared(f"{nullable} = null", given=value)
        return self._declared(f"{nullable}!", given=value)

    def without_value(self, type_name: str) -> Variable:
        """Return a variable that is absent, or null."""
        nullable = type_name.removesuffix("!")
        match self.chance.randrange(3):
            case 0:
                return self._declared(nullable)
            case 1:
                return self._declared(nullable, given=None)
        return self._declared(f"{nullable} = null")

    def absent(self, type_name: str) -> Variable:
        """Return a variable without value and default."""
        return self._declared(type_name.removesuffix("!"))

    def _declared(self, text: str, **given: Any) -> Variable:
        name = f"v{len(self.definitions) + 1}"
        self.definitions[name] = f"${name}: {text}"
        if given:
            self.values[name] = given["given"]
        return Variable(name)
