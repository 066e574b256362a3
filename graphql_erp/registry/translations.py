"""Which fields of a model have a value per language, and where GraphQL shows all of them."""

from __future__ import annotations

from graphql_erp.fields.varies_by import VariesBy
from graphql_erp.registry.model import FieldDef, ModelDef

TRANSLATIONS = "translations"
"""GraphQL field and input member: `{name: {en: "New", fr: "Nouveau"}}`."""


def translated_fields(model: ModelDef) -> tuple[FieldDef, ...]:
    """Return the fields `translations` shows; those limited to a group are not among them."""
    return tuple(
        field
        for field in model.fields.values()
        if field.is_stored and field.type.varies_by is VariesBy.LANGUAGE and not field.type.groups
    )
