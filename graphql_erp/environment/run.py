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
from graphql_erp.writing.context import context_json, enter
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
        transaction = connection.transaction()
        await transaction.start()
        lent = Lent(connection)
        scope = _open(environment, registry, tables, lent)
        try:
            if registry.is_audited:
                await enter(connection, context_json(environment.actor, environment.request))
            answer = await run(scope)
            await transaction.commit()
        except (UserError, Refused) as error:
            await _roll_back(transaction)
            return await tell(scope, error)
        except BaseException:
            await _roll_back(transaction)
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
    )


async def _roll_back(transaction: asyncpg.transaction.Transaction) -> None:
    # One whose COMMIT failed or was cancelled is over already, and says so by an error that would
    # hide the first one; the pool settles its connection.
    with suppress(asyncpg.InterfaceError):
        await transaction.rollback()
