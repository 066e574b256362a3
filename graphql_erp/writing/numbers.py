"""Numbers: records get those of their model's sequences, once, at the end of a write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import asyncpg

from graphql_erp.errors import UserError
from graphql_erp.reading.statement import Statement
from graphql_erp.registry.model import ModelDef
from graphql_erp.tenants.aside import Aside
from graphql_erp.writing.number_statements import NumberStatements, number_statements
from graphql_erp.writing.refusals import problem_of
from graphql_erp.writing.writer import WriteConnection, Writer


async def assign_numbers(writer: Writer, model: ModelDef, ids: Sequence[int]) -> None:
    """Number those of the records that have no number yet and meet the sequence's condition.

    Numbers follow the order of ids. Call it after all other writes of a transaction, model by
    model in one order everywhere: the counters of gapless sequences stay locked until its end.

    Args:
        writer: Its connection is in the transaction that wrote the records.
        model: Their model; without a sequence nothing is sent.
        ids: Records that were created or changed.

    Raises:
        UserError: A number is taken already; the transaction must be undone.
    """
    writer.journal.changes += 1
    inputs = {"ids": list(ids), "today": writer.today, "timezone": writer.actor.timezone}
    for field in model.fields.values():
        if field.sequence is None or not ids:
            continue
        statements = number_statements(writer.registry, writer.tables, model.name, field.name)
        try:
            if field.sequence.is_gapless or writer.aside is None:
                await _run(writer.connection, statements.at_once, inputs)
            else:
                await _assign_aside(writer.connection, writer.aside, statements, inputs)
        except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
            # The number that was next is one a record was written with, or is too long.
            problem = problem_of(writer.registry, model, error)
            if problem is None:
                raise
            raise UserError("", problem) from error


async def _assign_aside(
    connection: WriteConnection,
    aside: Aside,
    statements: NumberStatements,
    inputs: Mapping[str, Any],
) -> None:
    """Take the numbers in a transaction of their own, so that no other writer waits for this one.

    They are lost when this one is undone.
    """
    needed = await _run(connection, statements.needed, inputs)
    if not needed:
        return
    async with aside.lend() as other:
        taken = await _run(other, statements.take, _counters(needed))
    await _run(connection, statements.give, {**inputs, **_counters(taken)})


def _counters(rows: Sequence[Any]) -> Mapping[str, list[Any]]:
    return {
        "companies": [row["company"] for row in rows],
        "periods": [row["period"] for row in rows],
        "values": [row["value"] for row in rows],
    }


async def _run(
    connection: WriteConnection, statement: Statement, inputs: Mapping[str, Any]
) -> Sequence[Any]:
    return await connection.fetch(statement.sql, *statement.bind(inputs))
