"""Stored computed fields: what may be stored, and who keeps the column right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql_erp.expressions.functions import DATE_PARTS, MIDNIGHT
from graphql_erp.expressions.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Counted,
    Kind,
    Lookup,
    Name,
    Node,
    Path,
    Related,
)
from graphql_erp.expressions.types import type_of
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.computed import Expressions, is_own_and_immutable
from graphql_erp.registry.draft import Drafts, FieldDraft
from graphql_erp.registry.model import RelationKind

_HINT = "Remove `store: true`: the value is then computed whenever it is read."
_CLOCKS = frozenset({*DATE_PARTS, "start_of", "concat"})
"""Functions that give different results for one moment in different time zones."""


def is_kept(drafts: Drafts, model: str, draft: FieldDraft, expressions: Expressions) -> bool:
    """Tell whether the engine keeps a column; PostgreSQL keeps what one row alone determines."""
    if draft.type.compute is None or not draft.type.store:
        return False
    node = expressions.get((model, draft.name))
    if node is None or draft.relation is not None:
        return True
    return not is_own_and_immutable(drafts, model, node, expressions, over_kept=True)


def refuse_unstorable(drafts: Drafts, expressions: Expressions) -> None:
    """Report stored fields whose value is not the same at all times and for everybody."""
    reading = _Reading(drafts, expressions)
    for model, model_draft in drafts.models.items():
        for name, draft in model_draft.fields.items():
            if draft.type.compute is None or not draft.type.store:
                continue
            reason = next(reading.of_field(model, draft), "")
            if reason:
                message = f'field "{name}" of {model} cannot be stored: {reason}.'
                problem = draft.place("store").problem("cannot_store", message, _HINT)
                drafts.mistakes.problems.append(problem)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Gives why a value changes without a record being written."""

    drafts: Drafts
    expressions: Expressions

    def of_field(self, model: str, draft: FieldDraft) -> Iterator[str]:
        node = self.expressions.get((model, draft.name))
        if node is not None:
            yield from self.of(model, node)
        elif isinstance(draft.type.compute, tuple):
            for path in draft.type.compute:
                yield from self.along(model, tuple(path.split(".")))

    def of(self, model: str, node: Node) -> Iterator[str]:
        match node:
            case Name(name):
                yield f'its value changes with "{name}"'
            case Path(names):
                yield from self.along(model, names)
            case Aggregate(relation=relation, value=value, where=where):
                yield from self.beyond(model, relation, value, where)
            case Related(relation=relation, where=where):
                yield from self.beyond(model, relation, where)
            case Counted(relation=relation, where=where, operand=operand):
                yield from self.beyond(model, relation, where)
                yield from self.of(model, operand)
            case _:
                if self.asks_clock(model, node):
                    yield "its value changes with the time zone of who reads it"
                for child in node.children():
                    yield from self.of(model, child)

    def beyond(self, model: str, relation: tuple[str, ...], *nodes: Node | None) -> Iterator[str]:
        yield from self.along(model, relation)
        for name in relation:
            model = self.target(model, name)
        for node in nodes:
            if node is not None:
                yield from self.of(model, node)

    def along(self, model: str, names: tuple[str, ...]) -> Iterator[str]:
        for name in names:
            draft = self.drafts.models[model].fields.get(name)
            if draft is None:
                return
            if draft.type.varies_by:
                yield f"{model}.{name} has a value per {draft.type.varies_by.value}"
            if draft.relation is None:
                if not draft.type.store:
                    yield from self.of_field(model, draft)
                return
            if draft.relation.kind is RelationKind.ATTACHED:
                yield f"{model}.{name} is written by the database"
            model = draft.relation.target

    def target(self, model: str, name: str) -> str:
        relation = self.drafts.models[model].fields[name].relation
        return relation.target if relation else model

    def asks_clock(self, model: str, node: Node) -> bool:
        match node:
            case Lookup(value=value, lookup=name):
                return LOOKUPS[name].date_part and self.kind(model, value) is Kind.DATETIME
            case Arithmetic(left=left, right=right):
                is_moment = self.kind(model, left) is Kind.DATETIME
                return is_moment and self.kind(model, right) is Kind.DURATION
            case Call(function=function, arguments=arguments):
                kinds = {self.kind(model, item) for item in arguments}
                return function == MIDNIGHT or (function in _CLOCKS and Kind.DATETIME in kinds)
        return False

    def kind(self, model: str, node: Node) -> Kind:
        return type_of(node, model, self.drafts).kind
