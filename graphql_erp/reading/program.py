"""Program: a plan's statements, compiled once and run many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from graphql_erp.errors import CostExceeded
from graphql_erp.planning.plan import OnePlan, Plan
from graphql_erp.reading.json_select import one_select, page_select
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import Inputs, Statement, compile_statement
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables


class Connection(Protocol):
    """What running a statement asks of a connection."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row, None when there is none."""


@dataclass(frozen=True, slots=True)
class RootStatement:
    """One root field: its name in the answer and the statement that gives its JSON."""

    key: str
    statement: Statement
    members: tuple[bytes, ...] | None
    """`"key":` of each column of a connection's one row; None for a record in one column.

    PostgreSQL would copy a long list once more to put it into an object.
    """

    def answer(self, row: Any) -> bytes:
        """Return the JSON of the field."""
        if self.members is None:
            return b"null" if row is None else bytes(row[0])
        members = (key + value for key, value in zip(self.members, row, strict=True))
        return b"{" + b",".join(members) + b"}"


def compile_plan(plan: Plan, registry: Registry, tables: Tables) -> tuple[RootStatement, ...]:
    """Return one statement per root field of a plan.

    Raises:
        CostExceeded: A statement joins hundreds of tables; joins are compiled recursively.
    """
    try:
        return _compile(plan, registry, tables)
    except RecursionError as error:
        raise CostExceeded(
            "The document joins too many tables at one place.",
            hint="Filter, order and group by fewer paths at once.",
        ) from error


def _compile(plan: Plan, registry: Registry, tables: Tables) -> tuple[RootStatement, ...]:
    roots = []
    for root in plan.roots:
        build = Build(registry, tables, plan.conditions)
        members = None
        if isinstance(root.plan, OnePlan):
            select = one_select(build, root.plan)
        else:
            select = page_select(build, root.plan)
            members = tuple(orjson.dumps(member.key) + b":" for member in root.plan.members)
        statement = compile_statement(select, build.slots)
        roots.append(RootStatement(root.key, statement, members))
    return tuple(roots)


async def run(
    roots: tuple[RootStatement, ...], inputs: Inputs, connection: Connection
) -> list[bytes]:
    """Return the JSON of each root field, as PostgreSQL wrote it.

    The connection gives `json` columns as bytes; a record that does not exist gives `null`.
    """
    return [
        root.answer(await connection.fetchrow(root.statement.sql, *root.statement.bind(inputs)))
        for root in roots
    ]
