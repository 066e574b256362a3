"""Callers: who a session or an API key acts for, asked of the database every half second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import asyncpg

from graphql_erp.errors import Timeout
from graphql_erp.security.actor import Actor, language_of
from graphql_erp.tenants.pool import TenantPool

FRESH_SECONDS = 0.5
"""How long a process believes what it has read of a user."""
_MOST_KEPT = 10_000

SESSION, KEY = "s", "k"
"""What the names of callers begin with."""

_CLOSED = """\
ARRAY(WITH RECURSIVE held(id) AS (SELECT group_id FROM {link} UNION
SELECT i.related_group_id FROM group_implies_link i JOIN held ON i.group_id = held.id)
SELECT g.name FROM held JOIN "group" g ON g.id = held.id)"""
_GROUPS = _CLOSED.format(link="user_groups_link WHERE user_id = u.id")
_KEY_GROUPS = _CLOSED.format(link="api_key_groups_link WHERE api_key_id = k.id")
_USER = f"""\
u.id AS user_id, u.company_id, u.time_zone, l.code AS language, coalesce(c.epoch, 0) AS epoch,
{_GROUPS} AS groups,
ARRAY(SELECT company_id FROM user_companies_link WHERE user_id = u.id ORDER BY 1) AS companies"""  # noqa: S608 - our own text
_JOINS = """\
LEFT JOIN language l ON l.id = u.language_id
LEFT JOIN erp_credential c ON c.user_id = u.id"""
_BY_SESSION = f"""\
SELECT {_USER}, s.secret, s.kind
FROM erp_session s JOIN "user" u ON u.id = s.user_id AND u.active
{_JOINS}
WHERE s.id = $1 AND s.ended_at IS NULL AND s.expires_at > $2 AND s.epoch = coalesce(c.epoch, 0)"""  # noqa: S608 - our own text
_BY_KEY = f"""\
SELECT {_USER}, h.secret, 'key' AS kind, k.id AS key_id, k.read_only, k.limited,
{_KEY_GROUPS} AS key_groups,
k.last_used_at IS NULL OR k.last_used_at < $2::timestamptz - interval '1 minute' AS is_unnoted
FROM erp_api_key h JOIN api_key k ON k.id = h.api_key_id AND NOT k.revoked
JOIN "user" u ON u.id = k.user_id AND u.active
{_JOINS}
WHERE h.id = $1 AND (k.expires_on IS NULL OR k.expires_on >= ($2 AT TIME ZONE 'UTC')::date)"""  # noqa: S608 - our own text
_BY_LOGIN = f"""\
SELECT {_USER} FROM "user" u
{_JOINS}
WHERE u.login = $1 AND u.active"""  # noqa: S608 - our own text
_NOTE_USE = """\
UPDATE api_key SET last_used_at = $2
WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2::timestamptz - interval '1 minute')"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf a request is sent, and by what it proved that."""

    actor: Actor
    name: str = ""
    """Of the session or the API key, "" for nobody."""
    epoch: int = 0
    kind: str = ""
    """token or browser for sessions, key for API keys."""
    secret: bytes = field(default=b"", repr=False)
    """Digest of what opens the session or is the key."""
    is_read_only: bool = False
    """Whether nothing may be written."""


NOBODY = Caller(actor=Actor())


@dataclass(slots=True)
class _Known:
    caller: Caller | None
    until: float


class Callers:
    """Reads callers, each at most once per half second and process."""

    def __init__(
        self, pool: TenantPool, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._monotonic = monotonic
        self._known: dict[str, _Known] = {}
        self._reading: dict[str, asyncio.Task[Caller | None]] = {}

    async def get(self, name: str, now: datetime) -> Caller | None:
        """Return a caller by the name of the session or key; None when it is not good."""
        known = self._known.get(name)
        if known is not None and known.until > self._monotonic():
            return known.caller
        task = self._reading.get(name)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._read(name, now))
            self._reading[name] = task
            task.add_done_callback(lambda _: self._reading.pop(name, None))
        # One look-up serves all who wait for it; who leaves does not end it.
        return await asyncio.shield(task)

    def forget(self, name: str = "") -> None:
        """Read a caller anew when next asked; all of them without a name."""
        if name:
            self._known.pop(name, None)
        else:
            self._known.clear()

    async def _read(self, name: str, now: datetime) -> Caller | None:
        # Counted from before the statement: what it has not seen is noticed in time.
        until = self._monotonic() + FRESH_SECONDS
        kind, key = name[:1], name[1:]
        try:
            async with self._pool.acquire() as connection:
                row = await connection.fetchrow(_BY_KEY if kind == KEY else _BY_SESSION, key, now)
                if row is not None and kind == KEY and row["is_unnoted"]:
                    await connection.execute(_NOTE_USE, row["key_id"], now)
        except asyncpg.QueryCanceledError as error:
            message = "Finding out who asks took longer than the limit."
            raise Timeout(message, hint="Try again in a moment.") from error
        caller = _caller(name, row) if row is not None else None
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[name] = _Known(caller, until)
        return caller


async def read_actor(pool: TenantPool, login: str) -> Actor:
    """Return a user as the actor of work that no request asks for; nobody when there is none."""
    async with pool.acquire() as connection:
        row = await connection.fetchrow(_BY_LOGIN, login)
    return _actor(row) if row is not None else Actor()


def _actor(row: Any) -> Actor:
    # The company somebody works in is one they may see.
    companies = tuple(sorted({*row["companies"], row["company_id"]}))
    return Actor(
        user=row["user_id"],
        company=row["company_id"],
        companies=companies,
        groups=frozenset(row["groups"]),
        timezone=row["time_zone"],
        language=language_of(row["language"]),
    )


def _caller(name: str, row: Any) -> Caller:
    actor = _actor(row)
    if row["kind"] == "key":
        actor = replace(actor, key=row["key_id"])
    if row["kind"] == "key" and row["limited"]:
        actor = replace(actor, groups=actor.groups & frozenset(row["key_groups"]))
    return Caller(
        actor=actor,
        name=name,
        epoch=row["epoch"],
        kind=row["kind"],
        secret=bytes(row["secret"]),
        is_read_only=row["kind"] == "key" and row["read_only"],
    )
