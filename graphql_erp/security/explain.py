"""Why an operation is granted or not: access and rules -> an explanation, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphql_erp.behaviour.explanation import AccessExplanation, ExplainedAccess, ExplainedRule
from graphql_erp.expressions.tree import TRUE, Condition
from graphql_erp.security.grants import Access, Grants, Rule
from graphql_erp.security.permission import Operation


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: who wants to do what with which model."""

    grants: Grants
    groups: frozenset[str]
    """Of the user, those that these imply among them."""
    model: str
    operation: Operation

    @property
    def access(self) -> list[Access]:
        """Access that grants the operation, that of the user's groups first."""
        everybody = frozenset(self.grants.groups)
        found = self.grants.granted(self.model, self.operation, everybody)
        return sorted(found, key=lambda item: item.group not in self.groups)

    @property
    def rules(self) -> list[Rule]:
        """Rules that narrow the model."""
        return [item for item in self.grants.rules if item.model == self.model]

    @property
    def conditions(self) -> list[Condition]:
        """What must be known of a record for an answer, access before rules."""
        return [*(item.where or TRUE for item in self.access), *(item.where for item in self.rules)]


def explained(question: Question, held: Sequence[bool] | None = None) -> AccessExplanation:
    """Return the answer to a question.

    Args:
        question: What is asked.
        held: Whether each of its conditions holds for a record; None when no record is asked for.
    """
    access, rules = question.access, question.rules
    known: Sequence[bool | None] = [None] * len(question.conditions) if held is None else held
    told_access = [
        ExplainedAccess(
            name=item.name,
            group=item.group,
            is_given=item.group in question.groups,
            where=item.text or None,
            holds=None if item.where is None else holds,
        )
        for item, holds in zip(access, known, strict=False)
    ]
    told_rules = [
        ExplainedRule(name=item.name, where=item.text, holds=holds)
        for item, holds in zip(rules, known[len(access) :], strict=True)
    ]
    allowed, reason = _decided(question, told_access, told_rules)
    return AccessExplanation(
        allowed=allowed,
        reason=reason,
        groups=sorted(question.groups),
        access=told_access,
        rules=told_rules,
    )


def _decided(
    question: Question, access: Iterable[ExplainedAccess], rules: Iterable[ExplainedRule]
) -> tuple[bool, str]:
    given = [item for item in access if item.is_given]
    if not given:
        return False, f"No group of the user grants {question.operation} on {question.model}."
    granting = [item for item in given if item.holds is not False]
    broken = [item.name for item in rules if item.holds is False]
    if broken:
        words = "Rule {} does not hold." if len(broken) == 1 else "Rules {} do not hold."
        return False, " ".join(
            (words.format(_listed(broken)), *(() if granting else _limits(given)))
        )
    if not granting:
        return False, " ".join(_limits(given))
    # What grants without a condition says most.
    best = min(granting, key=lambda item: item.where is not None)
    limit = f", limited by {best.where}" if best.where is not None else ""
    if best.holds:
        limit += " which holds"
    narrowed = ""
    if best.holds is None and any(item.holds is None for item in rules):
        narrowed = f" Rules narrow it: {_listed([item.name for item in rules])}."
    what = f"grants {question.operation} on {question.model}{limit}."
    return True, f"{_spoken(best)} {what}{narrowed}"


def _limits(access: Iterable[ExplainedAccess]) -> list[str]:
    return [f"{_spoken(item)} is limited by {item.where} which does not hold." for item in access]


def _spoken(access: ExplainedAccess) -> str:
    name = access.name[:1].upper() + access.name[1:]
    return name if access.group in access.name else f"{name} of {access.group}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
