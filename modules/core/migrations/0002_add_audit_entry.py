"""core_0002: add audit entry."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0002"
down_revision = "core_0001"
branch_labels = None
depends_on = ("engine_0003",)


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "audit_entry",
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
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("user_id", sa.BigInteger()),
        sa.Column("request", sa.String(120)),
        sa.Column("ip", sa.String(60)),
        sa.Column("agent", sa.String(300)),
        sa.Column("old_values", postgresql.JSONB()),
        sa.Column("new_values", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_audit_entry"),
        sa.CheckConstraint(
            "operation IN ('create', 'update', 'delete')",
            name="ck_audit_entry_operation_options",
        ),
        comment="What happened to one record of an audited model; written by the database.",
    )
    op.create_index("ix_audit_entry_changed_at", "audit_entry", ["changed_at"])
    op.create_index("ix_audit_entry_created_by_id", "audit_entry", ["created_by_id"])
    op.create_index("ix_audit_entry_record", "audit_entry", ["model", "record_id"])
    op.create_index("ix_audit_entry_request", "audit_entry", ["request"])
    op.create_index("ix_audit_entry_updated_by_id", "audit_entry", ["updated_by_id"])
    op.create_index("ix_audit_entry_user_id", "audit_entry", ["user_id"])
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON contact REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Contact', '{\"created_by_id\":"
        ' "created_by", "state_id": "state", "country_id": "country", "parent_id": "parent",'
        ' "language_id": "language", "company_id": "company"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON contact REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Contact', '{\"created_by_id\":"
        ' "created_by", "state_id": "state", "country_id": "country", "parent_id": "parent",'
        ' "language_id": "language", "company_id": "company"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON contact REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Contact',"
        ' \'{"created_by_id": "created_by", "state_id": "state", "country_id":'
        ' "country", "parent_id": "parent", "language_id": "language", "company_id":'
        ' "company"}\')',
    )
    op.create_foreign_key(
        "fk_audit_entry_created_by_id",
        "audit_entry",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_audit_entry_updated_by_id",
        "audit_entry",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_audit_entry_user_id",
        "audit_entry",
        "user",
        ["user_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
