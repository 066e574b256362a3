"""groups, access and rules: names checked, conditions bound."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Protocol

from graphql_erp.behaviour.exposed import exposed_methods
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import AccessDecl, GroupKind, ModuleDecl, RuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Condition
from graphql_erp.fields.labels import words
from graphql_erp.naming import did_you_mean
from graphql_erp.registry.binder import Binder
from graphql_erp.registry.draft import declared_in, unknown
from graphql_erp.registry.model import RelationKind


class HasFields(Protocol):
    """A model, draft or finished, as far as its fields go."""

    @property
    def fields(self) -> Mapping[str, Any]:
        """Its fields by name."""


OPERATIONS = ("read", "create", "update", "delete")
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDef:
    """A named set of permissions."""

    name: str
    module: str
    label: str
    kind: GroupKind = "internal"
    implies: tuple[str, ...] = ()
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDef:
    """What one group may do with one model."""

    model: str
    group: str
    module: str
    allow: frozenset[str]
    """Operations and method names; `all` in a declaration is every operation."""
    where: Condition | None = None
    text: str = ""
    """The condition as it is written."""
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDef:
    """A restriction that holds for everybody: of one model, or of all with a field."""

    name: str
    module: str
    model: str = ""
    models_with: str = ""
    """Name of a to-one field; "" for a rule of one model."""
    wheres: Mapping[str, Condition]
    """The condition on the records of each model it narrows."""
    text: str
    """The condition as it is written."""
    source: Source = field(compare=False)


def read_groups(modules: Sequence[ModuleDecl], mistakes: Mistakes) -> Mapping[str, GroupDef]:
    """Return the groups of all modules by name; mistakes are added to the others."""
    groups: dict[str, GroupDef] = {}
    for module in modules:
        for decl in module.groups:
            if decl.name in groups:
                place = declared_in(groups[decl.name].source)
                message = f'group "{decl.name}" is declared twice{place}.'
                mistakes.problems.append(decl.source.problem("duplicate_group", message))
                continue
            groups[decl.name] = GroupDef(
                name=decl.name,
                module=module.identifier,
                label=decl.label or words(decl.name),
                kind=decl.kind,
                implies=tuple(map(str, decl.implies)),
                source=decl.source,
            )
    for module in modules:
        for decl in module.groups:
            what = f'group "{decl.name}"'
            named = (*decl.implies, *decl.implied_by)
            mistakes.problems.extend(unknown_groups(named, what, groups, mistakes))
            for name in decl.implied_by:
                if name in groups:
                    above = groups[name]
                    groups[name] = replace(above, implies=(*above.implies, decl.name))
    return groups


def read_access(
    binder: Binder,
    modules: Sequence[ModuleDecl],
    groups: Mapping[str, GroupDef],
    behaviours: Mapping[str, type],
) -> tuple[AccessDef, ...]:
    """Return the grants of all modules."""
    decls = [(module.identifier, decl) for module in modules for decl in module.access]
    return tuple(
        AccessDef(
            model=decl.model,
            group=decl.group,
            module=module,
            allow=_allowed(decl),
            where=_where(binder, decl, f"access of {decl.group} to {decl.model}"),
            text=str(decl.where),
            source=decl.source,
        )
        for module, decl in decls
        if _are_known(binder, decl, groups, behaviours)
    )


def read_rules(binder: Binder, modules: Sequence[ModuleDecl]) -> tuple[RuleDef, ...]:
    """Return the rules of all modules."""
    return tuple(
        RuleDef(
            name=decl.name,
            module=module.identifier,
            model=str(decl.model),
            models_with=str(decl.models_with),
            wheres=MappingProxyType(dict(_narrowed(binder, decl))),
            text=str(decl.where),
            source=decl.source,
        )
        for module in modules
        for decl in module.rules
    )


def _narrowed(binder: Binder, decl: RuleDecl) -> Iterator[tuple[str, Condition]]:
    """Give the models a rule narrows, each with the condition on its records."""
    what = f'rule "{decl.name}"'
    if bool(decl.model) == bool(decl.models_with):
        hint = "A rule narrows one model, or every model with a to-one field of some name."
        message = f"{what} must say either `model:` or `models_with:`."
        binder.problems.append(decl.source.problem("bad_rule", message, hint))
        return
    names = [str(decl.model)]
    if decl.models_with:
        names = [*models_with(binder.drafts.models, str(decl.models_with))]
    elif not _is_model(binder, decl.model, what, decl.model.source):
        return
    for name in names:
        where = binder.condition(name, decl.where, what)
        if where is not None:
            yield name, where


def models_with(models: Mapping[str, HasFields], name: str) -> Iterator[str]:
    """Give the models that have a to-one field of a name which leads to the model of that name."""
    target = "".join(part.title() for part in name.split("_"))
    for model, draft in models.items():
        field = draft.fields.get(name)
        relation = None if field is None else field.relation
        is_column = relation is not None and relation.kind is RelationKind.TO_ONE
        if relation is not None and is_column and relation.target == target:
            yield model


def unknown_groups(
    names: Iterable[Text], what: str, groups: Mapping[str, GroupDef], mistakes: Mistakes
) -> list[Problem]:
    """Return a problem for every name that is no group's."""
    places = {known: group.source for known, group in groups.items()}
    return [
        unknown("unknown_group", f'{what} names unknown group "{name}".', name, places, name.source)
        for name in names
        if name not in groups and not mistakes.is_lost(name)
    ]


def _allowed(decl: AccessDecl) -> frozenset[str]:
    named = set(map(str, decl.allow))
    return frozenset(named - {ALL} | set(OPERATIONS)) if ALL in named else frozenset(named)


def _where(binder: Binder, decl: AccessDecl, what: str) -> Condition | None:
    return binder.condition(decl.model, decl.where, what) if decl.where else None


def _is_model(binder: Binder, name: str, what: str, source: Source) -> bool:
    models = binder.drafts.models
    if name in models:
        return True
    if binder.drafts.mistakes.is_lost(name):
        return False
    places = {known: model.decl.source for known, model in models.items()}
    message = f'{what} is about unknown model "{name}".'
    binder.problems.append(unknown("unknown_model", message, name, places, source))
    return False


def _are_known(
    binder: Binder,
    decl: AccessDecl,
    groups: Mapping[str, GroupDef],
    behaviours: Mapping[str, type],
) -> bool:
    what = f"access of {decl.group}"
    mistakes = binder.drafts.mistakes
    group = Text(decl.group, decl.source)
    binder.problems.extend(unknown_groups([group], f"access to {decl.model}", groups, mistakes))
    if not _is_model(binder, decl.model, what, decl.source):
        return False
    behaviour = behaviours.get(decl.model)
    known = (*OPERATIONS, ALL, *exposed_methods(behaviour))
    for name in decl.allow:
        if name not in known and not mistakes.is_lost(name):
            message = f'{what} to {decl.model} allows unknown operation "{name}".'
            hint = did_you_mean(name, known)
            binder.problems.append(name.source.problem("unknown_operation", message, hint))
    return decl.group in groups
