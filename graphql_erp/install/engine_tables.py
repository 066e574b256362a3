"""What only the engine needs in a database: modules, counters, answers, sign-ins, documents."""

from __future__ import annotations

import sqlalchemy as sa

from graphql_erp.config import REPOSITORY
from graphql_erp.tables.answers import ANSWERS
from graphql_erp.tables.build import Tables
from graphql_erp.tables.counters import COUNTERS
from graphql_erp.tables.documents import DOCUMENTS
from graphql_erp.tables.identity import IDENTITY_TABLES

ENGINE = "engine"
"""Branch of the engine's own revisions."""

ENGINE_MIGRATIONS = REPOSITORY / "migrations"
"""Folder of the engine's own revisions."""

REVISION_TABLE = "erp_revision"
"""Table of the revisions a database is at."""

_METADATA = sa.MetaData()

INSTALLED = sa.Table(
    "erp_module",
    _METADATA,
    sa.Column("identifier", sa.Text(), nullable=False),
    sa.Column("version", sa.Text(), nullable=False),
    sa.Column("fingerprint", sa.Text(), nullable=False),
    sa.Column("demo", sa.Boolean(), nullable=False),
    sa.Column(
        "installed_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.text("now()"),
    ),
    sa.Column(
        "updated_at",
        sa.DateTime(timezone=True),
        nullable=False,
        server_default=sa.text("now()"),
    ),
    sa.PrimaryKeyConstraint("identifier", name="pk_erp_module"),
    comment="Modules installed in this database",
)
"""Installed modules; `fingerprint` is that of the whole set at the last installation."""

for _table in (COUNTERS, ANSWERS, DOCUMENTS, *IDENTITY_TABLES):
    _table.to_metadata(_METADATA)

ENGINE_TABLES = Tables(_METADATA, {}, {})
"""The engine's own tables."""
