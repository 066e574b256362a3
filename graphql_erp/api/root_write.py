"""One root field of a mutation: its transaction, its payload, and the answer kept by a key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import asyncpg

from graphql_erp.api.fast_write import ClosingWrite, FastWrite
from graphql_erp.api.method_writes import MethodPayload, MethodRequest
from graphql_erp.api.payloads import Payload
from graphql_erp.api.writes import WriteRequest
from graphql_erp.environment.environment import Environment
from graphql_erp.environment.run import in_transaction
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import AtomicAborted, Timeout, UserError, UserProblem
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.writing.answers import AnswerKey, claim, keep
from graphql_erp.writing.batches import Written
from graphql_erp.writing.refusals import Refused, refused_problems
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.steps import finish

_MISMATCH = UserProblem(
    "IDEMPOTENCY_MISMATCH", "This key was used for another request: choose a new one."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RootWrite:
    """One root field, its arguments read and its payload planned."""

    registry: Registry
    tables: Tables
    request: WriteRequest | MethodRequest
    payload: Payload | MethodPayload
    asked: AnswerKey | None = None
    """By what its answer is kept; None when it is not."""
    fast: FastWrite | None = None
    """The same in one statement, where that may do."""
    closing: FastWrite | None = None
    """The same, as the last statement of several."""

    async def run(self, environment: Environment) -> bytes:
        """Return the payload's JSON, written in a transaction of its own.

        Raises:
            Timeout: It took too long.
        """
        try:
            answer = await self.fast.run(environment) if self.fast and not self.asked else None
            if answer is not None:
                return answer
            return await in_transaction(
                environment, self.registry, self.tables, self._answer, self._tell
            )
        except asyncpg.QueryCanceledError as error:
            raise _too_slow() from error

    async def _answer(self, transaction: Transaction) -> bytes:
        if self.asked is None:
            return await self._write(transaction)
        writer = transaction.writer
        known = await claim(writer, self.asked)
        if known is not None:
            if known.answer is not None:
                return known.answer
            return await self.payload.answer(writer, Written(problems=(_MISMATCH,)))
        try:
            async with savepoint(writer):
                answer = await self._write(transaction)
        except (UserError, Refused) as error:
            # What a user did wrong is the answer too: repeating it must not do something else.
            answer = await self._tell(transaction, error)
        await keep(writer, self.asked, answer)
        return answer

    async def _write(self, transaction: Transaction) -> bytes:
        closing = None if self.closing is None else ClosingWrite(self.closing)
        if isinstance(self.request, WriteRequest):
            written = await self.request.write(transaction, closing)
        else:
            written = await self.request.write(transaction)
        await finish(transaction.writer)
        if closing is not None and closing.answer is not None:
            return closing.answer
        return await self.payload.answer(transaction.writer, written)

    async def _tell(self, transaction: Transaction, error: UserError | Refused) -> bytes:
        """Return the payload that says why nothing was written."""
        problems = await problems_of(transaction, error)
        return await self.payload.answer(transaction.writer, Written(problems=problems))

    async def run_within(self, transaction: Transaction, key: str) -> bytes:
        """Return the payload's JSON, written in the transaction of several root fields.

        Args:
            transaction: Of the operation.
            key: Name of the field in the answer.

        Raises:
            AtomicAborted: The field has user errors.
        """
        writer = transaction.writer
        known = await claim(writer, self.asked) if self.asked else None
        if known is not None:
            if known.answer is None:
                raise AtomicAborted(key, [_MISMATCH])
            return known.answer
        try:
            async with savepoint(writer):
                written = await self.request.write(transaction)
                await finish(writer)
        except (UserError, Refused) as error:
            raise AtomicAborted(key, await problems_of(transaction, error)) from error
        if written.problems:
            raise AtomicAborted(key, written.problems)
        answer = await self.payload.answer(writer, written)
        if self.asked:
            await keep(writer, self.asked, answer)
        return answer


async def problems_of(
    transaction: Transaction, error: UserError | Refused
) -> tuple[UserProblem, ...]:
    """Return the problems behind an error whose effects are undone."""
    if isinstance(error, Refused):
        return await refused_problems(transaction.writer, error)
    return error.problems


async def run_atomic(
    environment: Environment, roots: Mapping[str, RootWrite], registry: Registry, tables: Tables
) -> dict[str, bytes]:
    """Return the payloads of root fields that are written together or not at all.

    Raises:
        AtomicAborted: One of them has user errors.
        Timeout: It took too long.
    """

    async def run(transaction: Transaction) -> dict[str, bytes]:
        return {key: await root.run_within(transaction, key) for key, root in roots.items()}

    async def tell(_transaction: Transaction, error: UserError | Refused) -> dict[str, bytes]:
        raise error

    try:
        return await in_transaction(environment, registry, tables, run, tell)
    except asyncpg.QueryCanceledError as error:
        raise _too_slow() from error


def _too_slow() -> Timeout:
    return Timeout("The write took longer than the limit.", hint="Write less at once.")
