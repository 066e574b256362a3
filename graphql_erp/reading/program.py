"""Program: a plan's statements, compiled once and run many times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql_erp.expressions.tree import Name, Parameter
from graphql_erp.planning.plan import OnePlan, Plan
from graphql_erp.reading.json_select import one_select, page_select
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import Slot, Statement, compile_statement
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables

Inputs = Mapping[str, Any]
"""Coerced variables of the client, and values of the surroundings under `@user`, `@today`, ..."""

Fetch = Callable[[Inputs], Any]


class Connection(Protocol):
    """What running a statement asks of a connection."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row, None when there is none."""


@dataclass(frozen=True, slots=True)
class RootStatement:
    """One root field: its name in the answer and the statement that gives its JSON."""

    key: str
    statement: Statement
    is_nullable: bool
    arguments: tuple[tuple[int, Fetch], ...]
    """(position, function of the inputs) of what is known only at run time."""

    def bind(self, inputs: Inputs) -> list[Any]:
        """Return the values of the statement's parameters.

        Raises:
            RequestError: A value cannot be sent to PostgreSQL.
        """
        values = list(self.statement.constants)
        for position, fetch in self.arguments:
            values[position] = fetch(inputs)
        return values


def compile_plan(plan: Plan, registry: Registry, tables: Tables) -> tuple[RootStatement, ...]:
    """Return one statement per root field of a plan."""
    roots = []
    for root in plan.roots:
        build = Build(registry, tables, plan.conditions)
        is_one = isinstance(root.plan, OnePlan)
        if isinstance(root.plan, OnePlan):
            select = one_select(build, root.plan)
        else:
            select = page_select(build, root.plan)
        statement = compile_statement(select, build.slots)
        arguments = tuple((position, _fetch(slot)) for position, slot in statement.variable)
        roots.append(RootStatement(root.key, statement, is_one, arguments))
    return tuple(roots)


def _fetch(slot: Slot) -> Fetch:
    read = slot.read
    if isinstance(slot.node, Name):
        name = f"@{slot.node.name}"
        return lambda inputs: read(inputs[name])
    if not isinstance(slot.node, Parameter):
        raise TypeError(f"{slot.node} has no value at run time.")
    first, *rest = slot.node.key.split(".")
    if not rest:
        return lambda inputs: read(inputs[first])

    def fetch(inputs: Inputs) -> Any:
        value: Any = inputs[first]
        for step in rest:
            value = value[int(step)] if isinstance(value, list) else value[step]
        return read(value)

    return fetch


async def run(
    roots: tuple[RootStatement, ...], inputs: Inputs, connection: Connection
) -> list[bytes]:
    """Return the JSON of each root field, as PostgreSQL wrote it.

    The connection gives `json` columns as bytes; a record that does not exist gives `null`.
    """
    answers: list[bytes] = []
    for root in roots:
        answer = await connection.fetchval(root.statement.sql, *root.bind(inputs))
        answers.append(b"null" if answer is None else answer)
    return answers
