"""Which modules a database holds, in which version, and at which revisions it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import asyncpg

from graphql_erp.registry.custom_fields import shipped
from graphql_erp.registry.registry import Registry


@dataclass(frozen=True, slots=True)
class Installed:
    """What a database says of itself."""

    modules: Mapping[str, str] = field(default_factory=dict)
    """Version by module."""
    heads: tuple[str, ...] = ()
    """Revisions it is at."""
    is_demo: bool = False
    """Whether records for demonstration were loaded."""


async def read_installed(connection: asyncpg.Connection) -> Installed:
    """Return what a database says of itself; nothing when no module was ever installed."""
    if not await connection.fetchval(
        "SELECT to_regclass('public.erp_module') IS NOT NULL"
        " AND to_regclass('public.erp_revision') IS NOT NULL"
    ):
        return Installed()
    rows = await connection.fetch(
        "SELECT identifier, version, demo FROM erp_module ORDER BY installed_at, identifier"
    )
    heads = await connection.fetch("SELECT version_num FROM erp_revision ORDER BY 1")
    return Installed(
        modules={row["identifier"]: row["version"] for row in rows},
        heads=tuple(row["version_num"] for row in heads),
        is_demo=any(row["demo"] for row in rows),
    )


async def write_installed(
    connection: asyncpg.Connection, registry: Registry, *, demo: bool
) -> None:
    """Note the modules of a registry as installed; rows that say so already stay untouched."""
    modules = shipped(registry.modules)
    await connection.execute(
        "INSERT INTO erp_module AS known (identifier, version, fingerprint, demo)"
        " SELECT identifier, version, $3, $4 FROM unnest($1::text[], $2::text[])"
        " AS given (identifier, version)"
        " ON CONFLICT (identifier) DO UPDATE SET version = excluded.version,"
        " fingerprint = excluded.fingerprint, demo = excluded.demo, updated_at = now()"
        " WHERE (known.version, known.fingerprint, known.demo)"
        " <> (excluded.version, excluded.fingerprint, excluded.demo)",
        [module.identifier for module in modules],
        [module.manifest.version for module in modules],
        registry.fingerprint,
        demo,
    )
