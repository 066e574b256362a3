"""Lent: a connection for the length of one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graphql_erp.writing.writer import WriteConnection


class Lent:
    """Passes statements on until the transaction is over.

    Behaviour may keep `self.env` longer, in what it calls after the commit or in a task of its
    own; the connection is somebody else's by then.
    """

    __slots__ = ("_connection",)

    def __init__(self, connection: WriteConnection) -> None:
        self._connection: WriteConnection | None = connection

    def take_back(self) -> None:
        """End the loan."""
        self._connection = None

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""
        return await self._held().fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row, None when there is none."""
        return await self._held().fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row."""
        return await self._held().fetchval(query, *args)

    def _held(self) -> WriteConnection:
        if self._connection is None:
            raise RuntimeError("The transaction of this environment is over.")
        return self._connection
