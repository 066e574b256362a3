"""Random groups, access and rules, and a plain reading of what they mean.

The oracle decides with loops over the declarations and `expressions.evaluate` over whole records;
it knows nothing of permissions, plans or SQL.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Any

from oracle_models import GROUPS, GUARDS, METHODS, UPDATING

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.evaluate import PythonContext, holds
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import Condition
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.grants import Access, Grants, Group, Rule

OPERATIONS = ("read", "create", "update", "delete")
CONDITIONS: Mapping[str, tuple[str, ...]] = {
    "User": ("Q(id=user)", "Q(id__in=[1, 2, 3])", "Q(partners__rank__gte=3)"),
    "Company": ("Q(id__in=companies)", "Q(id=company)", "Q(partners__count__gte=10)"),
    "Region": (
        "Q(rating__gte=2)",
        "Q(parent__isnull=True) | Q(parent__rating__gte=1)",
        "Q(partners__owner=user)",
        "~Q(parts__rating=1)",
        "Q(id__in=[1, 2, 3, 4, 5, 6])",
    ),
    "Tag": ("Q(weight__gte=1)", "Q(partners__rank__gte=4)", "Q(name__icontains='a')"),
    "Partner": (
        "Q(owner=user)",
        "Q(owner=user) | Q(owner__isnull=True)",
        "Q(company=company)",
        "Q(company__in=companies)",
        "Q(rank__gte=2)",
        "Q(kind='firm')",
        "Q(region__rating__gte=2)",
        "Q(region__parent__name__icontains='a')",
        "Q(tags__weight__gte=2)",
        "Q(orders__some__state='open')",
        "Q(orders__none__amount__lt=0)",
        "Q(credit__gte=5) | Q(credit__isnull=True)",
        "Q(spare__gt=0)",
        "~Q(patron__owner=user)",
        "Q(badge__points__gte=3)",
        "Q(bought__gte=10)",
        "Q(is_active=True)",
    ),
    "Badge": (
        "Q(points__gte=3)",
        "Q(partner__owner=user)",
        "Q(issuer__rating__gte=1)",
        "Q(partner__company__in=companies)",
    ),
    "Order": (
        "Q(partner__owner=user)",
        "Q(state='open')",
        "Q(amount__gte=5)",
        "Q(partner__company__in=companies) | Q(partner__company__isnull=True)",
        "Q(lines__product__cost__gte=5)",
        "Q(lines__count__gte=2)",
        "Q(partner__region__rating__gte=1)",
        "~Q(state='done')",
        "Q(created_by=user)",
    ),
    "Line": (
        "Q(quantity__gte=3)",
        "Q(order__partner__owner=user)",
        "Q(product__is_sold=True)",
        "Q(order__state__in=['open', 'sent'])",
        "Q(source_partner__rank__gte=1) | Q(source_partner__isnull=True)",
    ),
    "Product": (
        "Q(cost__gte=5)",
        "Q(is_sold=True)",
        "Q(kinds__weight__gte=1)",
        "~Q(id__in=[2, 5, 9, 11])",
    ),
    "AuditEntry": ("Q(user=user)", "Q(operation='update')", "Q(model='Order')"),
}
ACTORS = (
    Actor(),
    Actor(user=1, company=1, companies=(1,)),
    Actor(user=2, company=2, companies=(1, 2), language="fr"),
    Actor(user=3, company=None, companies=(), timezone="America/St_Johns"),
    Actor(user=4, company=3, companies=(1, 2, 3), language="de"),
)


@dataclass(frozen=True, slots=True)
class GrantCase:
    """Access as an administrator writes it."""

    group: str
    model: str
    allow: frozenset[str]
    where: str | None


@dataclass(frozen=True)
class Case:
    """Groups, access and rules in plain texts, and the groups somebody is given."""

    implies: Mapping[str, tuple[str, ...]]
    access: tuple[GrantCase, ...]
    rules: tuple[tuple[str, str], ...]
    given: frozenset[str]
    actor: Actor
    registry: Registry = field(repr=False)

    # ---- as the engine takes it -------------------------------------------------------------

    def grants(self) -> Grants:
        """Return the engine's value."""
        return Grants(
            registry=self.registry,
            groups={
                name: Group(
                    name=name,
                    kind="public" if name == "everybody" else "internal",
                    implies=self.implies.get(name, ()),
                )
                for name in GROUPS
            },
            access=tuple(
                Access(
                    name=f"access {number}",
                    group=item.group,
                    model=item.model,
                    allow=item.allow,
                    where=None if item.where is None else self.bound(item.model, item.where),
                )
                for number, item in enumerate(self.access)
            ),
            rules=tuple(
                Rule(name=f"rule {number}", model=model, where=self.bound(model, text))
                for number, (model, text) in enumerate(self.rules)
            ),
        )

    def bound(self, model: str, text: str) -> Condition:
        """Return the condition in a text."""
        return _bound(self.registry, model, text)

    # ---- as it is meant ---------------------------------------------------------------------

    @cached_property
    def groups(self) -> frozenset[str]:
        """The groups somebody is in: those given and everybody's, and what these imply."""
        found = {*self.given, "everybody"}
        while True:
            more = {name for group in found for name in self.implies.get(group, ())} - found
            if not more:
                return frozenset(found)
            found |= more

    def wheres(self, model: str, *names: str) -> list[str | None]:
        """Return the texts of all access somebody has for any of some operations or methods."""
        return [
            item.where
            for item in self.access
            if item.model == model and item.group in self.groups and item.allow & {*names}
        ]

    def grants_any(self, model: str, operation: str) -> bool:
        """Tell whether an operation is granted on any record of a model."""
        return bool(self.wheres(model, operation))

    def is_unlimited(self, model: str, operation: str) -> bool:
        """Tell whether an operation is granted on every record of a model there could be."""
        ruled = any(name == model for name, _ in self.rules)
        return None in self.wheres(model, operation) and not ruled

    def allows(self, model: str, record: Any, context: PythonContext, *names: str) -> bool:
        """Tell whether access for one of some operations and all rules let somebody do it."""
        wheres = self.wheres(model, *names)
        if not any(text is None or self._holds(model, text, record, context) for text in wheres):
            return False
        rules = [text for name, text in self.rules if name == model]
        return all(self._holds(model, text, record, context) for text in rules)

    def _holds(self, model: str, text: str, record: Any, context: PythonContext) -> bool:
        return holds(self.bound(model, text), record, model, context)

    def calls(self, model: str, method: str) -> bool:
        """Tell whether a method may be called."""
        return bool(self.wheres(model, *called_as(method)))

    def sees(self, model: str, name: str) -> bool:
        """Tell whether a field may be named."""
        guard = GUARDS.get((model, name))
        return guard is None or bool(guard & self.groups)


