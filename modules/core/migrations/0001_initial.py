"""core_0001: initial."""

import sqlalchemy as sa
from alembic import op

revision = "core_0001"
down_revision = None
branch_labels = ("core",)
depends_on = ("engine_0001",)


def _create_company() -> None:
    op.create_table(
        "company",
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
        sa.Column("tax_number", sa.String(32)),
        sa.Column("registration_number", sa.String(64)),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("website", sa.String(2000)),
        sa.Column("street", sa.String(120)),
        sa.Column("street2", sa.String(120)),
        sa.Column("zip", sa.String(16)),
        sa.Column("city", sa.String(80)),
        sa.Column("state_id", sa.BigInteger()),
        sa.Column("country_id", sa.BigInteger()),
        sa.Column("currency_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_company"),
        sa.UniqueConstraint("name", name="uq_company_name"),
        comment="A legal entity of the tenant.",
    )
    op.create_index("ix_company_country_id", "company", ["country_id"])
    op.create_index("ix_company_created_by_id", "company", ["created_by_id"])
    op.create_index("ix_company_currency_id", "company", ["currency_id"])
    op.create_index("ix_company_parent_id", "company", ["parent_id"])
    op.create_index("ix_company_state_id", "company", ["state_id"])
    op.create_index("ix_company_updated_by_id", "company", ["updated_by_id"])


