"""extend and mixins: fold extensions and abstract models over declarations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol, TypeVar

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import (
    FieldDecl,
    ModelDecl,
    ModuleDecl,
)
from graphql_erp.declarations.source import Located, Source
from graphql_erp.errors import Problem
from graphql_erp.fields.labels import words
from graphql_erp.registry.draft import declared_in, unknown
from graphql_erp.registry.mixins import mixed

EXTENSIBLE = (
    "label",
    "hint",
    "default",
    "required",
    "readonly",
    "index",
    "groups",
    "options",
)
"""Options of a field another module may set."""
_OWN_ONLY = ("plural", "table", "abstract", "tree", "transient")


class _Named(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def source(self) -> Source: ...


Named = TypeVar("Named", bound=_Named)


def merge(
    modules: Sequence[ModuleDecl],
    reached: Mapping[str, frozenset[str]],
    mistakes: Mistakes,
) -> dict[str, ModelDecl]:
    """Return every model with its mixins and extensions folded in, in order of the modules.

    Abstract models are among them.

    Args:
        modules: One set of modules in dependency order.
        reached: For each module itself and everything it depends on.
        mistakes: Gets the mistakes.
    """
    owned = [_owned(decl, module.identifier) for module in modules for decl in module.models]
    models: dict[str, ModelDecl] = {}
    for decl in owned:
        if decl.is_extension:
            continue
        if decl.name in models:
            message = f'model "{decl.name}" is declared twice.'
            hint = f"Write `extend: {decl.name}` to add to it"
            hint += f"{declared_in(models[decl.name].source)}."
            mistakes.problems.append(decl.source.problem("duplicate_model", message, hint))
        models.setdefault(decl.name, decl)
    extensions = [decl for decl in owned if decl.is_extension]
    abstract = frozenset(name for name, decl in models.items() if decl.abstract)
    for decl in extensions:
        if decl.name in abstract:
            _extend(models, decl, reached, mistakes)
    models = mixed(models, extensions, reached, mistakes)
    for decl in extensions:
        if decl.name not in abstract:
            _extend(models, decl, reached, mistakes)
    return models


def _owned(decl: ModelDecl, module: str) -> ModelDecl:
    fields = tuple(replace(item, module=module) for item in decl.fields)
    return replace(decl, module=module, fields=fields)


def _extend(
    models: dict[str, ModelDecl],
    extension: ModelDecl,
    reached: Mapping[str, frozenset[str]],
    mistakes: Mistakes,
) -> None:
    problems = mistakes.problems
    base = models.get(extension.name)
    if base is None and mistakes.is_lost(extension.name):
        return
    if base is None:
        places = {name: model.source for name, model in models.items()}
        message = f'extension of unknown model "{extension.name}".'
        problems.append(unknown("unknown_model", message, extension.name, places, extension.source))
        return
    if base.module not in reached[extension.module]:
        message = f'"{extension.name}" belongs to module "{base.module}".'
        hint = f'Add "{base.module}" to the dependencies of "{extension.module}".'
        problems.append(extension.source.problem("missing_dependency", message, hint))
    for key in _OWN_ONLY:
        if getattr(extension, key):
            message = f'"{key}" of {extension.name} is the business of module "{base.module}".'
            problems.append(extension.source.problem("not_extensible", message))
    models[extension.name] = replace(
        base,
        label=extension.label or base.label,
        description=extension.description or base.description,
        order_by=extension.order_by or base.order_by,
        display_name=extension.display_name or base.display_name,
        search=extension.search or base.search,
        archive=extension.archive or base.archive,
        audit=extension.audit or base.audit,
        mixins=tuple(dict.fromkeys((*base.mixins, *extension.mixins))),
        fields=_merge_fields(base, extension, problems),
        checks=_merge_named("check", base.checks, extension.checks, problems),
        unique=_merge_named("unique key", base.unique, extension.unique, problems),
        indexes=_merge_named("index", base.indexes, extension.indexes, problems),
    )


def _merge_named(
    what: str, first: tuple[Named, ...], second: tuple[Named, ...], problems: list[Problem]
) -> tuple[Named, ...]:
    places = {item.name: item.source for item in first}
    for item in second:
        if item.name in places:
            message = f'{what} "{item.name}" exists already{declared_in(places[item.name])}.'
            problems.append(item.source.problem("duplicate_name", message, "Choose another name."))
    return (*first, *(item for item in second if item.name not in places))


def _merge_fields(
    base: ModelDecl, extension: ModelDecl, problems: list[Problem]
) -> tuple[FieldDecl, ...]:
    merged = {item.name: item for item in base.fields}
    for decl in extension.fields:
        first = merged.get(decl.name)
        if first is None:
            merged[decl.name] = decl
        elif decl.type and decl.type != first.type:
            message = (
                f'field "{decl.name}" of {base.name} has type {first.type}'
                f"{declared_in(first.source)}, it cannot become {decl.type}."
            )
            problems.append(decl.source.problem("duplicate_field", message))
        else:
            merged[decl.name] = _change(base.name, first, decl, problems)
    return tuple(merged.values())


def _change(model: str, first: FieldDecl, change: FieldDecl, problems: list[Problem]) -> FieldDecl:
    options = dict(first.options)
    for name, item in change.options.items():
        what = f'"{name}" of field "{change.name}" of {model}'
        if name not in EXTENSIBLE:
            hint = f"An extension may set {', '.join(EXTENSIBLE)}."
            message = f"{what} is the business of module " + f'"{first.module}".'
            problems.append(item.place.problem("not_extensible", message, hint))
        elif name == "required" and item.value is not True:
            message = f"{what} cannot be relaxed: other code relies on the value."
            problems.append(item.source.problem("not_extensible", message))
        elif name == "options" and "options" in options:
            options[name] = _more_options(options[name], item)
        else:
            options[name] = item
    return replace(first, options=options)


def _more_options(first: Located, added: Located) -> Located:
    if isinstance(first.value, list | tuple) and isinstance(added.value, list | tuple):
        known = {item.value for item in first.value}
        more = [item for item in added.value if item.value not in known]
        return replace(first, value=[*first.value, *more])
    return replace(first, value={**_labelled(first), **_labelled(added)})


def _labelled(options: Located) -> dict[str, Located]:
    if isinstance(options.value, dict):
        return options.value
    return {str(item.value): replace(item, value=words(str(item.value))) for item in options.value}
