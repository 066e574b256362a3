"""Names the finished schema would have: clashes are found, both sources named."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping

from graphql_erp import naming
from graphql_erp.behaviour.model import RESERVED_NAMES
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.fields.reference import Reference
from graphql_erp.fields.selection import Selection
from graphql_erp.fields.varies_by import VariesBy
from graphql_erp.registry.draft import FieldDraft, ModelDraft, declared_in
from graphql_erp.registry.schema_names import GENERATED_SUFFIXES, ROOT_FIELDS, SHARED_TYPES
from graphql_erp.registry.system import SYSTEM_FIELDS
from graphql_erp.registry.translations import TRANSLATIONS

_TAKEN = {"node_id": "every record has the GraphQL field nodeId"}


def singular_of(model: ModelDraft) -> str:
    """Return the GraphQL root field of one record."""
    return naming.lower_first(model.decl.name)


def plural_of(model: ModelDraft) -> str:
    """Return the GraphQL root field of the list."""
    return model.decl.plural or naming.plural(singular_of(model))


def field_name_problems(model: ModelDraft) -> Iterator[Problem]:
    """Give a problem for every declared field whose name is taken."""
    for draft in model.fields.values():
        if draft.is_system:
            continue
        reason = _taken(model, draft)
        if reason:
            message = f'field "{draft.name}" of {model.decl.name} must have another name: {reason}.'
            yield draft.decl.source.problem("reserved_field", message)


def reserved_field_reason(name: str) -> str:
    """Return why no field can have a name, "" when one can."""
    if name in SYSTEM_FIELDS:
        return "the engine declares one for every model"
    if name in _TAKEN:
        return _TAKEN[name]
    if keyword.iskeyword(name):
        return "it is a word of Python, so that no expression could mention it"
    if name in RESERVED_NAMES:
        return "it would hide a method of Model"
    return ""


def _taken(model: ModelDraft, draft: FieldDraft) -> str:
    reason = reserved_field_reason(draft.name)
    kinds = (item.type.varies_by for item in model.fields.values())
    if draft.name == TRANSLATIONS and VariesBy.LANGUAGE in kinds:
        return "models with translated fields have a GraphQL field of this name"
    owner = model.fields.get(draft.name.removesuffix("_id"))
    if reason or owner is None or owner is draft or not draft.name.endswith("_id"):
        return reason
    if owner.relation is None or owner.relation.is_to_many:
        return ""
    return f'it is the id of "{owner.name}"{declared_in(owner.decl.source)}'


def clash_problems(models: Mapping[str, ModelDraft]) -> Iterator[Problem]:
    """Give a problem for every name of the schema or the database that two things would have."""
    roots: dict[str, tuple[str, Source]] = {name: (name, Source("")) for name in ROOT_FIELDS}
    types: dict[str, tuple[str, Source]] = {name: (name, Source("")) for name in SHARED_TYPES}
    tables: dict[str, tuple[str, Source]] = {}
    for model in models.values():
        yield from _clashes("GraphQL type", _types(model), types)
        yield from _clashes("root field", _roots(model), roots)
        yield from _clashes("table", _tables(model), tables)


Named = Iterator[tuple[str, str, Source]]


def _clashes(kind: str, names: Named, seen: dict[str, tuple[str, Source]]) -> Iterator[Problem]:
    for name, what, source in names:
        if name not in seen:
            seen[name] = (what, source)
            continue
        other, place = seen[name]
        if other == what:
            continue
        where = declared_in(place) if place.path else ""
        owner = f"that of {other}{where}" if place.path else "part of every schema"
        message = f'{what} needs the {kind} "{name}", which is {owner}.'
        yield source.problem("name_clash", message, "Choose another name.")


def _roots(model: ModelDraft) -> Named:
    decl = model.decl
    for name in (singular_of(model), plural_of(model)):
        yield name, f"model {decl.name}", decl.source
    if singular_of(model) == plural_of(model):
        yield singular_of(model), f"the list of {decl.name}", decl.source


def _types(model: ModelDraft) -> Named:
    decl = model.decl
    for suffix in ("", *GENERATED_SUFFIXES):
        yield decl.name + suffix, f"model {decl.name}", decl.source
    for draft in model.fields.values():
        if isinstance(draft.type, Selection | Reference):
            what = f'field "{draft.name}" of {decl.name}'
            name = decl.name + naming.pascal(draft.name)
            suffixes = ("", "Filter", "Input") if isinstance(draft.type, Reference) else ("",)
            for suffix in suffixes:
                yield name + suffix, what, draft.decl.source


def _tables(model: ModelDraft) -> Named:
    decl = model.decl
    yield decl.table or naming.table_name(decl.name), f"model {decl.name}", decl.source
    for draft in model.fields.values():
        relation = draft.relation
        if relation is not None and relation.link_table:
            first, second = sorted((f"{decl.name}.{draft.name}", _other_end(draft)))
            what = f"the link {first}" + (f" = {second}" if relation.inverse else "")
            yield relation.link_table, what, draft.decl.source


def _other_end(draft: FieldDraft) -> str:
    relation = draft.relation
    return f"{relation.target}.{relation.inverse}" if relation and relation.inverse else "~"
