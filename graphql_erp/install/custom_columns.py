"""The columns of custom fields: added when they are missing, never dropped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import asyncpg

from graphql_erp.environment.custom_fields import StoredFields
from graphql_erp.install.sql_text import name_sql
from graphql_erp.registry.custom_fields import CustomField
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.steps import AddColumn, DropColumn, DropConstraint, Step


async def settle_custom(
    connection: asyncpg.Connection,
    steps: Sequence[Step],
    registry: Registry,
    stored: StoredFields,
) -> tuple[Step, ...]:
    """Add the columns custom fields lack and return the steps that are not about custom fields.

    Nothing is ever dropped: hidden fields keep their columns and what PostgreSQL checks in them.
    """
    active = custom_columns(registry, stored.active)
    kept = active | custom_columns(registry, stored.hidden)
    left: list[Step] = []
    for step in steps:
        match step:
            case AddColumn(table, column) if (table, column.name) in active:
                change = f"ADD COLUMN {name_sql(column.name)} {column.type}"
                await connection.execute(f"ALTER TABLE {name_sql(table)} {change}")
            case DropColumn(table, name) if (table, name) in kept:
                continue
            case DropConstraint(table, state) if {(table, name) for name in state.columns} & (
                kept - active
            ):
                continue
            case _:
                left.append(step)
    return tuple(left)


def custom_columns(registry: Registry, custom: Iterable[CustomField]) -> frozenset[tuple[str, str]]:
    """Return table and column of the custom fields whose models there are."""
    return frozenset(
        (registry.models[item.model].table, item.name)
        for item in custom
        if item.model in registry.models
    )