@lru_cache(maxsize=4096)
def _bound(registry: Registry, model: str, text: str) -> Condition:
    return bind_condition(registry, LOOKUPS, model, parse_condition(text))


def called_as(method: str) -> tuple[str, str]:
    """Return the names of which one must be granted to call a method."""
    return (method, "update" if method in UPDATING else "read")


class CaseWriter:
    """Draws cases, the same ones for the same seed."""

    def __init__(self, registry: Registry, seed: int) -> None:
        self.registry = registry
        self.chance = random.Random(seed)  # noqa: S311 - repeatable data

    def write(self) -> Case:
        """Return the next case."""
        chance = self.chance
        return Case(
            implies={
                name: tuple(chance.sample(GROUPS, k=chance.choice((0, 0, 1, 2))))
                for name in GROUPS
                if name != "everybody"
            },
            access=tuple(item for model in CONDITIONS for item in self._access(model)),
            rules=tuple(
                (model, chance.choice(CONDITIONS[model]))
                for model in CONDITIONS
                for _ in range(chance.choice((0, 0, 0, 1, 1, 2)))
            ),
            given=frozenset(chance.sample(GROUPS, k=chance.choice((0, 1, 1, 2, 3)))),
            actor=chance.choice(ACTORS),
            registry=self.registry,
        )

    def write_writing(self) -> Case:
        """Return the next case, of somebody who may write some of most models."""
        case = self.write()
        more = [
            GrantCase("everybody", model, frozenset(OPERATIONS), self._where(model, 0.3))
            for model in CONDITIONS
            if self.chance.random() < 0.8
        ]
        return replace(case, access=(*case.access, *more))

    def _access(self, model: str) -> list[GrantCase]:
        """Return access to one model; mostly everybody may read some of it."""
        chance = self.chance
        found = []
        if chance.random() < 0.75:
            found.append(
                GrantCase("everybody", model, frozenset({"read"}), self._where(model, 0.2))
            )
        for _ in range(chance.choice((1, 2, 3, 4))):
            names = [*OPERATIONS, *OPERATIONS, *METHODS.get(model, ())]
            allow = frozenset(chance.sample(names, k=chance.randint(1, 4)))
            group = chance.choice(GROUPS)
            found.append(GrantCase(group, model, allow, self._where(model, 0.35)))
        return found

    def _where(self, model: str, unlimited: float) -> str | None:
        if self.chance.random() < unlimited:
            return None
        texts = self.chance.sample(CONDITIONS[model], k=self.chance.choice((1, 1, 2)))
        return self.chance.choice((" | ", " & ")).join(f"({text})" for text in texts)
