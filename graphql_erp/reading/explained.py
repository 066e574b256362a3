"""What is read to explain access: another user, and which conditions hold for a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from graphql_erp.expressions.tree import Condition
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import NO_CONDITIONS
from graphql_erp.security.stored import GROUP
from graphql_erp.tables.build import Tables

USER = "User"
_ID = "@id"


class RowConnection(Protocol):
    """What reading asks of a connection."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row, None when there is none."""


async def read_user(
    connection: RowConnection, registry: Registry, tables: Tables, user: int
) -> tuple[Actor, bool] | None:
    """Return a user as an actor, groups as they are given, and whether they may sign in."""
    table, build = tables.of(USER), Build(registry, tables, NO_CONDITIONS)
    group = tables.of(GROUP)

    def linked(field: str) -> tuple[sa.FromClause, sa.ColumnElement[Any], sa.ColumnElement[bool]]:
        relation = registry.models[USER].fields[field].relation
        if relation is None:
            raise TypeError(f"{USER}.{field} is not a relation.")
        link = tables.link(relation.link_table)
        return link, link.c[relation.link_target], link.c[relation.link_own] == table.c["id"]

    _, company, is_own = linked("companies")
    companies = sa.select(company).where(is_own).correlate(table)
    link, target, is_own = linked("groups")
    names = sa.select(group.c["name"]).select_from(link.join(group, group.c["id"] == target))
    statement = sa.select(
        table.c["company_id"],
        sa.func.array(companies.scalar_subquery(), type_=ARRAY(sa.BigInteger())),
        sa.func.array(names.where(is_own).correlate(table).scalar_subquery()),
        table.c["time_zone"],
        table.c["active"],
    ).where(table.c["id"] == build.bind_input(_ID, sa.BigInteger()))
    compiled = compile_statement(statement, build.slots)
    row = await connection.fetchrow(compiled.sql, *compiled.bind({_ID: user}))
    if row is None:
        return None
    own_company, others, groups, timezone, is_active = row
    actor = Actor(
        user=user,
        company=own_company,
        companies=tuple(sorted({*others, own_company})),
        groups=frozenset(groups),
        timezone=timezone,
    )
    return actor, is_active


async def read_held(
    connection: RowConnection,
    build: Build,
    model: str,
    record: int,
    conditions: Sequence[Condition],
    inputs: Mapping[str, Any],
) -> list[bool] | None:
    """Return which conditions hold for a record, whoever may read it; None when there is none.

    Args:
        connection: Of the database.
        build: A fresh one.
        model: The model.
        record: Id of the record.
        conditions: The conditions.
        inputs: The surroundings of the actor they speak of.
    """
    scope = build.open_all(model)
    columns = [
        scope.holds(condition, exact=True).label(f"c{number}")
        for number, condition in enumerate(conditions)
    ]
    wanted = build.bind_input(_ID, sa.BigInteger())
    statement = scope.select(scope.column("id"), *columns).where(scope.column("id") == wanted)
    compiled = compile_statement(statement, build.slots)
    row = await connection.fetchrow(compiled.sql, *compiled.bind({**inputs, _ID: record}))
    return None if row is None else list(row)[1:]
