"""Answers of mutations that are sent again: kept for a day by the client's key."""

from __future__ import annotations

import sqlalchemy as sa

NOBODY = 0
"""User of an answer given to nobody in particular; ids begin at 1."""

ANSWERS = sa.Table(
    "erp_answer",
    sa.MetaData(),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("field", sa.Text(), nullable=False),
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("fingerprint", sa.Text(), nullable=False),
    sa.Column("answer", sa.LargeBinary()),
    sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint("user_id", "field", "key", name="pk_erp_answer"),
    sa.Index("ix_erp_answer_given_at", "given_at"),
    comment="Answers of mutations with @idempotent, for a day",
)
"""`field` is the root field, `fingerprint` the SHA-256 of its arguments and selection."""
