"""engine_0002: counters."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0002"
down_revision = "engine_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "erp_counter",
        sa.Column("sequence", sa.Text(), nullable=False),
        sa.Column("company", sa.BigInteger(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", "company", "period", name="pk_erp_counter"),
        comment="Last number given by each sequence, per company and period",
    )
