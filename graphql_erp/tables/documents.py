"""Documents that clients may name by their hash instead of sending them."""

from __future__ import annotations

import sqlalchemy as sa

DOCUMENTS = sa.Table(
    "erp_document",
    sa.MetaData(),
    sa.Column("hash", sa.Text(), nullable=False),
    sa.Column("text", sa.Text(), nullable=False),
    sa.Column("name", sa.Text(), nullable=False),
    sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("hash", name="pk_erp_document"),
    comment="Registered documents",
)
"""`hash` is the SHA-256 of the text in 64 hexadecimal digits, `name` that of the file."""
