"""What one file is read with: its mistakes so far, and how a value of the wrong kind is named."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, is_dataclass
from decimal import Decimal
from typing import Any, Union, get_args, get_origin

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.source import Located
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem

_KINDS: tuple[tuple[tuple[type, ...], str], ...] = (
    ((type(None),), "nothing"),
    ((bool,), "true or false"),
    ((int,), "a whole number"),
    ((float, Decimal), "a number"),
    ((str, Text), "text"),
    ((list, tuple), "a list"),
    ((dict,), "a mapping"),
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
UNIONS = frozenset({Union, types.UnionType})
"""Origins of the type hints `A | B` and `Optional[A]`."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mapping is read with."""

    mistakes: Mistakes
    """Mistakes found so far."""
    engine: Mapping[str, Any] = field(default_factory=dict)
    """Values of attributes that are not written, such as `module`."""
    owner: str = ""
    """What keyed declarations belong to in messages, such as the name of a model."""

    @property
    def problems(self) -> list[Problem]:
        """Problems found so far."""
        return self.mistakes.problems

    def refuse(self, hint: Any, item: Located, what: str, advice: str = "") -> None:
        """Add the problem of a value that is not of the kind a type hint wants."""
        if item.value is None:
            self._refuse_nothing(hint, item, what)
            return
        expected = expected_kind(hint)
        message = f"{what} must be {expected}, not {_kind(item.value)}."
        advice = advice or _advice(expected, item.value)
        self.problems.append(item.source.problem("wrong_type", message, advice))

    def _refuse_nothing(self, hint: Any, item: Located, what: str) -> None:
        advice = "Give it a value or remove the key."
        if hint is bool:
            advice = f"Write `{what.split(chr(34))[1]}: true`."
        self.problems.append(item.place.problem("no_value", f"{what} has no value.", advice))


def expected_kind(hint: Any) -> str:
    """Return what a type hint wants, in words."""
    origin = get_origin(hint)
    if origin in UNIONS:
        members = (member for member in get_args(hint) if member is not type(None))
        return " or ".join(dict.fromkeys(expected_kind(member) for member in members))
    if origin is tuple:
        return "a list"
    if hint is dict or is_dataclass(hint) or _is_mapping(origin):
        return "a mapping"
    return next((name for kinds, name in _KINDS if hint in kinds), "text")


def _is_mapping(origin: Any) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def _kind(value: Any) -> str:
    return next(name for kinds, name in _KINDS if isinstance(value, kinds))


def _advice(expected: str, value: Any) -> str:
    if expected == "text" and isinstance(value, bool | int | float):
        return "Put it in quotes."
    if expected == "a list" and isinstance(value, str):
        return f"Write it as a list: [{value}]."
    if expected == "a list" and not isinstance(value, dict):
        return "Write it as a list, in brackets."
    if (
        expected in {"a number", "a whole number"}
        and isinstance(value, str)
        and _NUMBER.fullmatch(value)
    ):
        return "Write a number, without quotes."
    if expected == "a mapping" and isinstance(value, list):
        return "Write the names as keys, without - in front."
    if expected == "true or false" and isinstance(value, str):
        return "Write true or false, in lower case and without quotes."
    return ""
