"""The rows behind the grants of a tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from graphql_erp.reading.statement import compile_statement
from graphql_erp.registry.grants import OPERATIONS
from graphql_erp.registry.registry import Registry
from graphql_erp.security.stored import ACCESS, GROUP, RULE, GrantRows, has_grants
from graphql_erp.tables.build import Tables


class RowConnection(Protocol):
    """What reading asks of a connection."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""


async def read_grant_rows(
    connection: RowConnection, registry: Registry, tables: Tables
) -> GrantRows:
    """Return the records of a tenant's grants; none where its modules have no such models."""
    if not has_grants(registry):
        return GrantRows()
    found = []
    for statement in _statements(registry, tables):
        compiled = compile_statement(statement, {})
        rows = await connection.fetch(compiled.sql, *compiled.bind({}))
        found.append(tuple(map(tuple, rows)))
    return GrantRows(*found)


def _statements(registry: Registry, tables: Tables) -> Iterator[sa.Select[Any]]:
    group, access, rule = (tables.of(name) for name in (GROUP, ACCESS, RULE))
    yield sa.select(group.c["id"], group.c["name"], group.c["kind"]).order_by(group.c["id"])
    relation = registry.models[GROUP].fields["implies"].relation
    if relation is None:
        raise TypeError("Group.implies is not a relation.")
    link = tables.link(relation.link_table)
    ends = (link.c[relation.link_own], link.c[relation.link_target])
    yield sa.select(*ends).order_by(*ends)
    rights = [access.c[f"can_{operation}"] for operation in OPERATIONS]
    names = ("id", "group_id", "model", "where")
    columns = [*(access.c[name] for name in names), sa.cast(access.c["methods"], sa.Text())]
    yield sa.select(*columns, *rights).where(access.c["active"]).order_by(access.c["id"])
    names = ("name", "model", "models_with", "where")
    columns = [rule.c[name] for name in names]
    yield sa.select(*columns).where(rule.c["active"]).order_by(rule.c["id"])
