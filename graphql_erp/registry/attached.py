"""Attached records: those of another model that name any record by its model and its id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from graphql_erp.declarations.nodes import FieldDecl, ModelDecl
from graphql_erp.errors import Problem
from graphql_erp.fields.relation import Attached
from graphql_erp.registry.draft import Drafts, FieldDraft, ModelDraft
from graphql_erp.registry.model import Relation, RelationKind

AUDIT_MODEL = "AuditEntry"
"""Model of what happened to audited records."""
AUDIT_MODULE = "core"
"""Module that declares it."""
CHANGES = "changes"
"""Field of an audited model that leads to what happened to a record."""

_MODEL_COLUMN, _ID_COLUMN = "model", "record_id"


def with_changes(draft: ModelDraft, models: Mapping[str, ModelDecl]) -> ModelDraft:
    """Return a model with the field that leads to its changes, when it is audited."""
    if not draft.decl.audit or AUDIT_MODEL not in models:
        return draft
    hint = "What happened to the record, the newest first."
    return replace(
        draft, fields={**draft.fields, CHANGES: attached(draft, CHANGES, AUDIT_MODEL, hint)}
    )


def attached(draft: ModelDraft, name: str, target: str, hint: str) -> FieldDraft:
    """Return a field that leads to the records of a model that name the own one.

    Args:
        draft: The own model.
        name: Name of the field.
        target: The other model; its fields `model` and `record_id` say whom a record is about.
        hint: Sentence shown in the GraphQL schema.
    """
    decl = FieldDecl(name=name, type=Attached.name, source=draft.decl.source, module=draft.module)
    return FieldDraft(
        decl=decl,
        type=Attached(to=target, readonly=True, hint=hint),
        relation=Relation(
            kind=RelationKind.ATTACHED,
            target=target,
            column=_ID_COLUMN,
            model_column=_MODEL_COLUMN,
        ),
        is_system=True,
    )


def audit_problems(drafts: Drafts) -> Iterator[Problem]:
    """Give a problem for every model that cannot be audited."""
    for name, model in drafts.models.items():
        decl = model.decl
        if not decl.audit:
            continue
        if AUDIT_MODEL not in drafts.models and not drafts.mistakes.is_lost(AUDIT_MODEL):
            message = f"{name} is audited, but no module here has the model {AUDIT_MODEL}."
            hint = f'Add "{AUDIT_MODULE}" to the dependencies of "{model.module}".'
            yield decl.source.problem("bad_audit", message, hint)
        if name == AUDIT_MODEL:
            message = f"{name} records changes; its own cannot be recorded."
            yield decl.source.problem("bad_audit", message, "Remove `audit`.")
        for item in decl.fields:
            if item.name == CHANGES:
                message = f'field "{item.name}" of {name} must have another name: audited'
                message += " models have one."
                yield item.source.problem("reserved_field", message)
