"""core_0004: add custom field."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0004"
down_revision = "core_0003"
branch_labels = None
depends_on = ("engine_0004",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "custom_field",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column(
            "created_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("created_by_id", sa.BigInteger()),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column("updated_by_id", sa.BigInteger()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("name", sa.String(50), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("label", sa.String(120)),
        sa.Column("hint", sa.String(300)),
        sa.Column("options", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_custom_field"),
        sa.CheckConstraint(
            "type IN ('Char', 'Text', 'Email', 'Url', 'Integer', 'BigInteger', 'Decimal', 'Float',"
            " 'Boolean', 'Date', 'Datetime', 'Time', 'Selection')",
            name="ck_custom_field_type_options",
        ),
        sa.UniqueConstraint("model", "name", name="uq_custom_field_name"),
        comment="A field this tenant added to a model; part of the schema while it is active.",
    )
    op.create_index("ix_custom_field_created_by_id", "custom_field", ["created_by_id"])
    op.create_index("ix_custom_field_updated_by_id", "custom_field", ["updated_by_id"])
    op.create_foreign_key(
        "fk_custom_field_created_by_id",
        "custom_field",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_custom_field_updated_by_id",
        "custom_field",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
