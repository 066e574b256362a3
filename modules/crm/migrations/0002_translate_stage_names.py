"""crm_0002: translate stage names."""

from alembic import op
from sqlalchemy.dialects import postgresql

revision = "crm_0002"
down_revision = "crm_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.alter_column(
        "crm_stage",
        "name",
        type_=postgresql.JSONB(),
        postgresql_using="CASE WHEN name IS NOT NULL THEN jsonb_build_object('en', name) END",
    )
