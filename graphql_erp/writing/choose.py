"""Targets of a bulk by condition -> ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.expressions.tree import Condition
from graphql_erp.reading.scope import Build
from graphql_erp.reading.statement import compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.writer import Writer

MANY = 2**31 - 2
"""As many records as behaviour may mean at once."""


async def chosen_ids(
    writer: Writer,
    model: ModelDef,
    where: Condition | None,
    inputs: Mapping[str, Any],
    *,
    limit: int | None,
    most: int,
) -> list[int]:
    """Return the ids of the records a condition selects, locked, in order.

    Args:
        writer: On whose behalf; what may not be read is not selected.
        model: The records' model.
        where: The condition, None for all.
        inputs: Values of its parameters.
        limit: Records the client expects at most; more are an error.
        most: Records that can be written at once.

    Raises:
        UserError: There are more.
    """
    build = Build(writer.registry, writer.tables, writer.permission.readable)
    scope = build.open(model.name)
    if where is not None:
        scope.where.append(build.condition(where, scope))
    cut = most if limit is None else min(limit, most)
    select = scope.select(scope.column("id")).order_by(scope.column("id")).limit(cut + 1)
    select = select.with_for_update(key_share=True, of=scope.source)
    statement = compile_statement(select, build.slots)
    bound = statement.bind({**surroundings(writer.actor, writer.now), **inputs})
    ids = [row[0] for row in await writer.connection.fetch(statement.sql, *bound)]
    if len(ids) <= cut:
        return ids
    if limit is not None and limit <= most:
        raise too_many(model, limit)
    message = f"More than {most} {model.label} records are meant; so many are the limit of a bulk."
    raise UserError("", UserProblem("INVALID", message, ("target",)))


def too_many(model: ModelDef, limit: int) -> UserError:
    """Return the error that more records are meant than the client expects."""
    message = f"More than the expected {limit} {model.label} records are meant."
    return UserError("", UserProblem("INVALID", message, ("limit",)))
