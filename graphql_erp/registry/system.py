"""The fields every model has."""

from __future__ import annotations

from collections.abc import Mapping

from graphql_erp.declarations.nodes import FieldDecl
from graphql_erp.declarations.source import BUILT_IN
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.number import Integer
from graphql_erp.fields.relation import Id, ManyToOne
from graphql_erp.fields.temporal import Datetime
from graphql_erp.fields.text import Text
from graphql_erp.registry.draft import FieldDraft
from graphql_erp.registry.model import Relation, RelationKind

USER_MODEL = "User"
DISPLAY_NAME = "display_name"
SYSTEM_FIELDS = (
    "id",
    "version",
    "created_at",
    "created_by",
    "updated_at",
    "updated_by",
    DISPLAY_NAME,
)
"""Names of the fields the engine declares, in their order."""


def system_fields(module: str, *, has_users: bool) -> Mapping[str, FieldDraft]:
    """Return the engine's fields; who wrote it is kept when there are users."""
    user = ManyToOne(to=USER_MODEL, on_delete="set_null", readonly=True)
    types: dict[str, FieldType] = {
        "id": Id(label="ID", required=True, readonly=True),
        "version": Integer(required=True, readonly=True, default=1),
        "created_at": Datetime(required=True, readonly=True, default="now"),
        "created_by": user,
        "updated_at": Datetime(required=True, readonly=True, default="now"),
        "updated_by": user,
        DISPLAY_NAME: Text(required=True, readonly=True),
    }
    return {
        name: FieldDraft(
            decl=FieldDecl(name=name, type=kind.name, source=BUILT_IN, module=module),
            type=kind,
            relation=_written_by(name) if kind is user else None,
            is_system=True,
        )
        for name, kind in types.items()
        if kind is not user or has_users
    }


def _written_by(name: str) -> Relation:
    return Relation(
        kind=RelationKind.TO_ONE, target=USER_MODEL, column=f"{name}_id", on_delete="set_null"
    )
