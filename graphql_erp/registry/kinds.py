"""Cross checks of the kinds of models: archived, trees, audited, transient."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql_erp.errors import Problem
from graphql_erp.expressions.tree import Kind
from graphql_erp.registry.attached import audit_problems
from graphql_erp.registry.draft import Drafts, FieldDraft, unknown
from graphql_erp.registry.grants import GroupDef
from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.trees import tree_problems

Groups = Mapping[str, GroupDef]


def bad_archive(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Models whose `archive` names no required Boolean of their own."""
    for name, model in drafts.models.items():
        archive = model.decl.archive
        draft = model.fields.get(archive)
        if not archive or (draft is None and drafts.mistakes.is_lost(archive)):
            continue
        what = f"archive of {name}"
        if draft is None:
            message = f'{what}: {name} has no field "{archive}".'
            yield unknown("unknown_field", message, archive, model.places, archive.source)
        elif not _tells_archived(draft):
            message = f'{what}: "{archive}" is no required Boolean that is stored.'
            hint = f"Write `{archive}: {{type: Boolean, required: true, default: true}}`."
            yield archive.source.problem("bad_archive", message, hint)


def _tells_archived(draft: FieldDraft) -> bool:
    kind = draft.type
    return kind.kind is Kind.BOOLEAN and kind.required and kind.compute is None


def bad_tree(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Trees whose fields cannot be those of a tree."""
    for model in drafts.models.values():
        yield from tree_problems(model)


def bad_audit(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Audited models of which nobody could keep the changes."""
    yield from audit_problems(drafts)


def bad_transient(drafts: Drafts, _groups: Groups) -> Iterator[Problem]:
    """Lasting models whose records could not outlive a transient one."""
    for name, model in drafts.models.items():
        for draft in () if model.decl.transient else model.fields.values():
            relation = draft.relation
            if relation is None or relation.kind is not RelationKind.TO_ONE:
                continue
            is_bound = draft.type.required or relation.on_delete == "cascade"
            if drafts.models[relation.target].decl.transient and is_bound:
                message = (
                    f'field "{draft.name}" of {name} needs a record of {relation.target},'
                    " which is transient: it is gone after a day."
                )
                hint = f"Make it optional with `on_delete: set_null`, or {name} transient too."
                yield draft.decl.source.problem("bad_transient", message, hint)


KIND_CHECKS = (bad_archive, bad_tree, bad_audit, bad_transient)
"""All checks of kinds of models."""
