"""SharedServer: the PostgreSQL server of a process, joined once for all its tenants."""

from __future__ import annotations

import asyncio

from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable
from graphql_erp.tenants.server import Server, open_server


class SharedServer:
    """Joins the server for the first who opens it and leaves it with the last."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._server: Server | None = None
        self._users = 0
        self._turn = asyncio.Lock()

    @property
    def current(self) -> Server:
        """The server that is there now.

        Raises:
            TenantUnavailable: Nobody has opened it.
        """
        if self._server is None:
            raise TenantUnavailable("The server is not started.")
        return self._server

    async def open(self) -> None:
        """Join the server unless that is done; close it as often as you open it.

        Raises:
            SettingsError: There is no usable server.
        """
        async with self._turn:
            if self._server is None:
                self._server = await asyncio.to_thread(open_server, self._settings)
            self._users += 1

    async def reopen(self, lost: Server) -> Server:
        """Return a server in place of one that is gone, the same for all who have lost that one.

        Raises:
            SettingsError: There is no usable server.
        """
        async with self._turn:
            if self._server is lost:
                # It may be at another place after its restart.
                self._server = await asyncio.to_thread(open_server, self._settings)
                await asyncio.to_thread(lost.close)
        return self.current

    async def close(self) -> None:
        """Leave the server if nobody else uses it."""
        async with self._turn:
            self._users -= 1
            if not self._users and self._server is not None:
                server, self._server = self._server, None
                await asyncio.to_thread(server.close)
