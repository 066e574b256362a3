"""engine_0005: identity."""

import sqlalchemy as sa
from alembic import op

revision = "engine_0005"
down_revision = "engine_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the tables to this revision."""
    op.create_table(
        "erp_api_key",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("api_key_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erp_api_key"),
        sa.UniqueConstraint("api_key_id", name="uq_erp_api_key_api_key_id"),
        comment="Digests of the secrets of API keys",
    )
    op.create_table(
        "erp_credential",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("password", sa.Text()),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_pending", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("epoch", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("user_id", name="pk_erp_credential"),
        comment="How users prove who they are; epoch counts what ended all sessions of one",
    )
    op.create_table(
        "erp_login_attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_erp_login_attempt"),
        comment="Sign-ins that failed or have not ended yet, per account and per address",
    )
    op.create_index("ix_erp_login_attempt_since", "erp_login_attempt", ["since"])
    op.create_table(
        "erp_reset",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_erp_reset"),
        comment="Tokens that set a forgotten password, each until it is used",
    )
    op.create_index("ix_erp_reset_user_id", "erp_reset", ["user_id"])
    op.create_table(
        "erp_session",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("rotated", sa.LargeBinary()),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("ip", sa.Text()),
        sa.Column("agent", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_erp_session"),
        comment="Sessions: families of refresh tokens, and cookies of browsers",
    )
    op.create_index("ix_erp_session_expires_at", "erp_session", ["expires_at"])
    op.create_index("ix_erp_session_user_id", "erp_session", ["user_id"])
