"""The to-one fields behind a Reference, as if they had been declared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl, ModelDecl
from graphql_erp.fields.reference import Reference
from graphql_erp.registry.draft import FieldDraft, ModelDraft, declared_in


def reference_members(
    model: ModelDecl, decl: FieldDecl, kind: Reference, mistakes: Mistakes
) -> Iterator[FieldDraft]:
    """Give the to-one fields behind a Reference.

    Args:
        model: The model it belongs to.
        decl: The Reference as it was declared: where they stand.
        kind: Its options.
        mistakes: Gets the fields that have a name of one of them.
    """
    declared = {item.name: item.source for item in model.fields}
    for name, member in kind.members(decl.name).items():
        if name in declared:
            message = f'field "{name}" of {model.name} must have another name: it stands behind'
            message += f' the Reference "{decl.name}"{declared_in(decl.source)}.'
            mistakes.problems.append(declared[name].problem("reserved_field", message))
            continue
        behind = replace(decl, name=name, type=member.name)
        yield FieldDraft(decl=behind, type=member, member_of=decl.name)


def is_incomplete(model: ModelDraft, draft: FieldDraft) -> bool:
    """Tell whether a field is a Reference that leads to a model nobody knows."""
    kind = draft.type
    if not isinstance(kind, Reference):
        return False
    return not kind.members(draft.name).keys() <= model.fields.keys()
