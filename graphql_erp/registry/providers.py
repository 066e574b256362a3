"""Providers of behaviour classes: each has a method to provide for and a key of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from graphql_erp.behaviour.providers import Provider, all_providers, dispatched_by
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.fields.selection import Selection
from graphql_erp.naming import did_you_mean
from graphql_erp.registry.draft import ModelDraft

Place = Callable[[Callable[..., Any]], Source]


def provider_problems(draft: ModelDraft, behaviour: type | None, place: Place) -> Iterator[Problem]:
    """Give what is wrong with the providers of a model.

    Args:
        draft: The model.
        behaviour: Its finished class, None without one.
        place: Where a function stands.
    """
    if behaviour is None:
        return
    methods = {name: dispatched_by(getattr(behaviour, name)) for name in dir(behaviour)}
    known = {name: field for name, field in methods.items() if field}
    for name, field in known.items():
        if field not in draft.fields or draft.fields[field].relation is not None:
            source = place(getattr(behaviour, name))
            hint = did_you_mean(field, list(draft.fields))
            message = f'"{name}" of {draft.decl.name} is dispatched by "{field}", no field of it.'
            yield source.problem("bad_provider", message, hint)
    seen: dict[tuple[str, str], Source] = {}
    for item in all_providers(behaviour):
        source = place(item.function)
        message, hint = _fault(draft, item, known)
        if not message and (item.method, item.key) in seen:
            message = f"is provided already ({seen[item.method, item.key]})."
            hint = "Extend that method by its name."
        seen.setdefault((item.method, item.key), source)
        if message:
            what = f'"{item.method}" for "{item.key}"'
            yield source.problem("bad_provider", f"{what} of {draft.decl.name} {message}", hint)


def _fault(draft: ModelDraft, item: Provider, known: dict[str, str]) -> tuple[str, str]:
    """Return what is wrong with a provider and a hint, "" when nothing is."""
    if item.method not in known:
        return "provides for no method marked with @dispatch.", did_you_mean(
            item.method, list(known)
        )
    field = draft.fields.get(known[item.method])
    if field is None or not isinstance(field.type, Selection) or item.key in field.type.options:
        return "", ""
    options = list(field.type.options)
    hint = did_you_mean(item.key, options) or f"Extend the options of {field.name}."
    return f'has a key that is no option of "{field.name}".', hint
