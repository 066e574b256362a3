"""Grants: the groups, access and rules of a tenant -> the permission of a set of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from graphql_erp.behaviour.signature import MethodPlace
from graphql_erp.declarations.nodes import GroupKind
from graphql_erp.expressions.tree import FALSE, TRUE, Condition, Or, conjunction
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.guards import hidden_fields
from graphql_erp.security.permission import Conditions, Operation, Permission

T = TypeVar("T")

_KEPT = 512
"""Permissions of so many sets of groups are kept; the oldest make room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named set of permissions."""

    name: str
    kind: GroupKind = "internal"
    implies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one group may do with one model."""

    name: str
    """How it is spoken of when somebody asks why."""
    group: str
    model: str
    allow: frozenset[str]
    """Operations and methods."""
    where: Condition | None = None
    """The records it is limited to."""
    text: str = ""
    """The condition as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What holds for everybody's records of a model."""

    name: str
    model: str
    where: Condition
    text: str = ""
    """The condition as it is written."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grants:
    """All groups, access and rules of a tenant at one time; permissions are derived from them."""

    registry: Registry
    groups: Mapping[str, Group] = field(default_factory=dict)
    access: tuple[Access, ...] = ()
    rules: tuple[Rule, ...] = ()
    _closed: dict[frozenset[str], frozenset[str]] = field(default_factory=dict)
    _permissions: dict[frozenset[str], Permission] = field(default_factory=dict)

    @property
    def public(self) -> frozenset[str]:
        """Groups everybody is in, whoever they are."""
        return frozenset(name for name, group in self.groups.items() if group.kind == "public")

    def closed(self, names: Iterable[str]) -> frozenset[str]:
        """Return groups and all they imply, and those of everybody."""
        given = frozenset(names)
        if given not in self._closed:
            found: set[str] = set()
            open_names = [*given, *self.public]
            while open_names:
                name = open_names.pop()
                if name in found or name not in self.groups:
                    continue
                found.add(name)
                open_names.extend(self.groups[name].implies)
            _keep(self._closed, given, frozenset(found))
        return self._closed[given]

    def permission(self, groups: frozenset[str]) -> Permission:
        """Return the permission of somebody in some groups, all that they imply among them."""
        if groups not in self._permissions:
            _keep(self._permissions, groups, _permission(self, groups))
        return self._permissions[groups]

    def condition(self, model: str, operation: str, groups: frozenset[str]) -> Condition:
        """Return what access and rules ask of the records of a model for an operation or method."""
        widened = access_condition(self.granted(model, operation, groups))
        return conjunction(widened, self.narrowed(model)) or TRUE

    def granted(self, model: str, operation: str, groups: frozenset[str]) -> list[Access]:
        """Return the access to a model that somebody in some groups has for an operation."""
        return [
            item
            for item in self.access
            if item.model == model and item.group in groups and operation in item.allow
        ]

    def narrowed(self, model: str) -> Condition | None:
        """Return what the rules ask of the records of a model."""
        return conjunction(*(item.where for item in self.rules if item.model == model))


def access_condition(granted: Iterable[Access]) -> Condition:
    """Return the condition that access joined by OR gives; without any it is never true."""
    wheres = [item.where for item in granted]
    if any(item is None for item in wheres):
        return TRUE
    unique = tuple(dict.fromkeys(item for item in wheres if item is not None))
    return unique[0] if len(unique) == 1 else Or(unique)


def _permission(grants: Grants, groups: frozenset[str]) -> Permission:
    conditions: dict[Operation, Conditions] = {}
    denied: set[tuple[str, Operation]] = set()
    hidden = hidden_fields(grants.registry, groups)
    for operation in Operation:
        found: dict[str, Condition] = {}
        for model in grants.registry.models:
            if not grants.granted(model, operation, groups):
                denied.add((model, operation))
                found[model] = FALSE
                continue
            condition = grants.condition(model, operation, groups)
            if condition != TRUE:
                found[model] = condition
        conditions[operation] = Conditions(found, hidden)
    return Permission(
        conditions=conditions,
        denied=frozenset(denied),
        hidden=hidden,
        methods=_methods(grants, groups),
        may_introspect=any(
            grants.groups[name].kind == "internal" for name in groups & set(grants.groups)
        ),
    )


def _methods(grants: Grants, groups: frozenset[str]) -> dict[tuple[str, str], Condition | None]:
    found: dict[tuple[str, str], Condition | None] = {}
    for model in grants.registry.models.values():
        for method in model.methods.values():
            if method.groups and not groups & set(method.groups):
                continue
            operation = implied_operation(method)
            granted = [
                *grants.granted(model.name, method.name, groups),
                *grants.granted(model.name, operation, groups),
            ]
            if not granted:
                continue
            condition = conjunction(access_condition(granted), grants.narrowed(model.name))
            found[model.name, method.name] = condition
    return found


def implied_operation(method: MethodDef) -> Operation:
    """Return the operation whose access includes calling a method; others name it in `allow`."""
    if not method.is_mutation:
        return Operation.READ
    return Operation.CREATE if method.where is MethodPlace.MODEL else Operation.UPDATE


def _keep(kept: dict[frozenset[str], T], key: frozenset[str], value: T) -> None:
    kept[key] = value
    if len(kept) > _KEPT:
        kept.pop(next(iter(kept)))
