"""Sessions: families of refresh tokens, each good once, and the cookies of browsers."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from graphql_erp.auth.secrets import BROWSER, REFRESH, Secret, digest, new_secret
from graphql_erp.security.request_facts import RequestFacts
from graphql_erp.tenants.aside import Aside

TOKEN, COOKIE = "token", "browser"
"""Kinds of sessions."""

_START = """\
INSERT INTO erp_session
(id, user_id, kind, secret, rotated, epoch, started_at, used_at, expires_at, ip, agent)
SELECT $1, u.id, $3, $4, $5, coalesce(c.epoch, 0), $6, $6, $7, $8, $9
FROM "user" u LEFT JOIN erp_credential c ON c.user_id = u.id
WHERE u.id = $2 AND u.active AND coalesce(c.epoch, 0) = $10 RETURNING 1"""
_FORGET = """\
DELETE FROM erp_session WHERE ctid = ANY(ARRAY(
SELECT ctid FROM erp_session WHERE expires_at <= $1
ORDER BY expires_at LIMIT 100 FOR UPDATE SKIP LOCKED))"""
_ROTATE = """\
UPDATE erp_session s SET rotated = $4, used_at = $5
FROM "user" u LEFT JOIN erp_credential c ON c.user_id = u.id
WHERE s.id = $1 AND s.kind = 'token' AND s.secret = $2 AND s.rotated = $3 AND s.ended_at IS NULL
AND s.expires_at > $5 AND u.id = s.user_id AND u.active AND s.epoch = coalesce(c.epoch, 0)
RETURNING s.user_id, s.epoch"""
# Who has the first secret had a token of the family: one that is not good now was used before.
_REUSED = """\
UPDATE erp_session SET ended_at = $3
WHERE id = $1 AND kind = 'token' AND secret = $2 AND ended_at IS NULL RETURNING user_id"""
_END = "UPDATE erp_session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL"
_log = logging.getLogger("graphql_erp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session as it was started or refreshed."""

    secret: Secret
    """Refresh token, or what the cookie holds."""
    user: int
    epoch: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Starts, refreshes and ends the sessions of a tenant."""

    aside: Aside
    life: timedelta

    async def start(
        self, kind: str, *, user: int, epoch: int, facts: RequestFacts, now: datetime
    ) -> Session | None:
        """Return a new session; None when the user has been suspended or signed out meanwhile."""
        is_token = kind == TOKEN
        secret = new_secret(REFRESH if is_token else BROWSER, is_rotated=is_token)
        rotated = digest(secret.rotated) if is_token else None
        async with self.aside.lend() as connection:
            started = await connection.fetchval(
                _START,
                secret.id,
                user,
                kind,
                secret.digest,
                rotated,
                now,
                now + self.life,
                facts.ip,
                facts.agent,
                epoch,
            )
            await connection.execute(_FORGET, now)
        return Session(secret=secret, user=user, epoch=epoch) if started else None

    async def refresh(self, secret: Secret, now: datetime) -> Session | None:
        """Return the session with another token; None when the token given is not good.

        A token that was used before ends the session: somebody has a copy of it.
        """
        following = secret.next()
        place = (secret.id, secret.digest)
        async with self.aside.lend() as connection:
            row = await connection.fetchrow(
                _ROTATE, *place, digest(secret.rotated), digest(following.rotated), now
            )
            if row is not None:
                return Session(secret=following, user=row["user_id"], epoch=row["epoch"])
            user = await connection.fetchval(_REUSED, *place, now)
        if user is not None:
            _log.warning("refresh token used twice: session of user %s ended", user)
        return None

    async def end(self, session: str, now: datetime) -> None:
        """End a session by its id."""
        async with self.aside.lend() as connection:
            await connection.execute(_END, session, now)
