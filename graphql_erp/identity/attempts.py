"""Failed sign-ins, counted by the database for all processes: per account and per address."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.tenants.aside import Aside

_IPV6_NETWORK = 64

# Counted before the password is looked at, so that many at once are not more than one by one.
_COUNT = """\
INSERT INTO erp_login_attempt AS kept (key, attempts, since)
SELECT key, 1, $2 FROM unnest($1::text[]) AS key ORDER BY key
ON CONFLICT (key) DO UPDATE SET
attempts = CASE WHEN kept.since <= $3 THEN 1 ELSE kept.attempts + 1 END,
since = CASE WHEN kept.since <= $3 THEN excluded.since ELSE kept.since END
RETURNING key, attempts, since"""
_SUCCEEDED = """\
WITH forgotten AS (DELETE FROM erp_login_attempt WHERE key = $1)
UPDATE erp_login_attempt SET attempts = greatest(attempts - 1, 0) WHERE key = $2"""
_FORGET = """\
DELETE FROM erp_login_attempt WHERE ctid = ANY(ARRAY(
SELECT ctid FROM erp_login_attempt WHERE since <= $1
ORDER BY since LIMIT 100 FOR UPDATE SKIP LOCKED))"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A sign-in that is counted as failed until it succeeds."""

    account: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempts:
    """Counts sign-ins and refuses those beyond the limits."""

    window: timedelta
    per_account: int
    per_address: int

    async def count(self, aside: Aside, account: str, ip: str | None, now: datetime) -> Attempt:
        """Count an attempt; it tells nothing of whether there is such an account.

        Raises:
            UserError: There were too many.
        """
        attempt = Attempt(account=_account_key(account), address=_address_key(ip))
        keys = [key for key in (attempt.account, attempt.address) if key]
        async with aside.lend() as connection:
            rows = await connection.fetch(_COUNT, keys, now, now - self.window)
            if any(row["attempts"] == 1 for row in rows):
                await connection.execute(_FORGET, now - self.window)
        beyond = [row["since"] for row in rows if row["attempts"] > self._most(row["key"])]
        if beyond:
            raise too_many(self._seconds_left(beyond, now))
        return attempt

    async def succeeded(self, aside: Aside, attempt: Attempt) -> None:
        """Forget the failures of an account; those of an address stay, without this attempt."""
        async with aside.lend() as connection:
            await connection.execute(_SUCCEEDED, attempt.account, attempt.address)

    def _most(self, key: str) -> int:
        return self.per_account if key.startswith("account:") else self.per_address

    def _seconds_left(self, since: Sequence[datetime], now: datetime) -> int:
        return max(1, int((max(since) + self.window - now).total_seconds()) + 1)


def too_many(seconds: int) -> UserError:
    """Return the error that there were too many sign-ins."""
    message = f"Too many sign-ins failed. Try again in {seconds} seconds."
    return UserError("", UserProblem("RATE_LIMITED", message, details={"retryAfter": seconds}))


def _account_key(account: str) -> str:
    # A digest: what is typed as a login is at times a password.
    name = hashlib.sha256(account.strip().casefold().encode(errors="replace")).hexdigest()
    return f"account:{name}"


def _address_key(ip: str | None) -> str:
    if not ip:
        return ""
    try:
        address = ip_address(ip)
    except ValueError:
        return f"address:{ip[:60]}"
    if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
        # Who has one address of version 6 has a network of them.
        number = int(address) >> (128 - _IPV6_NETWORK) << (128 - _IPV6_NETWORK)
        return f"address:{IPv6Address(number)}/{_IPV6_NETWORK}"
    return f"address:{getattr(address, 'ipv4_mapped', None) or address}"
