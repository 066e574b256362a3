"""Aside: one connection beside a pool, for what commits while its caller is in a transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from graphql_erp.tenants.connection import TenantConnection


class Aside:
    """A connection that is opened when first needed and lent to one after the other.

    It is none of the pool's, so that who holds one of those never waits for another of them. Lend
    it for single short statements, whose locks end with them.
    """

    def __init__(self, connect: Callable[[], Awaitable[TenantConnection]]) -> None:
        self._connect = connect
        self._turn = asyncio.Lock()
        self._kept: TenantConnection | None = None
        self._closed = False

    @asynccontextmanager
    async def lend(self) -> AsyncIterator[TenantConnection]:
        """Lend the connection for the length of an `async with` block.

        Raises:
            TenantUnavailable: The database cannot be reached.
        """
        async with self._turn:
            connection, self._kept = self._kept, None
            if connection is None or connection.is_closed():
                connection = await self._connect()
            try:
                yield connection
            finally:
                # One that was cancelled or left in a transaction is not worth settling: opening
                # another one is as fast.
                if connection.is_settled() and not self._closed:
                    self._kept = connection
                else:
                    connection.terminate()

    def close(self) -> None:
        """Close the connection; one that is lent is closed when it comes back."""
        self._closed = True
        if self._kept is not None:
            self._kept.terminate()
            self._kept = None
