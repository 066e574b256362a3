"""GrantReader: the grants of a tenant, asked of the database every half second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from graphql_erp.identity.callers import FRESH_SECONDS
from graphql_erp.reading.grant_rows import read_grant_rows
from graphql_erp.registry.registry import Registry
from graphql_erp.security.grants import Grants
from graphql_erp.security.stored import GrantRows, grants_of
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.pool import TenantPool


class GrantReader:
    """Reads the grants of a tenant, at most once per half second and process.

    As long as their records and the models stay as they are, the same grants are given, with the
    permissions that were derived from them.
    """

    def __init__(
        self, pool: TenantPool, *, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._pool = pool
        self._monotonic = monotonic
        self._until = 0.0
        self._rows: GrantRows | None = None
        self._grants: Grants | None = None
        self._reading: asyncio.Task[Grants] | None = None

    async def get(self, registry: Registry, tables: Tables) -> Grants:
        """Return the grants for the models of today."""
        grants = self._grants
        is_fresh = self._until > self._monotonic()
        if grants is not None and is_fresh and grants.registry is registry:
            return grants
        if self._reading is None or self._reading.done():
            reading = self._read(registry, tables)
            self._reading = asyncio.get_running_loop().create_task(reading)
        # One look serves all who wait for it; who leaves does not end it.
        found = await asyncio.shield(self._reading)
        return found if found.registry is registry else await self._read(registry, tables)

    async def _read(self, registry: Registry, tables: Tables) -> Grants:
        # Counted from before the statements: what they have not seen is noticed in time.
        until = self._monotonic() + FRESH_SECONDS
        async with (
            self._pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            rows = await read_grant_rows(connection, registry, tables)
        grants = self._grants
        if grants is None or grants.registry is not registry or rows != self._rows:
            grants = grants_of(registry, rows)
        self._rows, self._grants, self._until = rows, grants, until
        return grants
