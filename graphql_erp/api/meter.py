"""Meter: cost units that users, API keys and addresses have left in the current minute.

Units are gathered in this process and handed to the window in lumps of a hundredth of the
allowance, so that counting costs a request next to nothing and a refusal a look into a dictionary.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from graphql_erp.api.long_work import Stopwatch
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import RateLimited

REQUEST_UNITS = 10
"""Cost units of a request, whatever becomes of it."""
MUTATION_UNITS = 100
"""Cost units of a root field of a mutation."""
READING_UNITS = 100
"""Cost units of a millisecond that reading a long document for the first time takes."""

_LUMPS = 100
_MAX_ACCOUNTS = 100_000
_NETWORK_BITS = 64
"""Whoever has one IPv6 address has all of its network."""

Key = tuple[str, str, str]
"""Kind, tenant, and who: `("user", "demo", "7")`."""


@dataclass(slots=True)
class _Account:
    """Units of one key that the window does not know of yet."""

    item: RateLimitItem
    lump: int
    gathered: int = 0
    shut_until: float = 0.0


class Meter:
    """Counts cost units by key; shared by the tenants of an engine, which are part of the keys."""

    def __init__(self, allowances: Mapping[str, int]) -> None:
        """Count against allowances.

        Args:
            allowances: Units a minute by kind of key; kinds that are absent or 0 have no limit.
        """
        self._items = {
            kind: RateLimitItemPerMinute(units) for kind, units in allowances.items() if units
        }
        self._accounts: OrderedDict[Key, _Account] = OrderedDict()
        self._window = SlidingWindowCounterRateLimiter(MemoryStorage())

    @classmethod
    def of(cls, settings: Settings) -> Meter:
        """Return the meter of the settings."""
        return cls(
            {
                "user": settings.rate_limit_user,
                "key": settings.rate_limit_key,
                "address": settings.rate_limit_address,
            }
        )

    def keys(self, environment: Environment) -> tuple[Key, ...]:
        """Return on whose account a request goes: of all who have a limit."""
        tenant, actor, ip = environment.tenant, environment.actor, environment.request.ip
        keys: list[Key] = []
        if actor.user is not None and "user" in self._items:
            keys.append(("user", tenant, str(actor.user)))
        if actor.key is not None and "key" in self._items:
            keys.append(("key", tenant, str(actor.key)))
        if ip is not None and "address" in self._items:
            keys.append(("address", tenant, _network(ip) if ":" in ip else ip))
        return tuple(keys)

    def require(self, keys: tuple[Key, ...]) -> None:
        """Refuse a request before anything is done for it, when an account is shut.

        Raises:
            RateLimited: One is.
        """
        for key in keys:
            account = self._accounts.get(key)
            if account is not None and account.shut_until:
                wait = account.shut_until - time.monotonic()
                if wait > 0:
                    raise _refusal(key, wait)
                account.shut_until = 0.0

    async def charge(self, keys: tuple[Key, ...], units: int) -> None:
        """Take units from accounts.

        Raises:
            RateLimited: One has not as many left.
        """
        for key in keys:
            account = self._accounts.get(key) or self._open(key)
            account.gathered += units
            if account.gathered >= account.lump:
                await self._hand_over(key, account)

    def _open(self, key: Key) -> _Account:
        item = self._items[key[0]]
        account = self._accounts[key] = _Account(item, max(1, item.amount // _LUMPS))
        if len(self._accounts) > _MAX_ACCOUNTS:
            self._accounts.popitem(last=False)
        return account

    async def _hand_over(self, key: Key, account: _Account) -> None:
        units, account.gathered = account.gathered, 0
        if await self._window.hit(account.item, *key, cost=units):
            return
        stats = await self._window.get_window_stats(account.item, *key)
        wait = max(1.0, stats.reset_time - time.time())
        account.shut_until = time.monotonic() + wait
        raise _refusal(key, wait)


def reading_units(watch: Stopwatch) -> int:
    """Return what reading costs, whatever becomes of the request."""
    return int(READING_UNITS * watch.milliseconds)


@lru_cache(maxsize=4096)
def _network(ip: str) -> str:
    try:
        address = IPv6Address(ip.partition("%")[0])
    except ValueError:
        return ip
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((address, _NETWORK_BITS), strict=False))


def _refusal(key: Key, wait: float) -> RateLimited:
    whose = {"user": "This user", "key": "This API key", "address": "This address"}[key[0]]
    return RateLimited(
        f"{whose} asked for more in a minute than its limit allows.",
        retry_after=max(1, math.ceil(wait)),
    )
