"""Names of indexes, which are names in the whole database: no two may be equal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphql_erp import naming
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem
from graphql_erp.fields.selection import Selection
from graphql_erp.registry.draft import declared_in
from graphql_erp.registry.model import ModelDef

_HINT = "Choose another name; `unique:` and `indexes:` of a model give keys and indexes one."


def index_name_problems(models: Iterable[ModelDef]) -> Iterator[Problem]:
    """Give a problem for every index or constraint that has the name of another one.

    `lead_name` of Crm and `name` of CrmLead would both be indexed by ix_crm_lead_name.
    """
    seen: dict[str, tuple[str, Source]] = {}
    for model in models:
        for name, source in _names(model):
            if name not in seen:
                seen[name] = (model.name, source)
                continue
            other, place = seen[name]
            message = (
                f'{model.name} needs the index or constraint "{name}",'
                f" which is that of {other}{declared_in(place)}."
            )
            yield source.problem("name_clash", message, _HINT)


def _names(model: ModelDef) -> Iterator[tuple[str, Source]]:
    named = [(key.name, key.fields[0]) for key in model.unique]
    named += [(index.name, index.fields[0]) for index in model.indexes]
    for name, first in named:
        lead = model.field(first)
        yield name, model.source if lead.is_system else lead.source
    for field in model.fields.values():
        if isinstance(field.type, Selection) and field.is_stored:
            yield naming.constraint_name("ck", model.table, field.column, "options"), field.source
    for check in model.checks:
        yield naming.constraint_name("ck", model.table, check.name), check.source
