"""groups, access and rules: names checked, conditions bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graphql_erp.behaviour.exposed import exposed_methods
from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import AccessDecl, ModuleDecl, RuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Condition
from graphql_erp.fields.labels import words
from graphql_erp.naming import did_you_mean
from graphql_erp.registry.binder import Binder
from graphql_erp.registry.draft import declared_in, unknown

OPERATIONS = ("read", "create", "update", "delete")
ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupDef:
    """A named set of permissions."""

    name: str
    module: str
    label: str
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
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDef:
    """A restriction of a model that holds for everybody."""

    name: str
    model: str
    module: str
    where: Condition
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
                implies=tuple(map(str, decl.implies)),
                source=decl.source,
            )
    for module in modules:
        for decl in module.groups:
            what = f'group "{decl.name}"'
            mistakes.problems.extend(unknown_groups(decl.implies, what, groups, mistakes))
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
            source=decl.source,
        )
        for module, decl in decls
        if _are_known(binder, decl, groups, behaviours)
    )


def read_rules(binder: Binder, modules: Sequence[ModuleDecl]) -> tuple[RuleDef, ...]:
    """Return the rules of all modules."""
    rules = []
    for module in modules:
        for decl in module.rules:
            what = f'rule "{decl.name}"'
            if not _is_model(binder, decl.model, what, decl.model.source):
                continue
            where = _where(binder, decl, what)
            if where is not None:
                rules.append(
                    RuleDef(
                        name=decl.name,
                        model=str(decl.model),
                        module=module.identifier,
                        where=where,
                        source=decl.source,
                    )
                )
    return tuple(rules)


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


def _where(binder: Binder, decl: AccessDecl | RuleDecl, what: str) -> Condition | None:
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
