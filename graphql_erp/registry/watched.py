"""Fields that methods with `@onchange` watch: those a form can change."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.registry.draft import Drafts, ModelDraft, unknown
from graphql_erp.registry.logic import OnChange


def watch_problems(
    drafts: Drafts, draft: ModelDraft, method: OnChange, what: str, source: Source
) -> Iterator[Problem]:
    """Give a problem for every watched name that is no field, or one that is only computed.

    Args:
        drafts: The models.
        draft: The method's model.
        method: The method.
        what: The method in words.
        source: Where it stands.
    """
    for name in sorted(method.fields):
        field = draft.fields.get(name)
        if field is None:
            if not drafts.mistakes.is_lost(name):
                message = f'{what} watches "{name}": {draft.decl.name} has no such field.'
                yield unknown("unknown_field", message, name, draft.places, source)
        elif field.is_system or field.type.compute is not None:
            message = f'{what} watches "{name}", which nobody fills in.'
            hint = "Watch the fields it is computed from."
            yield source.problem("bad_onchange", message, "" if field.is_system else hint)


def is_of_record_alone(method: Any) -> bool:
    """Tell whether a method can be called on a record without arguments."""
    if not inspect.isfunction(method):
        return False
    _first, *others = inspect.signature(method).parameters.values() or [None]
    optional = {inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD}
    return all(
        item is not None and (item.default is not item.empty or item.kind in optional)
        for item in others
    )
