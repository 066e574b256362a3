"""Registered documents of a tenant: put in, listed, taken out by its owner."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.environment.documents import PREFIX
from graphql_erp.errors import DocumentNotFound
from graphql_erp.install.names import tenant_database
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server

_REGISTER = """\
INSERT INTO erp_document (hash, text, name, created_at) VALUES ($1, $2, $3, now())
ON CONFLICT (hash) DO UPDATE SET name = excluded.name"""
_LIST = "SELECT hash, name, created_at FROM erp_document ORDER BY name, hash"
_FORGET = "DELETE FROM erp_document WHERE hash = ANY($1::text[]) RETURNING hash"


@dataclass(frozen=True, slots=True)
class Registered:
    """One registered document."""

    hash: str
    name: str
    """Of the file it came from."""
    created_at: datetime


async def register_documents(
    server: Server, settings: Settings, tenant: str, documents: Mapping[str, tuple[str, str]]
) -> None:
    """Register documents; those that are registered get the new name.

    Args:
        server: The PostgreSQL server.
        settings: Settings.
        tenant: Whose documents.
        documents: Text and name by hash.
    """
    rows = [(key, text, name) for key, (text, name) in documents.items()]
    async with _owner(server, settings, tenant) as owner, owner.transaction():
        await owner.executemany(_REGISTER, rows)


async def list_documents(server: Server, settings: Settings, tenant: str) -> list[Registered]:
    """Return the registered documents by name."""
    async with _owner(server, settings, tenant) as owner:
        rows = await owner.fetch(_LIST)
    return [Registered(row["hash"], row["name"], row["created_at"]) for row in rows]


async def forget_documents(
    server: Server, settings: Settings, tenant: str, ids: Sequence[str]
) -> None:
    """Take documents out; all of them or none.

    Raises:
        DocumentNotFound: One is not registered.
    """
    wanted = [item.removeprefix(PREFIX) for item in ids]
    async with _owner(server, settings, tenant) as owner, owner.transaction():
        gone = {row["hash"] for row in await owner.fetch(_FORGET, wanted)}
        for item in wanted:
            if item not in gone:
                raise DocumentNotFound(
                    f'No document is registered under "{item}".',
                    hint="Run: erp documents list",
                )


@asynccontextmanager
async def _owner(
    server: Server, settings: Settings, tenant: str
) -> AsyncIterator[asyncpg.Connection]:
    owner = await connect(server.owner_dsn(tenant_database(settings, tenant)))
    try:
        yield owner
    finally:
        await owner.close()
