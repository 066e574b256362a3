"""Connections of one process to one tenant."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import Self

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable
from graphql_erp.tenants.aside import Aside
from graphql_erp.tenants.connection import TenantConnection, connect_tenant

_SETTLE_SECONDS = 5.0
_CLOSE_SECONDS = 5.0
_IDLE_SECONDS = 300.0

_Waiter = asyncio.Future[TenantConnection | None]


class TenantPool:
    """A pool that hands out the connection used last, and waits in order of arrival.

    Taking and giving back a free connection awaits nothing. A connection that comes back in a
    transaction or with a statement being cancelled is settled in the background, or replaced.

    Example:
        async with pool.acquire() as connection:
            rows = await connection.fetch("SELECT 1")
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[TenantConnection]],
        *,
        minimum: int,
        maximum: int,
        idle_seconds: float = _IDLE_SECONDS,
    ) -> None:
        self.aside = Aside(connect)
        """One more connection, which `maximum` does not count."""
        self._connect = connect
        self._minimum = min(minimum, maximum)
        self._maximum = maximum
        self._idle_seconds = idle_seconds
        self._idle: deque[TenantConnection] = deque()
        self._busy: set[TenantConnection] = set()
        self._waiters: deque[_Waiter] = deque()
        self._settling: set[asyncio.Task[None]] = set()
        self._size = 0
        self._unused = 0
        self._closed = False
        self._emptied = asyncio.Event()
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, dsn: str, settings: Settings) -> Self:
        """Return a pool with its least number of connections open."""
        connect = partial(connect_tenant, dsn, settings)
        pool = cls(connect, minimum=settings.pool_min, maximum=settings.pool_max)
        await pool.fill()
        return pool

    @property
    def size(self) -> int:
        """Connections open or being opened."""
        return self._size

    @property
    def free(self) -> int:
        """Open connections nobody uses."""
        return len(self._idle)

    async def fill(self) -> None:
        """Open connections until there are as many as the least number."""
        try:
            while self._size < self._minimum:
                self._size += 1
                self.give_back(await self._open())
        except BaseException:
            await self.close()
            raise

    def acquire(self) -> "Loan":
        """Return a context manager that lends one connection."""
        return Loan(self)

    def take_free(self) -> TenantConnection | None:
        """Take the connection used last, if one is free and nobody waits for it."""
        idle = self._idle
        while idle:
            connection = idle.pop()
            self._unused = min(self._unused, len(idle))
            if not connection.is_closed():
                self._busy.add(connection)
                return connection
            self._size -= 1
        return None

    async def take(self) -> TenantConnection:
        """Take a connection: a free one, a new one, or the next that comes back.

        Raises:
            TenantUnavailable: The pool is closed, or the database cannot be reached.
        """
        if self._closed:
            raise _closed()
        connection = self.take_free()
        if connection is not None:
            return connection
        if self._size < self._maximum:
            self._size += 1
            return await self._open()
        waiter: _Waiter = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        try:
            given = await waiter
        except asyncio.CancelledError:
            self._pass_on(waiter)
            raise
        if given is not None:
            return given
        # We were given the place of a lost connection.
        return await self._open()

    def give_back(self, connection: TenantConnection, *, is_sound: bool = True) -> None:
        """Give a connection back, in whatever state it is; one that may not be sound is tried."""
        if is_sound and connection.is_settled():
            self._hand_over(connection)
            return
        if self._closed or connection.is_closed():
            self._discard(connection)
            return
        task = asyncio.get_running_loop().create_task(self._settle(connection))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    async def close(self, *, seconds: float = _CLOSE_SECONDS) -> None:
        """Close all connections; those in use have some seconds to come back."""
        self._closed = True
        self.aside.close()
        if self._timer is not None:
            self._timer.cancel()
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_exception(_closed())
        idle = tuple(self._idle)
        self._idle.clear()
        self._size -= len(idle)
        await asyncio.gather(*map(_close, idle))
        if not self._size:
            return
        self._emptied.clear()
        try:
            await asyncio.wait_for(self._emptied.wait(), seconds)
        except TimeoutError:
            for connection in tuple(self._busy):
                connection.terminate()
            await asyncio.gather(*self._settling, return_exceptions=True)

    async def _open(self) -> TenantConnection:
        """Open a connection in a place that is already counted."""
        try:
            connection = await self._connect()
        except BaseException:
            self._leave()
            raise
        if self._closed:
            self._discard(connection)
            raise _closed()
        self._busy.add(connection)
        return connection

    def _hand_over(self, connection: TenantConnection) -> None:
        if self._closed:
            self._discard(connection)
            return
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                waiter.set_result(connection)
                return
        self._busy.discard(connection)
        self._idle.append(connection)
        if self._timer is None and self._size > self._minimum:
            self._watch()

    def _discard(self, connection: TenantConnection) -> None:
        connection.terminate()
        self._busy.discard(connection)
        self._leave()

    def _leave(self) -> None:
        """Give up one place; the first who waits may open a connection in it."""
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                # The place stays counted, so that nobody else opens a connection in it.
                waiter.set_result(None)
                return
        self._size -= 1
        if not self._size:
            self._emptied.set()

    def _pass_on(self, waiter: _Waiter) -> None:
        """Hand on what a waiter was given in the moment it was cancelled."""
        if waiter.cancelled():
            with suppress(ValueError):
                self._waiters.remove(waiter)
        elif waiter.exception() is not None:
            return
        elif (given := waiter.result()) is not None:
            self._hand_over(given)
        else:
            self._leave()

    async def _settle(self, connection: TenantConnection) -> None:
        try:
            async with asyncio.timeout(_SETTLE_SECONDS):
                await connection.settle()
        except Exception:  # noqa: BLE001  # whatever it is, the connection is of no use
            self._discard(connection)
            return
        if connection.is_settled():
            self._hand_over(connection)
        else:
            self._discard(connection)

    def _watch(self) -> None:
        self._unused = len(self._idle)
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self._idle_seconds, self._shrink)

    def _shrink(self) -> None:
        """Close what was not needed since the last look; the longest unused are on the left."""
        self._timer = None
        for _ in range(min(self._unused, self._size - self._minimum)):
            self._idle.popleft().terminate()
            self._size -= 1
        if self._size > self._minimum:
            self._watch()


class Loan:
    """One connection for the length of an `async with` block."""

    __slots__ = ("_connection", "_pool")

    def __init__(self, pool: TenantPool) -> None:
        self._pool = pool
        self._connection: TenantConnection | None = None

    async def __aenter__(self) -> TenantConnection:
        self._connection = connection = self._pool.take_free() or await self._pool.take()
        return connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            # After an answer of the server, even an error, the protocol is in step. After any other
            # exception it may not be: asyncpg does not tell.
            is_sound = error is None or isinstance(error, asyncpg.PostgresError)
            self._pool.give_back(connection, is_sound=is_sound)


async def _close(connection: TenantConnection) -> None:
    try:
        await connection.close(timeout=_CLOSE_SECONDS)
    except Exception:  # noqa: BLE001  # it is gone either way
        connection.terminate()


def _closed() -> TenantUnavailable:
    return TenantUnavailable("The server is stopping.", hint="Try again in a moment.")
