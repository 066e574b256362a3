"""tree: parent, children, ancestors and descendants of the records of one model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from graphql_erp import naming
from graphql_erp.declarations.nodes import FieldDecl, ModelDecl
from graphql_erp.declarations.source import Located
from graphql_erp.errors import Problem
from graphql_erp.fields.relation import Lineage, ManyToOne
from graphql_erp.registry.draft import FieldDraft, ModelDraft
from graphql_erp.registry.model import Relation, RelationKind

PARENT = "parent"
_CHILDREN = "children"
_LINEAGE: Mapping[str, tuple[RelationKind, str]] = {
    "ancestors": (RelationKind.ANCESTORS, "The parent, its parent, and so on up to the root."),
    "descendants": (RelationKind.DESCENDANTS, "The children, their children, and so on."),
}


def with_parent(decl: ModelDecl) -> ModelDecl:
    """Return a tree's declaration with the field that leads to the parent."""
    if not decl.tree or any(item.name == PARENT for item in decl.fields):
        return decl
    options = {"to": decl.name, "inverse": _CHILDREN, "on_delete": "restrict"}
    parent = FieldDecl(
        name=PARENT,
        type=ManyToOne.name,
        options={name: Located(value, decl.source) for name, value in options.items()},
        source=decl.source,
        module=decl.module,
    )
    return replace(decl, fields=(*decl.fields, parent))


def lineage(decl: ModelDecl) -> Mapping[str, FieldDraft]:
    """Return the fields that lead to all records above and below one in a tree."""
    if not decl.tree:
        return {}
    column = naming.postgres_name(f"{PARENT}_id")
    return {
        name: FieldDraft(
            decl=FieldDecl(name=name, type=Lineage.name, source=decl.source, module=decl.module),
            type=Lineage(to=decl.name, readonly=True, hint=hint),
            relation=Relation(kind=kind, target=decl.name, column=column),
            is_system=True,
        )
        for name, (kind, hint) in _LINEAGE.items()
    }


def tree_problems(model: ModelDraft) -> Iterator[Problem]:
    """Give what is wrong with the fields of a tree."""
    name = model.decl.name
    if not model.decl.tree:
        return
    parent = model.fields.get(PARENT)
    if parent is not None and not _leads_up(parent, name):
        message = f'field "{PARENT}" of {name} must lead to {name}, which is a tree.'
        hint = f"Write `{{type: ManyToOne, to: {name}, inverse: {_CHILDREN}}}`, or leave it out."
        yield parent.decl.source.problem("bad_tree", message, hint)
    for item in model.decl.fields:
        if item.name in _LINEAGE:
            message = f'field "{item.name}" of {name} must have another name: trees have one.'
            yield item.source.problem("reserved_field", message)


def _leads_up(parent: FieldDraft, model: str) -> bool:
    relation = parent.relation
    if relation is None:
        return False
    is_kept_here = relation.kind is RelationKind.TO_ONE and isinstance(parent.type, ManyToOne)
    return is_kept_here and relation.target == model and not parent.type.required
