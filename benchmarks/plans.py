"""The query plans of the limit and of the engine, side by side with the numbers."""

import asyncio
from collections.abc import Sequence

import asyncpg

from benchmarks.limit_sql import STATEMENTS
from benchmarks.targets import ERP, LIMIT, Captured, Engine
from benchmarks.workloads import Workload

_RUNS_BEFORE = 6
_EXPLAIN = "EXPLAIN (ANALYZE, COSTS OFF, BUFFERS OFF, SUMMARY ON)"


def plans(dsn: str, workload: Workload, engine: Engine | None) -> dict[str, list[str]]:
    """Return the plans of a workload's first request by target, one text per statement."""
    variables = next(workload.variables())
    statement = STATEMENTS[workload.name]
    captured = {LIMIT: [Captured(statement.text, statement.arguments(variables))]}
    if engine:
        captured[ERP] = engine.erp_sql(workload.document, variables)
    return {
        target: asyncio.run(_explain_all(dsn, statements))
        for target, statements in captured.items()
    }


async def _explain_all(dsn: str, statements: Sequence[Captured]) -> list[str]:
    connection = await asyncpg.connect(dsn)
    try:
        return [await explain(connection, statement) for statement in statements]
    finally:
        await connection.close()


async def explain(connection: asyncpg.Connection, captured: Captured) -> str:
    """Return the plan of a statement as a warm connection runs it.

    PostgreSQL may change to a plan for any arguments after five runs of a prepared statement, so
    the statement is explained only after it has been run more often than that.
    """
    types = await _argument_types(connection, captured.text)
    name = "bench_explained"
    declared = f"({', '.join(types)})" if types else ""
    await connection.execute(f"PREPARE {name}{declared} AS {captured.text}")
    values = await _literals(connection, captured.arguments, types)
    call = f"EXECUTE {name}{values}"
    try:
        for _ in range(_RUNS_BEFORE):
            await connection.execute(call)
        rows = await connection.fetch(f"{_EXPLAIN} {call}")
    finally:
        await connection.execute(f"DEALLOCATE {name}")
    return "\n".join(row[0] for row in rows)


async def _argument_types(connection: asyncpg.Connection, text: str) -> list[str]:
    statement = await connection.prepare(text)
    return [f'"{kind.schema}"."{kind.name}"' for kind in statement.get_parameters()]


async def _literals(
    connection: asyncpg.Connection, arguments: tuple[object, ...], types: list[str]
) -> str:
    if not arguments:
        return ""
    columns = ", ".join(
        f"coalesce(quote_literal((${number}::{kind})::text), 'NULL')"
        for number, kind in enumerate(types, start=1)
    )
    row = await connection.fetchrow(f"SELECT {columns}", *arguments)
    return f"({', '.join(row)})"
