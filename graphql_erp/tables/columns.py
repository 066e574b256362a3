"""FieldDef -> column."""

from __future__ import annotations

import sqlalchemy as sa

from graphql_erp.fields.varying import stored_type
from graphql_erp.registry.model import FieldDef
from graphql_erp.tables.own_row import OwnRow

SOURCE_KEY = "source_key"
"""In the `info` of a column that holds a value per key: the key of the value all others fall back
to."""
_ENGINE_DEFAULTS = {"version": "1", "created_at": "now()", "updated_at": "now()"}


def column(field: FieldDef, row: OwnRow) -> sa.Column[object]:
    """Return the column of a stored field."""
    kind = stored_type(field.type)
    if field.name == "id":
        # By default, not always: the installer writes ids it has reserved before.
        return sa.Column("id", kind, sa.Identity(always=False), nullable=False)
    if field.is_generated:
        return sa.Column(field.column, kind, sa.Computed(row.value(field), persisted=True))
    default = _ENGINE_DEFAULTS.get(field.name) if field.is_system else None
    return sa.Column(
        field.column,
        kind,
        nullable=not field.type.required,
        server_default=sa.text(default) if default else None,
        info={SOURCE_KEY: field.type.varies_by.source_key} if field.type.varies_by else {},
    )
