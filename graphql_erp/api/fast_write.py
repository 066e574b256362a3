"""Root fields that create or change one record in one statement, where nothing needs more.

Where hooks come before a change, the statement is the last one of a transaction.

Whatever this way cannot do, or the database refuses, goes the general way: it finds the problems.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson

from graphql_erp.api.documents import Operation
from graphql_erp.api.payloads import Payload
from graphql_erp.api.roles import RootRole
from graphql_erp.api.writes import WriteRequest
from graphql_erp.environment.environment import Environment
from graphql_erp.planning.plan import ObjectPlan, Strategy
from graphql_erp.reading.statement import Statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Permission
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.connection import TenantConnection, is_lost
from graphql_erp.writing.allowed import require_fields
from graphql_erp.writing.closing import closable_models, is_last
from graphql_erp.writing.context import CONTEXT, context_json
from graphql_erp.writing.one_statement import one_statement, plain_models
from graphql_erp.writing.rows import Batch, nested
from graphql_erp.writing.shape import Shape, inputs_of, shape_of
from graphql_erp.writing.writer import Writer

_ROLES = {RootRole.CREATE, RootRole.UPDATE}
_SMALL = 1_000
"""Size of a plan that says only that there is none."""


@dataclass(frozen=True, slots=True)
class FastPlan:
    """A small write prepared for one shape of its rows."""

    statement: Statement
    parts: tuple[bytes | None, ...]
    """The payload's JSON in pieces; None where a column of the statement's row belongs."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return len(self.statement.sql) + _SMALL * len(self.statement.constants)

    def answer(self, row: Any) -> bytes:
        """Return the payload's JSON."""
        columns = iter(row)
        return b"".join(next(columns) if part is None else part for part in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FastWrite:
    """One root field that may be written in one statement."""

    registry: Registry
    tables: Tables
    operation: Operation
    request: WriteRequest
    payload: Payload

    async def close(self, writer: Writer, batch: Batch) -> tuple[bool, bytes] | None:
        """Change a record as the last statement of a transaction.

        Returns:
            Whether it was there, and the payload's JSON; None when nothing was done.
        """
        shape = shape_of(self.registry, batch) if is_last(self.registry, writer.journal) else None
        plan = self._plan(writer.permission, shape, is_closing=True) if shape is not None else None
        if shape is None or plan is None:
            return None
        inputs = surroundings(writer.actor, writer.now)
        inputs.update(self.payload.reader.variables)
        inputs.update(inputs_of(self.registry, self.tables, shape, batch, writer.actor))
        sql, bound = plan.statement.sql, plan.statement.bind(inputs)
        row = await writer.connection.fetchrow(sql, *bound)
        writer.journal.changes += 1
        return (False, b"") if row is None else (True, plan.answer(row))

    async def run(self, environment: Environment) -> bytes | None:
        """Return the payload's JSON; None when nothing happened and the general way must be gone.

        Raises:
            asyncpg.QueryCanceledError: It took too long.
        """
        async with environment.pool.acquire() as connection:
            writer = self._writer(environment, connection)
            batch = self.request.batch(writer)
            require_fields(writer, nested(batch, self.registry.models))
            shape = shape_of(self.registry, batch)
            plan = self._plan(environment.permission, shape) if shape is not None else None
            if shape is None or plan is None:
                return None
            inputs = surroundings(writer.actor, writer.now)
            inputs.update(self.payload.reader.variables)
            inputs.update(self._written(environment, shape, batch))
            return await _sent(connection, plan, inputs)

    def _writer(self, environment: Environment, connection: TenantConnection) -> Writer:
        return Writer(
            registry=self.registry,
            tables=self.tables,
            actor=environment.actor,
            now=environment.clock(),
            connection=connection,
            permission=environment.permission,
            sealer=environment.sealer,
        )

    def _written(self, environment: Environment, shape: Shape, batch: Batch) -> Mapping[str, Any]:
        actor = environment.actor
        values = inputs_of(self.registry, self.tables, shape, batch, actor)
        if self.registry.is_audited:
            values[CONTEXT] = context_json(actor, environment.request)
        return values

    def _plan(
        self, permission: Permission, shape: Shape, *, is_closing: bool = False
    ) -> FastPlan | None:
        """Return what the operation keeps for a shape, made when first asked for."""
        key = (self.payload.plan_key, shape, is_closing)
        if key not in self.operation.programs:
            made = self._prepare(permission, shape, is_closing=is_closing)
            self.operation.remember(key, made, _SMALL if made is None else made.size)
            return made
        kept: FastPlan | None = self.operation.programs[key]
        return kept

    def _prepare(
        self, permission: Permission, shape: Shape, *, is_closing: bool
    ) -> FastPlan | None:
        plans: list[ObjectPlan] = []
        parts: list[bytes | None] = []
        for key, value in self.payload.planned():
            parts.append((b"," if parts else b"{") + orjson.dumps(key) + b":")
            parts.append(value if isinstance(value, bytes) else None)
            if isinstance(value, ObjectPlan):
                plans.append(value)
        if not all(plan.strategy is Strategy.SQL for plan in plans):
            return None
        made = one_statement(
            self.registry, self.tables, permission, shape, plans, is_closing=is_closing
        )
        return None if made is None else FastPlan(made, (*parts, b"}"))


def fast_write(
    registry: Registry, tables: Tables, operation: Operation, request: object, payload: Payload
) -> FastWrite | None:
    """Return a root field as one statement; None where its model or its role need more."""
    if not isinstance(request, WriteRequest):
        return None
    meaning = request.meaning
    if meaning.role not in _ROLES or meaning.model not in plain_models(registry):
        return None
    return FastWrite(
        registry=registry, tables=tables, operation=operation, request=request, payload=payload
    )


@dataclass(slots=True)
class ClosingWrite:
    """A change that is written and answered by one statement, when all else has been done."""

    write: FastWrite
    answer: bytes | None = None
    """The payload's JSON, once that happened."""

    async def change(self, writer: Writer, batch: Batch) -> bool | None:
        """Change the record of the only row of a batch.

        Returns:
            Whether it was there to be changed; None when it takes more than one statement.
        """
        closed = await self.write.close(writer, batch)
        if closed is None:
            return None
        if closed[0]:
            self.answer = closed[1]
        return closed[0]


def closing_write(
    registry: Registry, tables: Tables, operation: Operation, request: object, payload: Payload
) -> FastWrite | None:
    """Return a root field whose last statement may answer; None where something comes after it."""
    if not isinstance(request, WriteRequest):
        return None
    meaning = request.meaning
    if meaning.role is not RootRole.UPDATE or meaning.model not in closable_models(registry):
        return None
    return FastWrite(
        registry=registry, tables=tables, operation=operation, request=request, payload=payload
    )


async def _sent(
    connection: TenantConnection, plan: FastPlan, inputs: Mapping[str, Any]
) -> bytes | None:
    try:
        row = await connection.fetchrow(plan.statement.sql, *plan.statement.bind(inputs))
    except asyncpg.QueryCanceledError:
        raise
    except asyncpg.PostgresError as error:
        if is_lost(error):
            raise
        return None
    return None if row is None else plan.answer(row)
