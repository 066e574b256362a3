"""Secrets of a tenant sealed again with the newest key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import asyncpg
from sqlalchemy.dialects import postgresql

from graphql_erp.config import Settings
from graphql_erp.install.names import tenant_database
from graphql_erp.install.registries import registry_of
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.sealing.keys import Key
from graphql_erp.sealing.sealer import Sealed, Sealer
from graphql_erp.tenants.roles import connect
from graphql_erp.tenants.server import Server

_BATCH = 500
_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]


async def reseal(
    server: Server,
    settings: Settings,
    tenant: str,
    modules: Sequence[str],
    key: Key,
    sealer: Sealer,
) -> int:
    """Seal anew what other keys than the newest sealed, and return how many values that were.

    Versions and audit entries stay as they are: what the secrets say has not changed. Whatever was
    sealed anew before a failure stays so.

    Args:
        server: Where the tenant is.
        settings: Where the modules are.
        tenant: Its name.
        modules: What is installed in it.
        key: The newest key.
        sealer: That of the tenant.

    Raises:
        CannotOpen: A key is gone.
    """
    registry = registry_of(settings, modules)
    connection = await connect(server.owner_dsn(tenant_database(settings, tenant)))
    try:
        return sum(
            [
                await _reseal_field(connection, model, field, key, sealer)
                for model, field in _secrets(registry)
            ]
        )
    finally:
        await connection.close()


def _secrets(registry: Registry) -> Iterator[tuple[ModelDef, FieldDef]]:
    for model in registry.models.values():
        for field in model.fields.values():
            if field.type.is_secret:
                yield model, field


async def _reseal_field(
    connection: asyncpg.Connection, model: ModelDef, field: FieldDef, key: Key, sealer: Sealer
) -> int:
    table, column = (_PREPARER.quote(name) for name in (model.table, field.column))
    # The first byte tells the form, the next ones the key.
    older = (
        f"SELECT id, {column} AS value FROM {table}"  # noqa: S608 -- quoted names of declarations
        f" WHERE substring({column} FROM 2 FOR {len(key.id)}) <> $1"
        f" ORDER BY id LIMIT {_BATCH} FOR NO KEY UPDATE"
    )
    change = (
        f"UPDATE {table} AS kept SET {column} = given.value"  # noqa: S608 -- the same
        " FROM unnest($1::bigint[], $2::bytea[]) AS given(id, value) WHERE kept.id = given.id"
    )
    count = 0
    while True:
        async with connection.transaction():
            rows = await connection.fetch(older, key.id)
            opened = [sealer.open(Sealed(row["value"]), model.name, field.name) for row in rows]
            sealed = [sealer.seal(text, model.name, field.name) for text in opened]
            await connection.execute(change, [row["id"] for row in rows], sealed)
        count += len(rows)
        if len(rows) < _BATCH:
            return count
