"""One transaction: begun, tried again when others were in its way, committed."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

import asyncpg

from graphql_erp.environment.environment import Environment
from graphql_erp.environment.lent import Lent
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import UserError
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.connection import TenantConnection
from graphql_erp.writing.context import context_json, enter_sql
from graphql_erp.writing.refusals import Refused
from graphql_erp.writing.writer import Writer

T = TypeVar("T")
Run = Callable[[Transaction], Awaitable[T]]

RETRIES = 3
"""How often a transaction is tried again, whole."""
_LONGEST_WAIT = 0.02
_IN_THE_WAY = (asyncpg.SerializationError, asyncpg.DeadlockDetectedError)
_log = logging.getLogger("graphql_erp")


async def in_transaction(
    environment: Environment,
    registry: Registry,
    tables: Tables,
    run: Run[T],
    tell: Callable[[Transaction, UserError | Refused], Awaitable[T]],
) -> T:
    """Return what a function gives that runs in a transaction of its own.

    Any error undoes the transaction. Deadlocks and serialization failures run the function
    again, from its beginning: outside effects belong into `after_commit`.

    Args:
        environment: Whose transaction.
        registry: The models.
        tables: Their tables.
        run: What to do.
        tell: Gives the answer instead when a user caused an error, after everything is undone.
    """
    for left in reversed(range(RETRIES + 1)):
        try:
            return await _once(environment, registry, tables, run, tell)
        except _IN_THE_WAY:
            if not left:
                raise
            # Two that met would meet again if both waited for the same time.
            await asyncio.sleep(random.uniform(0, _LONGEST_WAIT))  # noqa: S311 - no secret
    raise AssertionError


async def _once(
    environment: Environment,
    registry: Registry,
    tables: Tables,
    run: Run[T],
    tell: Callable[[Transaction, UserError | Refused], Awaitable[T]],
) -> T:
    async with environment.pool.acquire() as connection:
        lent = Lent(connection)
        scope = _open(environment, registry, tables, lent)
        try:
            await connection.execute(_begin(environment, registry))
            answer = await run(scope)
            await connection.execute("COMMIT")
        except (UserError, Refused) as error:
            await _roll_back(connection)
            return await tell(scope, error)
        except BaseException:
            await _roll_back(connection)
            raise
        finally:
            lent.take_back()
    for call in scope.writer.journal.after_commit:
        try:
            await call()
        except Exception:  # noqa: BLE001 - see below
            # The effect is committed: nothing that follows may make it look like a failure.
            _log.exception("after_commit failed")
    return answer


def _open(
    environment: Environment, registry: Registry, tables: Tables, connection: Lent
) -> Transaction:
    return Transaction(
        Writer(
            registry=registry,
            tables=tables,
            actor=environment.actor,
            now=environment.clock(),
            connection=connection,
            permission=environment.permission,
            sealer=environment.sealer,
            aside=environment.pool.aside,
        ),
        environment.serving,
        environment.identity,
    )


def _begin(environment: Environment, registry: Registry) -> str:
    """Return what begins a transaction and tells it who is at work, in one round trip."""
    if not registry.is_audited:
        return "BEGIN"
    return f"BEGIN; {enter_sql(context_json(environment.actor, environment.request))}"


async def _roll_back(connection: TenantConnection) -> None:
    # One whose COMMIT failed is over already. Where a cancellation or a lost connection is in the
    # way, its error would hide the first one; the pool settles its connection.
    if connection.is_in_transaction():
        with suppress(asyncpg.InterfaceError):
            await connection.execute("ROLLBACK")
