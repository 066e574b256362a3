"""engine_0001: initial."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0001"
down_revision = None
branch_labels = ("engine",)
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public")
    op.execute("CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public")
    op.execute(
        "CREATE OR REPLACE FUNCTION erp_unaccent(value text)\n"
        " RETURNS text\n"
        " LANGUAGE plpgsql\n"
        " IMMUTABLE PARALLEL SAFE STRICT\n"
        "AS $function$ BEGIN RETURN public.unaccent('public.unaccent'::regdictionary, value); END"
        " $function$",
    )
    op.execute(
        "CREATE OR REPLACE FUNCTION erp_sort_key(value text)\n"
        " RETURNS text\n"
        " LANGUAGE sql\n"
        " IMMUTABLE PARALLEL SAFE\n"
        "RETURN CASE WHEN (octet_length(value) = length(value)) THEN lower(value) ELSE"
        " lower(erp_unaccent(value)) END",
    )
    op.create_table(
        "erp_module",
        sa.Column("identifier", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column(
            "installed_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.Column(
            "updated_at",
            sa.DateTime(timezone=True),
            server_default=sa.text("now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("identifier", name="pk_erp_module"),
        comment="Modules installed in this database",
    )
