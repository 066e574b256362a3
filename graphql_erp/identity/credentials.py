"""Credentials of users: read, and set by statements of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from graphql_erp.tenants.aside import Aside

_COLUMNS = """\
u.id, u.login, u.active, c.password, c.totp, c.totp_pending, coalesce(c.totp_step, 0) AS totp_step,
coalesce(c.epoch, 0) AS epoch"""
_FROM = 'FROM "user" u LEFT JOIN erp_credential c ON c.user_id = u.id'
# An e-mail address that several users have is nobody's name.
_BY_NAME = f"""\
SELECT {_COLUMNS} {_FROM}
WHERE u.login = $1 OR lower(u.email) = lower($1)
ORDER BY (u.login = $1) DESC LIMIT 2"""
_BY_ID = f"SELECT {_COLUMNS} {_FROM} WHERE u.id = $1"
_SET_HASH = """\
WITH resets AS (DELETE FROM erp_reset WHERE user_id = $1)
INSERT INTO erp_credential AS kept (user_id, password, changed_at, epoch) VALUES ($1, $2, $3, 1)
ON CONFLICT (user_id) DO UPDATE
SET password = excluded.password, changed_at = excluded.changed_at, epoch = kept.epoch + 1
RETURNING epoch"""
_REHASH = "UPDATE erp_credential SET password = $3 WHERE user_id = $1 AND password = $2"
_NEXT_EPOCH = """\
INSERT INTO erp_credential AS kept (user_id, changed_at, epoch)
SELECT id, $2, 1 FROM unnest($1::bigint[]) AS id ORDER BY id
ON CONFLICT (user_id) DO UPDATE SET epoch = kept.epoch + 1"""
_SET_ACTIVE = """\
UPDATE "user" SET active = $2, version = version + 1, updated_at = $3, updated_by_id = NULL
WHERE id = $1"""
_USE_STEP = """\
UPDATE erp_credential SET totp_step = $2 WHERE user_id = $1 AND totp_step < $2 RETURNING 1"""
_SET_PENDING = """\
INSERT INTO erp_credential (user_id, totp_pending, changed_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET totp_pending = excluded.totp_pending"""
_CONFIRM = """\
UPDATE erp_credential SET totp = totp_pending, totp_pending = NULL, totp_step = $3, changed_at = $4
WHERE user_id = $1 AND totp_pending = $2 RETURNING 1"""
_DISABLE = """\
UPDATE erp_credential SET totp = NULL, totp_pending = NULL, changed_at = $2 WHERE user_id = $1"""
_NEW_RESET = """\
WITH forgotten AS (DELETE FROM erp_reset WHERE expires_at <= $5)
INSERT INTO erp_reset (id, secret, user_id, expires_at)
SELECT $1, $2, u.id, $4 FROM "user" u WHERE u.id = $3 AND u.active RETURNING 1"""
_USE_RESET = """\
DELETE FROM erp_reset r USING "user" u
WHERE r.id = $1 AND r.secret = $2 AND r.expires_at > $3 AND u.id = r.user_id AND u.active
RETURNING r.user_id"""
_ADD_KEY = "INSERT INTO erp_api_key (id, secret, api_key_id) VALUES ($1, $2, $3)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """A user and how they prove who they are."""

    user: int
    login: str
    is_active: bool
    epoch: int
    password: str | None = field(repr=False)
    totp: bytes | None = field(repr=False)
    totp_pending: bytes | None = field(repr=False)
    totp_step: int = 0


@dataclass(frozen=True, slots=True)
class Credentials:
    """The credentials of a tenant; each call is a transaction of its own."""

    aside: Aside

    async def named(self, name: str) -> Credential | None:
        """Return those of the user with a login name, or alone with an e-mail address."""
        # PostgreSQL has no such text; going the same way with another takes the same time.
        name = name.replace("\x00", "")
        rows = await self._rows(_BY_NAME, name)
        is_one = len(rows) == 1 or (rows and rows[0]["login"] == name)
        return _credential(rows[0]) if is_one else None

    async def of(self, user: int) -> Credential | None:
        """Return those of a user."""
        rows = await self._rows(_BY_ID, user)
        return _credential(rows[0]) if rows else None

    async def set_password(self, user: int, kept: str, now: datetime) -> int:
        """Set a password and return the new epoch; all sessions and reset tokens end."""
        (row,) = await self._rows(_SET_HASH, user, kept, now)
        epoch: int = row["epoch"]
        return epoch

    async def rehash(self, user: int, before: str, kept: str) -> None:
        """Keep the same password by another hash."""
        await self._rows(_REHASH, user, before, kept)

    async def end_sessions(self, users: Sequence[int], now: datetime) -> None:
        """End all sessions of users."""
        if users:
            await self._rows(_NEXT_EPOCH, list(users), now)

    async def set_active(self, user: int, active: bool, now: datetime) -> None:  # noqa: FBT001
        """Suspend a user and end their sessions, or let them in again."""
        await self._rows(_SET_ACTIVE, user, active, now)
        await self.end_sessions([user], now)

    async def use_step(self, user: int, step: int) -> bool:
        """Use a code up; tell whether it was not."""
        return bool(await self._rows(_USE_STEP, user, step))

    async def set_pending(self, user: int, sealed: bytes, now: datetime) -> None:
        """Keep the secret of a second factor until it is confirmed."""
        await self._rows(_SET_PENDING, user, sealed, now)

    async def confirm(self, user: int, sealed: bytes, step: int, now: datetime) -> bool:
        """Let a pending second factor count; tell whether it was still pending."""
        return bool(await self._rows(_CONFIRM, user, sealed, step, now))

    async def disable(self, user: int, now: datetime) -> None:
        """Ask for no code any more."""
        await self._rows(_DISABLE, user, now)

    async def new_reset(
        self, reset: tuple[str, bytes], user: int, expires: datetime, now: datetime
    ) -> bool:
        """Keep a reset token, its id and digest; tell whether there is such a user."""
        return bool(await self._rows(_NEW_RESET, *reset, user, expires, now))

    async def use_reset(self, reset: tuple[str, bytes], now: datetime) -> int | None:
        """Use a reset token up and return whose it was."""
        rows = await self._rows(_USE_RESET, *reset, now)
        return rows[0]["user_id"] if rows else None

    async def add_key(self, key: tuple[str, bytes], record: int) -> None:
        """Keep an API key, its id and digest."""
        await self._rows(_ADD_KEY, *key, record)

    async def _rows(self, statement: str, *values: Any) -> Sequence[Any]:
        async with self.aside.lend() as connection:
            rows: Sequence[Any] = await connection.fetch(statement, *values)
            return rows


def _credential(row: Any) -> Credential:
    return Credential(
        user=row["id"],
        login=row["login"],
        is_active=row["active"],
        epoch=row["epoch"],
        password=row["password"],
        totp=row["totp"],
        totp_pending=row["totp_pending"],
        totp_step=row["totp_step"],
    )
