"""Counters of sequences: the last number given per sequence, company and period."""

from __future__ import annotations

import sqlalchemy as sa

NO_COMPANY = 0
"""Company of a counter when the sequence or the record has none; ids begin at 1."""

COUNTERS = sa.Table(
    "erp_counter",
    sa.MetaData(),
    sa.Column("sequence", sa.Text(), nullable=False),
    sa.Column("company", sa.BigInteger(), nullable=False),
    sa.Column("period", sa.Text(), nullable=False),
    sa.Column("value", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("sequence", "company", "period", name="pk_erp_counter"),
    comment="Last number given by each sequence, per company and period",
)
"""`sequence` is table and column, `period` is "", a year or a month such as 2026-06."""
