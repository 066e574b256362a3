"""Binder: the texts of declarations as bound trees, mistakes as problems with their place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.expressions.bind import bind_condition, bind_value
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.parse import parse_condition, parse_value
from graphql_erp.expressions.tree import Condition, Node, ValueType
from graphql_erp.expressions.types import type_of
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.draft import Drafts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Binder:
    """Everything an expression of a declaration may speak of."""

    drafts: Drafts
    problems: list[Problem]

    def value(self, model: str, text: str, place: Source, what: str) -> Node | None:
        """Return the bound tree of a value, None when that gave a problem."""
        return self._try(
            lambda: bind_value(self.drafts, LOOKUPS, model, parse_value(text)), text, place, what
        )

    def condition(self, model: str, text: str, place: Source, what: str) -> Condition | None:
        """Return the bound tree of a condition, None when that gave a problem."""
        return self._try(
            lambda: bind_condition(self.drafts, LOOKUPS, model, parse_condition(text)),
            text,
            place,
            what,
        )

    def type_of(self, model: str, node: Node, place: Source, what: str) -> ValueType | None:
        """Return the type of a bound value, None when that gave a problem."""
        return self._try(lambda: type_of(node, model, self.drafts), "", place, what)

    def _try(self, build: Callable[[], T], text: str, place: Source, what: str) -> T | None:
        try:
            return build()
        except ExpressionError as error:
            if not self.drafts.mentions_broken(text):
                message = f"{what}: {error.message}"
                self.problems.append(place.problem("bad_expression", message, error.hint))
            return None
