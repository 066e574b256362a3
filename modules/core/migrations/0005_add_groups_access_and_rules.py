"""core_0005: add groups access and rules."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "core_0005"
down_revision = "core_0004"
branch_labels = None
depends_on = ("engine_0004",)


def _create_access() -> None:
    op.create_table(
        "access",
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
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("model", sa.String(120), nullable=False),
        sa.Column("can_read", sa.Boolean(), nullable=False),
        sa.Column("can_create", sa.Boolean(), nullable=False),
        sa.Column("can_update", sa.Boolean(), nullable=False),
        sa.Column("can_delete", sa.Boolean(), nullable=False),
        sa.Column("methods", postgresql.JSONB()),
        sa.Column("where", sa.Text()),
        sa.Column("shipped", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_access"),
        comment="What the members of a group may do with the records of a model; access adds up.",
    )
    op.create_index("ix_access_created_by_id", "access", ["created_by_id"])
    op.create_index("ix_access_group_id", "access", ["group_id"])
    op.create_index("ix_access_model", "access", ["model"])
    op.execute("CREATE INDEX ix_access_model_sort ON access (erp_sort_key(model), model, id)")
    op.create_index("ix_access_updated_by_id", "access", ["updated_by_id"])


def _create_group() -> None:
    op.create_table(
        "group",
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
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("label", postgresql.JSONB(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("shipped", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_group"),
        sa.CheckConstraint(
            "kind IN ('internal', 'portal', 'public')",
            name="ck_group_kind_options",
        ),
        sa.UniqueConstraint("name", name="uq_group_name"),
        comment="A named set of permissions; its members have those of the groups it implies too.",
    )
    op.create_index("ix_group_created_by_id", "group", ["created_by_id"])
    op.create_index("ix_group_updated_by_id", "group", ["updated_by_id"])


def _create_group_implies_link() -> None:
    op.create_table(
        "group_implies_link",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("related_group_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "related_group_id", name="pk_group_implies_link"),
        comment="Group and Group",
    )
    op.create_index(
        "ix_group_implies_link_related_group_id",
        "group_implies_link",
        ["related_group_id"],
    )


def _create_rule() -> None:
    op.create_table(
        "rule",
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
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("model", sa.String(120)),
        sa.Column("models_with", sa.String(60)),
        sa.Column("where", sa.Text(), nullable=False),
        sa.Column("shipped", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name="pk_rule"),
        sa.UniqueConstraint("name", name="uq_rule_name"),
        comment="A restriction that holds for everybody, administrators too; rules narrow.",
    )
    op.create_index("ix_rule_created_by_id", "rule", ["created_by_id"])
    op.create_index("ix_rule_model", "rule", ["model"])
    op.execute("CREATE INDEX ix_rule_model_sort ON rule (erp_sort_key(model), model, id)")
    op.create_index("ix_rule_updated_by_id", "rule", ["updated_by_id"])


def _create_user_groups_link() -> None:
    op.create_table(
        "user_groups_link",
        sa.Column("group_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("group_id", "user_id", name="pk_user_groups_link"),
        comment="Group and User",
    )
    op.create_index("ix_user_groups_link_user_id", "user_groups_link", ["user_id"])


def _relate_access() -> None:
    op.create_foreign_key(
        "fk_access_created_by_id",
        "access",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_access_group_id",
        "access",
        "group",
        ["group_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_access_updated_by_id",
        "access",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_group() -> None:
    op.create_foreign_key(
        "fk_group_created_by_id",
        "group",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_group_updated_by_id",
        "group",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_group_implies_link() -> None:
    op.create_foreign_key(
        "fk_group_implies_link_group_id",
        "group_implies_link",
        "group",
        ["group_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_group_implies_link_related_group_id",
        "group_implies_link",
        "group",
        ["related_group_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_rule() -> None:
    op.create_foreign_key(
        "fk_rule_created_by_id",
        "rule",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_rule_updated_by_id",
        "rule",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_user_groups_link() -> None:
    op.create_foreign_key(
        "fk_user_groups_link_group_id",
        "user_groups_link",
        "group",
        ["group_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_user_groups_link_user_id",
        "user_groups_link",
        "user",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _change() -> None:
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON access REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Access', '{\"created_by_id\":"
        ' "created_by", "group_id": "group"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON access REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Access', '{\"created_by_id\":"
        ' "created_by", "group_id": "group"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON access REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Access',"
        ' \'{"created_by_id": "created_by", "group_id": "group"}\')',
    )
    op.execute(
        'CREATE TRIGGER erp_audit_create AFTER INSERT ON "group" REFERENCING NEW TABLE AS new_rows'
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Group', '{\"created_by_id\":"
        ' "created_by"}\')',
    )
    op.execute(
        'CREATE TRIGGER erp_audit_delete AFTER DELETE ON "group" REFERENCING OLD TABLE AS old_rows'
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Group', '{\"created_by_id\":"
        ' "created_by"}\')',
    )
    op.execute(
        'CREATE TRIGGER erp_audit_update AFTER UPDATE ON "group" REFERENCING OLD TABLE AS old_rows'
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Group',"
        ' \'{"created_by_id": "created_by"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_create AFTER INSERT ON rule REFERENCING NEW TABLE AS new_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Rule', '{\"created_by_id\":"
        ' "created_by"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_delete AFTER DELETE ON rule REFERENCING OLD TABLE AS old_rows"
        " FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Rule', '{\"created_by_id\":"
        ' "created_by"}\')',
    )
    op.execute(
        "CREATE TRIGGER erp_audit_update AFTER UPDATE ON rule REFERENCING OLD TABLE AS old_rows"
        " NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION erp_audit('Rule',"
        ' \'{"created_by_id": "created_by"}\')',
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_access()
    _create_group()
    _create_group_implies_link()
    _create_rule()
    _create_user_groups_link()
    _relate_access()
    _relate_group()
    _relate_group_implies_link()
    _relate_rule()
    _relate_user_groups_link()
    _change()
