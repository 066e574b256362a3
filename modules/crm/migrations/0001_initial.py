"""crm_0001: initial."""

import sqlalchemy as sa
from alembic import op

revision = "crm_0001"
down_revision = None
branch_labels = ("crm",)
depends_on = ("core_0001",)


def _create_crm_lead() -> None:
    op.create_table(
        "crm_lead",
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
        sa.Column("contact_id", sa.BigInteger()),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("stage_id", sa.BigInteger(), nullable=False),
        sa.Column("salesperson_id", sa.BigInteger()),
        sa.Column("company_id", sa.BigInteger()),
        sa.Column("expected_revenue", sa.Numeric(16, 2), nullable=False),
        sa.Column("probability", sa.Numeric(5, 2), nullable=False),
        sa.Column(
            "weighted_revenue",
            sa.Numeric(16, 2),
            sa.Computed("round((expected_revenue * probability) / 100, 2)", persisted=True),
        ),
        sa.Column("expected_on", sa.Date()),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("notes", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_lead"),
        sa.CheckConstraint(
            "expected_revenue >= 0",
            name="ck_crm_lead_expected_revenue_not_negative",
        ),
        sa.CheckConstraint(
            "priority IN ('low', 'normal', 'high')",
            name="ck_crm_lead_priority_options",
        ),
        sa.CheckConstraint(
            "probability >= 0 AND probability <= 100",
            name="ck_crm_lead_probability_range",
        ),
        comment="Somebody who may buy, and what they may buy.",
    )
    op.create_index("ix_crm_lead_company_id", "crm_lead", ["company_id"])
    op.create_index("ix_crm_lead_contact_id", "crm_lead", ["contact_id"])
    op.create_index("ix_crm_lead_created_by_id", "crm_lead", ["created_by_id"])
    op.execute(
        "CREATE INDEX ix_crm_lead_email_search ON crm_lead USING gin (lower(email) gin_trgm_ops)",
    )
    op.execute(
        "CREATE INDEX ix_crm_lead_name_search ON crm_lead USING gin (lower(name) gin_trgm_ops)",
    )
    op.create_index("ix_crm_lead_salesperson_id", "crm_lead", ["salesperson_id"])
    op.create_index("ix_crm_lead_stage_id", "crm_lead", ["stage_id"])
    op.create_index("ix_crm_lead_updated_by_id", "crm_lead", ["updated_by_id"])


def _create_crm_lead_tags_link() -> None:
    op.create_table(
        "crm_lead_tags_link",
        sa.Column("crm_lead_id", sa.BigInteger(), nullable=False),
        sa.Column("crm_tag_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("crm_lead_id", "crm_tag_id", name="pk_crm_lead_tags_link"),
        comment="Lead and Tag",
    )
    op.create_index("ix_crm_lead_tags_link_crm_tag_id", "crm_lead_tags_link", ["crm_tag_id"])


def _create_crm_meeting() -> None:
    op.create_table(
        "crm_meeting",
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
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lead_id", sa.BigInteger()),
        sa.Column("organiser_id", sa.BigInteger(), nullable=False),
        sa.Column("location", sa.String(160)),
        sa.Column("notes", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_crm_meeting"),
        sa.CheckConstraint(
            "(ends_at >= starts_at) IS true",
            name="ck_crm_meeting_ends_after_start",
        ),
        comment="An appointment with contacts, usually about a lead.",
    )
    op.create_index("ix_crm_meeting_created_by_id", "crm_meeting", ["created_by_id"])
    op.create_index("ix_crm_meeting_lead_id", "crm_meeting", ["lead_id"])
    op.create_index("ix_crm_meeting_organiser_id", "crm_meeting", ["organiser_id"])
    op.create_index("ix_crm_meeting_starts_at", "crm_meeting", ["starts_at"])
    op.create_index("ix_crm_meeting_updated_by_id", "crm_meeting", ["updated_by_id"])


def _create_crm_meeting_attendees_link() -> None:
    op.create_table(
        "crm_meeting_attendees_link",
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("crm_meeting_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "contact_id",
            "crm_meeting_id",
            name="pk_crm_meeting_attendees_link",
        ),
        comment="Contact and Meeting",
    )
    op.create_index(
        "ix_crm_meeting_attendees_link_crm_meeting_id",
        "crm_meeting_attendees_link",
        ["crm_meeting_id"],
    )


def _create_crm_stage() -> None:
    op.create_table(
        "crm_stage",
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
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("is_won", sa.Boolean(), nullable=False),
        sa.Column("is_folded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_stage"),
        comment="A step of the sales pipeline.",
    )
    op.create_index("ix_crm_stage_created_by_id", "crm_stage", ["created_by_id"])
    op.create_index("ix_crm_stage_updated_by_id", "crm_stage", ["updated_by_id"])


def _create_crm_tag() -> None:
    op.create_table(
        "crm_tag",
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
        sa.Column("color", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_crm_tag"),
        sa.UniqueConstraint("name", name="uq_crm_tag_name"),
        comment="A word by which leads are found.",
    )
    op.create_index("ix_crm_tag_created_by_id", "crm_tag", ["created_by_id"])
    op.create_index("ix_crm_tag_updated_by_id", "crm_tag", ["updated_by_id"])


def _relate_crm_lead() -> None:
    op.create_foreign_key(
        "fk_crm_lead_company_id",
        "crm_lead",
        "company",
        ["company_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_contact_id",
        "crm_lead",
        "contact",
        ["contact_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_created_by_id",
        "crm_lead",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_salesperson_id",
        "crm_lead",
        "user",
        ["salesperson_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_stage_id",
        "crm_lead",
        "crm_stage",
        ["stage_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_updated_by_id",
        "crm_lead",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_crm_lead_tags_link() -> None:
    op.create_foreign_key(
        "fk_crm_lead_tags_link_crm_lead_id",
        "crm_lead_tags_link",
        "crm_lead",
        ["crm_lead_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_lead_tags_link_crm_tag_id",
        "crm_lead_tags_link",
        "crm_tag",
        ["crm_tag_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_crm_meeting() -> None:
    op.create_foreign_key(
        "fk_crm_meeting_created_by_id",
        "crm_meeting",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_meeting_lead_id",
        "crm_meeting",
        "crm_lead",
        ["lead_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_meeting_organiser_id",
        "crm_meeting",
        "user",
        ["organiser_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_meeting_updated_by_id",
        "crm_meeting",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_crm_meeting_attendees_link() -> None:
    op.create_foreign_key(
        "fk_crm_meeting_attendees_link_contact_id",
        "crm_meeting_attendees_link",
        "contact",
        ["contact_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_meeting_attendees_link_crm_meeting_id",
        "crm_meeting_attendees_link",
        "crm_meeting",
        ["crm_meeting_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_crm_stage() -> None:
    op.create_foreign_key(
        "fk_crm_stage_created_by_id",
        "crm_stage",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_stage_updated_by_id",
        "crm_stage",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_crm_tag() -> None:
    op.create_foreign_key(
        "fk_crm_tag_created_by_id",
        "crm_tag",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_crm_tag_updated_by_id",
        "crm_tag",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_crm_lead()
    _create_crm_lead_tags_link()
    _create_crm_meeting()
    _create_crm_meeting_attendees_link()
    _create_crm_stage()
    _create_crm_tag()
    _relate_crm_lead()
    _relate_crm_lead_tags_link()
    _relate_crm_meeting()
    _relate_crm_meeting_attendees_link()
    _relate_crm_stage()
    _relate_crm_tag()
