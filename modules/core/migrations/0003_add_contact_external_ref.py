"""core_0003: add contact external ref."""

import sqlalchemy as sa
from alembic import op

revision = "core_0003"
down_revision = "core_0002"
branch_labels = None
depends_on = ("engine_0004",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.add_column("contact", sa.Column("external_ref", sa.String(120)))
    op.create_unique_constraint("uq_contact_external_ref", "contact", ["external_ref"])
