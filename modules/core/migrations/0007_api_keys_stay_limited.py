"""core_0007: api keys stay limited."""

import sqlalchemy as sa
from alembic import op

revision = "core_0007"
down_revision = "core_0006"
branch_labels = None
depends_on = ("engine_0006",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column(
        "api_key",
        sa.Column("limited", sa.Boolean(), server_default=sa.text("false"), nullable=False),
    )
    op.alter_column("api_key", "limited", server_default=None)
