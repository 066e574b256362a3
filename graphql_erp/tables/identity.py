"""Credentials, sessions, reset tokens, failed sign-ins, API keys: no model, never readable."""

from __future__ import annotations

import sqlalchemy as sa

_METADATA = sa.MetaData()
_MOMENT = sa.DateTime(timezone=True)

CREDENTIALS = sa.Table(
    "erp_credential",
    _METADATA,
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("password", sa.Text()),
    sa.Column("totp", sa.LargeBinary()),
    sa.Column("totp_pending", sa.LargeBinary()),
    sa.Column("totp_step", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    sa.Column("epoch", sa.Integer(), nullable=False, server_default=sa.text("0")),
    sa.Column("changed_at", _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint("user_id", name="pk_erp_credential"),
    comment="How users prove who they are; epoch counts what ended all sessions of one",
)
"""`password` is a hash, `totp` an encrypted secret, `totp_step` that of the code used last."""

SESSIONS = sa.Table(
    "erp_session",
    _METADATA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("kind", sa.Text(), nullable=False),
    sa.Column("secret", sa.LargeBinary(), nullable=False),
    sa.Column("rotated", sa.LargeBinary()),
    sa.Column("epoch", sa.Integer(), nullable=False),
    sa.Column("started_at", _MOMENT, nullable=False),
    sa.Column("used_at", _MOMENT, nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False),
    sa.Column("ended_at", _MOMENT),
    sa.Column("ip", sa.Text()),
    sa.Column("agent", sa.Text()),
    sa.PrimaryKeyConstraint("id", name="pk_erp_session"),
    sa.Index("ix_erp_session_user_id", "user_id"),
    sa.Index("ix_erp_session_expires_at", "expires_at"),
    comment="Sessions: families of refresh tokens, and cookies of browsers",
)
"""`kind` is token or browser; `secret` and `rotated` are digests, the second of the token that
is good now."""

RESETS = sa.Table(
    "erp_reset",
    _METADATA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("secret", sa.LargeBinary(), nullable=False),
    sa.Column("user_id", sa.BigInteger(), nullable=False),
    sa.Column("expires_at", _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_erp_reset"),
    sa.Index("ix_erp_reset_user_id", "user_id"),
    comment="Tokens that set a forgotten password, each until it is used",
)

ATTEMPTS = sa.Table(
    "erp_login_attempt",
    _METADATA,
    sa.Column("key", sa.Text(), nullable=False),
    sa.Column("attempts", sa.BigInteger(), nullable=False),
    sa.Column("since", _MOMENT, nullable=False),
    sa.PrimaryKeyConstraint("key", name="pk_erp_login_attempt"),
    sa.Index("ix_erp_login_attempt_since", "since"),
    comment="Sign-ins that failed or have not ended yet, per account and per address",
)

API_KEYS = sa.Table(
    "erp_api_key",
    _METADATA,
    sa.Column("id", sa.Text(), nullable=False),
    sa.Column("secret", sa.LargeBinary(), nullable=False),
    sa.Column("api_key_id", sa.BigInteger(), nullable=False),
    sa.PrimaryKeyConstraint("id", name="pk_erp_api_key"),
    sa.UniqueConstraint("api_key_id", name="uq_erp_api_key_api_key_id"),
    comment="Digests of the secrets of API keys",
)

IDENTITY_TABLES = (CREDENTIALS, SESSIONS, RESETS, ATTEMPTS, API_KEYS)
"""All of them."""
