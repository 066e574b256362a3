"""Binder: the texts of declarations as bound trees, mistakes as problems at their character."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.bind import bind_condition, bind_value
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.parse import parse_condition, parse_value
from graphql_erp.expressions.raw import RawNode
from graphql_erp.expressions.tree import Condition, Node, ValueType
from graphql_erp.expressions.types import type_of
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.draft import Drafts

R = TypeVar("R")
T = TypeVar("T")

_BLAMED = re.compile(r"""(?:[A-Za-z_]+\(\s*)?["']?[\w.]+""")
"""A name, a path, a text, or a call with the first of these in it."""


@dataclass(frozen=True, slots=True)
class Binder:
    """Everything an expression of a declaration may speak of."""

    drafts: Drafts

    @property
    def problems(self) -> list[Problem]:
        """Problems found so far."""
        return self.drafts.mistakes.problems

    def value(self, model: str, text: Text, what: str) -> tuple[Node, ValueType] | None:
        """Return the bound tree of a value and its type, None when that gave a problem."""
        return self._bound(parse_value, lambda raw: self._typed(model, raw), text, what)

    def condition(self, model: str, text: Text, what: str) -> Condition | None:
        """Return the bound tree of a condition, None when that gave a problem."""
        return self._bound(
            parse_condition,
            lambda raw: bind_condition(self.drafts, LOOKUPS, model, raw),
            text,
            what,
        )

    def _typed(self, model: str, raw: RawNode) -> tuple[Node, ValueType]:
        node = bind_value(self.drafts, LOOKUPS, model, raw)
        return node, type_of(node, model, self.drafts)

    def _bound(
        self, parse: Callable[[str], R], bind: Callable[[R], T], text: Text, what: str
    ) -> T | None:
        try:
            raw = parse(text)
        except ExpressionError as error:
            self._report(error, text, what)
            return None
        try:
            return bind(raw)
        except ExpressionError as error:
            if not self.drafts.mistakes.mention_lost(_blamed(text, error.offset)):
                self._report(error, text, what)
            return None

    def _report(self, error: ExpressionError, text: Text, what: str) -> None:
        place, message = text.at(error.offset), f"{what}: {error.message}"
        self.drafts.mistakes.problems.append(place.problem("bad_expression", message, error.hint))


def _blamed(text: str, offset: int | None) -> str:
    """Return the name an error in a text is about."""
    if offset is None:
        return text
    found = _BLAMED.match(text, offset)
    return found.group() if found else ""
