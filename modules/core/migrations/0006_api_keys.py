"""core_0006: api keys."""

import sqlalchemy as sa
from alembic import op

revision = "core_0006"
down_revision = "core_0005"
branch_labels = None
depends_on = ("engine_0005",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "api_key",
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
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("prefix", sa.String(40), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("expires_on", sa.Date()),
        sa.Column("last_used_at", sa.DateTime(timezone=True)),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_key"),
        comment="Lets a program act for a user; its secret is shown once, when it is made.",
    )
    op.create_index("ix_api_key_created_by_id", "api_key", ["created_by_id"])
    op.create_index("ix_api_key_updated_by_id", "api_key", ["updated_by_id"])
    op.create_index("ix_api_key_user_id", "api_key", ["user_id"])
    op.create_table(
        "api_key_groups_link",
        sa.Column("api_key_id", sa.BigInteger(), nullable=False),
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("api_key_id", "group_id", name="pk_api_key_groups_link"),
        comment="API key and Group",
    )
    op.create_index("ix_api_key_groups_link_group_id", "api_key_groups_link", ["group_id"])
    op.create_foreign_key(
        "fk_api_key_created_by_id",
        "api_key",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_api_key_updated_by_id",
        "api_key",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_api_key_user_id",
        "api_key",
        "user",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_api_key_groups_link_api_key_id",
        "api_key_groups_link",
        "api_key",
        ["api_key_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_api_key_groups_link_group_id",
        "api_key_groups_link",
        "group",
        ["group_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
