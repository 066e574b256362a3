"""Passwords: hashed by argon2id, a few at once, off the event loop."""

from __future__ import annotations

import asyncio
import base64
import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from graphql_erp.errors import RateLimited

T = TypeVar("T")

AT_ONCE = 2
"""Passwords hashed at once by a process: each takes memory and a core for a tenth of a second."""
WAITING = 32
"""Passwords that wait for their turn; more are refused instead of piling up."""
LONGEST = 1_000
"""Characters of a password at most."""


class Passwords:
    """Hashes and verifies passwords.

    Args:
        kib: Memory for one hash.
        passes: How often it is gone over.
        waiting: Passwords that may wait for their turn; more are refused.
    """

    def __init__(self, *, kib: int, passes: int, waiting: int = WAITING) -> None:
        self._hasher = PasswordHasher(memory_cost=kib, time_cost=passes)
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="passwords")
        self._nobody = _hash_of_nothing(self._hasher)
        self._pending = 0
        self._most = AT_ONCE + waiting

    @property
    def is_busy(self) -> bool:
        """Whether one more would be refused."""
        return self._pending >= self._most

    async def hash(self, password: str) -> str:
        """Return what is kept of a password.

        Raises:
            RateLimited: Too many are waiting.
        """
        return await self._off_the_loop(lambda: self._hasher.hash(password))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is the one that was hashed; None: there is none.

        An account that does not exist costs as much as one that does.

        Raises:
            RateLimited: Too many are waiting.
        """
        return await self._off_the_loop(lambda: self._verified(kept, password))

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a password should be hashed again: by today's memory and passes."""
        return self._hasher.check_needs_rehash(kept)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _verified(self, kept: str | None, password: str) -> bool:
        try:
            is_right = self._hasher.verify(kept or self._nobody, password[:LONGEST])
        except (VerificationError, InvalidHashError):
            return False
        return is_right and kept is not None and len(password) <= LONGEST

    async def _off_the_loop(self, work: Callable[[], T]) -> T:
        if self.is_busy:
            raise RateLimited("Too many sign-ins at this moment.", retry_after=1)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _hash_of_nothing(hasher: PasswordHasher) -> str:
    """Return a hash of the same cost as others, made of chance: no password has it."""
    parts = (secrets.token_bytes(size) for size in (hasher.salt_len, hasher.hash_len))
    salt, value = (base64.b64encode(part).rstrip(b"=").decode() for part in parts)
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${salt}${value}"
