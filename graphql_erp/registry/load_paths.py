"""Dotted paths that behaviour wants loaded: every name on the way is a field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.fields.reference import Reference
from graphql_erp.registry.draft import Drafts, FieldDraft, unknown


def load_path_problems(
    drafts: Drafts, model: str, paths: Iterable[str], what: str, source: Source
) -> Iterator[Problem]:
    """Give a problem for every path that leads nowhere.

    Args:
        drafts: The models.
        model: Where the paths start.
        paths: Fields joined by dots, all but the last of them relations.
        what: Who names them, for messages.
        source: Where they stand.
    """
    for path in paths:
        problem = _problem(drafts, model, path, what, source)
        if problem is not None:
            yield problem


def _problem(drafts: Drafts, model: str, path: str, what: str, source: Source) -> Problem | None:
    here: str | None = model
    before = ""
    for name in path.split("."):
        if drafts.mistakes.is_lost(name):
            return None
        if here is None:
            hint = f'Only relations lead on; end the path at "{before}".'
            message = f'{what} names the path "{path}": "{before}" is no relation.'
            return source.problem("unknown_field", message, hint)
        fields = drafts.models[here].fields
        if name not in fields:
            message = f'{what} names the path "{path}": {here} has no field "{name}".'
            return unknown("unknown_field", message, name, drafts.models[here].places, source)
        relation = fields[name].relation
        if isinstance(fields[name].type, Reference):
            return _of_several(fields[name], path, what, source)
        here, before = relation.target if relation else None, name
    return None


def _of_several(draft: FieldDraft, path: str, what: str, source: Source) -> Problem:
    members = tuple(draft.type.members(draft.name)) if isinstance(draft.type, Reference) else ()
    message = f'{what} names the path "{path}": "{draft.name}" leads to several models.'
    return source.problem("unknown_field", message, f"Name those it needs: {', '.join(members)}.")
