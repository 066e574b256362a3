"""Cross checks: what no single declaration can see. Each gives problems with a stable id."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.monetary import Monetary
from graphql_erp.registry.draft import Drafts, FieldDraft, near_miss
from graphql_erp.registry.grants import GroupDef, unknown_groups
from graphql_erp.registry.kinds import KIND_CHECKS
from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.names import clash_problems, field_name_problems

CURRENCY_MODEL = "Currency"
_WITHOUT_INDEX = frozenset({Kind.JSON, Kind.BINARY})

Groups = Mapping[str, GroupDef]
Check = Callable[[Drafts, Groups], Iterator[Problem]]


def reserved_field(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Field names that are taken by the engine, Python or a relation's id."""
    for model in drafts.models.values():
        yield from field_name_problems(model)


def name_clash(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Names of GraphQL types, root fields and tables that two things would have."""
    yield from clash_problems(drafts.models)


def unknown_group(drafts: Drafts, groups: Groups) -> Iterator[Problem]:
    """Groups of fields that nobody declares."""
    for model, draft in _fields(drafts):
        what = f'field "{draft.name}" of {model}'
        place = draft.place("groups")
        names = [Text(name, place) for name in draft.type.groups]
        yield from unknown_groups(names, what, groups, drafts.mistakes)


def bad_currency(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Monetary fields whose currency is no relation to Currency."""
    for model, draft in _fields(drafts):
        kind = draft.type
        if not isinstance(kind, Monetary) or drafts.mistakes.is_lost(kind.currency):
            continue
        fields = drafts.models[model].fields
        unit = fields.get(kind.currency)
        relation = unit.relation if unit else None
        is_column = relation is not None and relation.kind is RelationKind.TO_ONE
        if relation and is_column and relation.target == CURRENCY_MODEL:
            continue
        places = {
            name: item.decl.source
            for name, item in fields.items()
            if item.relation and item.column and item.relation.target == CURRENCY_MODEL
        }
        message = (
            f'field "{draft.name}" of {model} needs the ManyToOne "{kind.currency}"'
            f" to {CURRENCY_MODEL}."
        )
        hint = near_miss(kind.currency, places) or (
            f"Add `{kind.currency}: {{type: ManyToOne, to: {CURRENCY_MODEL}}}`,"
            " or name another field by `currency:`."
        )
        yield draft.place("currency").problem("bad_currency", message, hint)


def bad_index(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Indexes that do not suit the type of the field."""
    for model, draft in _fields(drafts):
        kind = draft.type
        what = f'field "{draft.name}" of {model}'
        place = draft.place("index")
        if isinstance(kind.index, str) and kind.index != "search":
            message = f"{what} cannot have `index: {kind.index}`."
            yield place.problem("bad_index", message, "Write true, or search for substrings.")
        elif kind.kind in _WITHOUT_INDEX and (kind.index or kind.unique):
            message = f"{what} is a {kind.name} field, which has neither index nor unique values."
            yield place.problem("bad_index", message)
        elif kind.index == "search" and (kind.kind is not Kind.TEXT or not kind.graphql_type):
            hint = "Only Char, Text, Email and Url are searched; write `index: true`."
            yield place.problem("bad_index", f"{what} is no text to search in.", hint)


def _fields(drafts: Drafts) -> Iterator[tuple[str, FieldDraft]]:
    for name, model in drafts.models.items():
        for draft in model.fields.values():
            yield name, draft


CROSS_CHECKS: tuple[Check, ...] = (
    reserved_field,
    name_clash,
    unknown_group,
    bad_currency,
    bad_index,
    *KIND_CHECKS,
)
"""All cross checks, in the order they are made."""
