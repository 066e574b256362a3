"""The grants that are records of a tenant: rows -> grants, conditions bound."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import FALSE, Condition
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.grants import OPERATIONS, models_with
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.declared import declared_grants
from graphql_erp.security.grants import Access, Grants, Group, Rule

GROUP, ACCESS, RULE = "Group", "Access", "Rule"
"""Models of core in whose records the grants of a tenant are."""

_log = logging.getLogger("graphql_erp")


@dataclass(frozen=True, slots=True)
class GrantRows:
    """The records of a tenant's grants as they are; equal ones give equal permissions."""

    groups: tuple[tuple[Any, ...], ...] = ()
    implied: tuple[tuple[Any, ...], ...] = ()
    access: tuple[tuple[Any, ...], ...] = ()
    rules: tuple[tuple[Any, ...], ...] = ()


def has_grants(registry: Registry) -> bool:
    """Tell whether grants are records; else they are what the modules declare."""
    return {GROUP, ACCESS, RULE} <= registry.models.keys()


def grants_of(registry: Registry, rows: GrantRows) -> Grants:
    """Return the grants that records give.

    Access whose condition means nothing to the models of today grants nothing, and such a rule
    lets nothing through: both are logged.
    """
    if not has_grants(registry):
        return declared_grants(registry)
    names = {row[0]: row[1] for row in rows.groups}
    implied: dict[int, list[str]] = {}
    for own, target in rows.implied:
        if own in names and target in names:
            implied.setdefault(own, []).append(names[target])
    return Grants(
        registry=registry,
        groups={
            name: Group(name=name, kind=kind, implies=tuple(implied.get(key, ())))
            for key, name, kind in rows.groups
        },
        access=tuple(_access(registry, names, rows)),
        rules=tuple(_rules(registry, rows)),
    )


def _access(registry: Registry, names: dict[int, str], rows: GrantRows) -> Iterator[Access]:
    for key, group, model, where, methods, *rights in rows.access:
        if model not in registry.models or group not in names:
            continue
        name = f"access {key}"
        condition = _bound(registry, model, where, name) if where else None
        granted = (item for item, right in zip(OPERATIONS, rights, strict=True) if right)
        allow = frozenset(granted) | frozenset(_method_names(registry.models[model], methods))
        yield Access(
            name=name,
            group=names[group],
            model=model,
            allow=allow,
            where=condition,
            text=where or "",
        )


def _method_names(model: ModelDef, methods: str | None) -> Iterator[str]:
    for name in model.methods:
        if methods and f'"{name}"' in methods:
            yield name


def _rules(registry: Registry, rows: GrantRows) -> Iterator[Rule]:
    for name, model, with_field, where in rows.rules:
        models = [model] if model in registry.models else []
        if with_field:
            models = [*models_with(registry.models, with_field)]
        for narrowed in models:
            condition = _bound(registry, narrowed, where, f"rule {name}")
            yield Rule(name=name, model=narrowed, where=condition, text=where)


def _bound(registry: Registry, model: str, text: str, what: str) -> Condition:
    try:
        return bound_condition(registry, model, text)
    except ExpressionError as error:
        _log.error("%s on %s grants nothing: %s", what, model, error.message)
        return FALSE


def bound_condition(registry: Registry, model: str, text: str) -> Condition:
    """Return the condition in a text, bound to a model.

    Raises:
        ExpressionError: It cannot be read, or does not fit the model.
    """
    return bind_condition(registry, LOOKUPS, model, parse_condition(text))
