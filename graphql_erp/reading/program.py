"""Program: a plan's statements, compiled once and run many times."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import orjson

from graphql_erp.errors import CostExceeded
from graphql_erp.planning.plan import OnePlan, PagePlan, Plan, Strategy
from graphql_erp.planning.strategy import needs_rows
from graphql_erp.reading.json_select import one_select, page_select
from graphql_erp.reading.levels import LevelRoot, level_reading, level_root
from graphql_erp.reading.record_statements import Source
from graphql_erp.reading.records import RecordReader
from graphql_erp.reading.row_parts import MethodCaller
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

    strategy: ClassVar[Strategy] = Strategy.SQL
    is_single: ClassVar[bool] = True
    """Whether its statement is all that is sent."""

    @property
    def names_surroundings(self) -> bool:
        """Whether it asks for user, company, today, now or the time zone."""
        return self.statement.names_surroundings

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is sent."""
        return (self.statement,)

    def answer(self, row: Any) -> bytes:
        """Return the JSON of the field."""
        if self.members is None:
            return b"null" if row is None else bytes(row[0])
        members = (key + value for key, value in zip(self.members, row, strict=True))
        return b"{" + b",".join(members) + b"}"


RootProgram = RootStatement | LevelRoot
"""One root field, compiled: by PostgreSQL alone, or finished by Python."""


def size_of(roots: Iterable[RootProgram]) -> int:
    """Return about how many bytes they take: each parameter has a function that fetches it."""
    statements = (item for root in roots for item in root.statements)
    return sum(len(item.sql) + 1_000 * len(item.constants) for item in statements)


def compile_plan(plan: Plan, registry: Registry, tables: Tables) -> tuple[RootProgram, ...]:
    """Return the statements of each root field of a plan.

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


def _compile(plan: Plan, registry: Registry, tables: Tables) -> tuple[RootProgram, ...]:
    roots: list[RootProgram] = []
    for root in plan.roots:
        if _needs_python(root.plan):
            source = Source(registry, tables, plan.conditions)
            roots.append(level_root(source, root.key, root.plan))
            continue
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


def _needs_python(plan: OnePlan | PagePlan) -> bool:
    if isinstance(plan, OnePlan):
        return plan.object.strategy is Strategy.ROWS
    return needs_rows(plan.members)


async def run(
    roots: tuple[RootProgram, ...],
    inputs: Inputs,
    connection: Connection,
    reader: RecordReader | None = None,
    methods: MethodCaller | None = None,
) -> list[bytes]:
    """Return the JSON of each root field; a record that does not exist gives `null`.

    Args:
        roots: The root fields, compiled.
        inputs: Variables and, where they are named, surroundings.
        connection: Gives `json` columns as bytes.
        reader: What reads records for methods; needed where Python finishes an answer.
        methods: What calls query methods.

    Raises:
        TypeError: Python must finish an answer, and there is no reader.
    """
    is_sql = all(isinstance(root, RootStatement) for root in roots)
    reading = None if reader is None or is_sql else level_reading(reader, inputs, methods)
    answers = []
    try:
        for root in roots:
            if isinstance(root, RootStatement):
                sql, bound = root.statement.sql, root.statement.bind(inputs)
                answers.append(root.answer(await connection.fetchrow(sql, *bound)))
            elif reading is None:
                raise TypeError(f"{root.key} needs a reader of records.")
            else:
                answers.append(await root.answer(reading))
    finally:
        if reading is not None and reading.tasks:
            await reading.close()
    return answers
