"""checks: conditions every record must satisfy, bound."""

from __future__ import annotations

from graphql_erp.registry.binder import Binder
from graphql_erp.registry.computed import Expressions, dependencies, is_own_and_immutable
from graphql_erp.registry.draft import ModelDraft
from graphql_erp.registry.model import CheckDef


def bind_checks(
    binder: Binder, draft: ModelDraft, expressions: Expressions
) -> tuple[CheckDef, ...]:
    """Return the checks of a model; those over own columns are CHECK constraints too."""
    model = draft.decl.name
    found = []
    for decl in draft.decl.checks:
        what = f'check "{decl.name}" of {model}'
        where = binder.condition(model, decl.where, what)
        if where is None:
            continue
        read = dependencies(binder.drafts, model, where)
        own = dict.fromkeys(name for owner, name in read if owner == model)
        found.append(
            CheckDef(
                name=decl.name,
                where=where,
                message=decl.message,
                fields=tuple(own),
                is_database=is_own_and_immutable(binder.drafts, model, where, expressions),
                source=decl.source,
            )
        )
    return tuple(found)