def _create_contact() -> None:
    op.create_table(
        "contact",
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
        sa.Column("name", sa.String(160), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.Column("job_title", sa.String(80)),
        sa.Column("tax_number", sa.String(32)),
        sa.Column("email", sa.String(254)),
        sa.Column("phone", sa.String(40)),
        sa.Column("mobile", sa.String(40)),
        sa.Column("website", sa.String(2000)),
        sa.Column("street", sa.String(120)),
        sa.Column("street2", sa.String(120)),
        sa.Column("zip", sa.String(16)),
        sa.Column("city", sa.String(80)),
        sa.Column("state_id", sa.BigInteger()),
        sa.Column("country_id", sa.BigInteger()),
        sa.Column("language_id", sa.BigInteger()),
        sa.Column("company_id", sa.BigInteger()),
        sa.Column("notes", sa.Text()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contact"),
        sa.CheckConstraint("kind IN ('person', 'organisation')", name="ck_contact_kind_options"),
        sa.CheckConstraint(
            "parent_id IS NULL OR (parent_id = id) IS NOT true",
            name="ck_contact_not_its_own_parent",
        ),
        comment="A person or an organisation we deal with.",
    )
    op.create_index("ix_contact_company_id", "contact", ["company_id"])
    op.create_index("ix_contact_country_id", "contact", ["country_id"])
    op.create_index("ix_contact_created_by_id", "contact", ["created_by_id"])
    op.execute(
        "CREATE INDEX ix_contact_email_search ON contact USING gin (lower(email) gin_trgm_ops)",
    )
    op.create_index("ix_contact_language_id", "contact", ["language_id"])
    op.execute(
        "CREATE INDEX ix_contact_name_search ON contact USING gin (lower(name) gin_trgm_ops)",
    )
    op.create_index("ix_contact_parent_id", "contact", ["parent_id"])
    op.create_index("ix_contact_state_id", "contact", ["state_id"])
    op.create_index("ix_contact_updated_by_id", "contact", ["updated_by_id"])


def _create_country() -> None:
    op.create_table(
        "country",
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
        sa.Column("official_name", sa.String(120)),
        sa.Column("code", sa.String(2), nullable=False),
        sa.Column("alpha3", sa.String(3), nullable=False),
        sa.Column("numeric", sa.String(3), nullable=False),
        sa.Column("flag", sa.String(4)),
        sa.Column("phone_code", sa.Integer()),
        sa.Column("currency_id", sa.BigInteger()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_country"),
        sa.UniqueConstraint("alpha3", name="uq_country_alpha3"),
        sa.UniqueConstraint("code", name="uq_country_code"),
        sa.UniqueConstraint("numeric", name="uq_country_numeric"),
        comment="A country or territory of ISO 3166-1.",
    )
    op.create_index("ix_country_created_by_id", "country", ["created_by_id"])
    op.create_index("ix_country_currency_id", "country", ["currency_id"])
    op.create_index("ix_country_updated_by_id", "country", ["updated_by_id"])


def _create_country_state() -> None:
    op.create_table(
        "country_state",
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
        sa.Column("code", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("country_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger()),
        sa.PrimaryKeyConstraint("id", name="pk_country_state"),
        sa.UniqueConstraint("code", name="uq_country_state_code"),
        comment="A subdivision of a country, after ISO 3166-2.",
    )
    op.create_index("ix_country_state_country_id", "country_state", ["country_id"])
    op.create_index("ix_country_state_created_by_id", "country_state", ["created_by_id"])
    op.create_index("ix_country_state_parent_id", "country_state", ["parent_id"])
    op.create_index("ix_country_state_updated_by_id", "country_state", ["updated_by_id"])


def _create_currency() -> None:
    op.create_table(
        "currency",
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
        sa.Column("code", sa.String(3), nullable=False),
        sa.Column("numeric", sa.String(3), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("symbol", sa.String(8), nullable=False),
        sa.Column("decimal_places", sa.Integer(), nullable=False),
        sa.Column("rounding", sa.Numeric(12, 6), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_currency"),
        sa.CheckConstraint(
            "decimal_places >= 0 AND decimal_places <= 6",
            name="ck_currency_decimal_places_range",
        ),
        sa.CheckConstraint("rounding > 0", name="ck_currency_rounding_positive"),
        sa.UniqueConstraint("code", name="uq_currency_code"),
        sa.UniqueConstraint("numeric", name="uq_currency_numeric"),
        comment="A currency or fund of ISO 4217.",
    )
    op.create_index("ix_currency_created_by_id", "currency", ["created_by_id"])
    op.create_index("ix_currency_updated_by_id", "currency", ["updated_by_id"])


def _create_language() -> None:
    op.create_table(
        "language",
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
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("tag", sa.String(20), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("native_name", sa.String(120), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("date_format", sa.String(60), nullable=False),
        sa.Column("time_format", sa.String(60), nullable=False),
        sa.Column("decimal_point", sa.String(4), nullable=False),
        sa.Column("thousands_separator", sa.String(4), nullable=False),
        sa.Column("first_day_of_week", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_language"),
        sa.CheckConstraint("direction IN ('ltr', 'rtl')", name="ck_language_direction_options"),
        sa.CheckConstraint(
            "first_day_of_week >= 1 AND first_day_of_week <= 7",
            name="ck_language_first_day_of_week_range",
        ),
        sa.UniqueConstraint("code", name="uq_language_code"),
        sa.UniqueConstraint("tag", name="uq_language_tag"),
        comment="A language as written in one place, and how it writes dates and numbers.",
    )
    op.create_index("ix_language_created_by_id", "language", ["created_by_id"])
    op.create_index("ix_language_updated_by_id", "language", ["updated_by_id"])


def _create_record_reference() -> None:
    op.create_table(
        "record_reference",
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
        sa.Column("module", sa.String(60), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("model", sa.String(60), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_record_reference"),
        sa.UniqueConstraint("module", "name", name="uq_record_reference_identifier"),
        comment="The record that a module's identifier stands for; kept by the installer.",
    )
    op.create_index("ix_record_reference_created_by_id", "record_reference", ["created_by_id"])
    op.create_index("ix_record_reference_record", "record_reference", ["model", "record_id"])
    op.create_index("ix_record_reference_updated_by_id", "record_reference", ["updated_by_id"])


def _create_user() -> None:
    op.create_table(
        "user",
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
        sa.Column("login", sa.String(120), nullable=False),
        sa.Column("email", sa.String(254)),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("language_id", sa.BigInteger()),
        sa.Column("time_zone", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_user"),
        sa.UniqueConstraint("login", name="uq_user_login"),
        comment="Somebody who works with this system.",
    )
    op.create_index("ix_user_company_id", "user", ["company_id"])
    op.create_index("ix_user_created_by_id", "user", ["created_by_id"])
    op.create_index("ix_user_language_id", "user", ["language_id"])
    op.create_index("ix_user_updated_by_id", "user", ["updated_by_id"])


def _create_user_companies_link() -> None:
    op.create_table(
        "user_companies_link",
        sa.Column("company_id", sa.BigInteger(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("company_id", "user_id", name="pk_user_companies_link"),
        comment="Company and User",
    )
    op.create_index("ix_user_companies_link_user_id", "user_companies_link", ["user_id"])


def _relate_company() -> None:
    op.create_foreign_key(
        "fk_company_country_id",
        "company",
        "country",
        ["country_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_company_created_by_id",
        "company",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_company_currency_id",
        "company",
        "currency",
        ["currency_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_company_parent_id",
        "company",
        "company",
        ["parent_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_company_state_id",
        "company",
        "country_state",
        ["state_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_company_updated_by_id",
        "company",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_contact() -> None:
    op.create_foreign_key(
        "fk_contact_company_id",
        "contact",
        "company",
        ["company_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_country_id",
        "contact",
        "country",
        ["country_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_created_by_id",
        "contact",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_language_id",
        "contact",
        "language",
        ["language_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_parent_id",
        "contact",
        "contact",
        ["parent_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_state_id",
        "contact",
        "country_state",
        ["state_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_contact_updated_by_id",
        "contact",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_country() -> None:
    op.create_foreign_key(
        "fk_country_created_by_id",
        "country",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_country_currency_id",
        "country",
        "currency",
        ["currency_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_country_updated_by_id",
        "country",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_country_state() -> None:
    op.create_foreign_key(
        "fk_country_state_country_id",
        "country_state",
        "country",
        ["country_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_country_state_created_by_id",
        "country_state",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_country_state_parent_id",
        "country_state",
        "country_state",
        ["parent_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_country_state_updated_by_id",
        "country_state",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_currency() -> None:
    op.create_foreign_key(
        "fk_currency_created_by_id",
        "currency",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_currency_updated_by_id",
        "currency",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_language() -> None:
    op.create_foreign_key(
        "fk_language_created_by_id",
        "language",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_language_updated_by_id",
        "language",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_record_reference() -> None:
    op.create_foreign_key(
        "fk_record_reference_created_by_id",
        "record_reference",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_record_reference_updated_by_id",
        "record_reference",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_user() -> None:
    op.create_foreign_key(
        "fk_user_company_id",
        "user",
        "company",
        ["company_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_user_created_by_id",
        "user",
        "user",
        ["created_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_user_language_id",
        "user",
        "language",
        ["language_id"],
        ["id"],
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_user_updated_by_id",
        "user",
        "user",
        ["updated_by_id"],
        ["id"],
        ondelete="SET NULL",
        deferrable=True,
        initially="IMMEDIATE",
    )


def _relate_user_companies_link() -> None:
    op.create_foreign_key(
        "fk_user_companies_link_company_id",
        "user_companies_link",
        "company",
        ["company_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )
    op.create_foreign_key(
        "fk_user_companies_link_user_id",
        "user_companies_link",
        "user",
        ["user_id"],
        ["id"],
        ondelete="CASCADE",
        deferrable=True,
        initially="IMMEDIATE",
    )


def upgrade() -> None:
    """Bring the tables to this revision."""
    _create_company()
    _create_contact()
    _create_country()
    _create_country_state()
    _create_currency()
    _create_language()
    _create_record_reference()
    _create_user()
    _create_user_companies_link()
    _relate_company()
    _relate_contact()
    _relate_country()
    _relate_country_state()
    _relate_currency()
    _relate_language()
    _relate_record_reference()
    _relate_user()
    _relate_user_companies_link()
