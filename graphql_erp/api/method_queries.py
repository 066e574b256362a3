"""Query methods of one document: called in its transaction, their results answered."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql.execution.values import VariableValues

from graphql_erp.api.draft_calls import DraftCall
from graphql_erp.api.leaves import given_values
from graphql_erp.api.method_arguments import read_members
from graphql_erp.api.method_calls import call_method
from graphql_erp.api.method_results import Reading, Results
from graphql_erp.api.root_calls import RootCall
from graphql_erp.behaviour.identity import Identity
from graphql_erp.environment.transaction import Transaction
from graphql_erp.errors import BadUserInput, PathItem, UserError
from graphql_erp.planning.plan import MethodValue
from graphql_erp.reading.levels import OneAtATime
from graphql_erp.reading.program import Connection, RootProgram, run
from graphql_erp.reading.statement import Inputs
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class QueryMethods:
    """Calls the query methods of one document."""

    transaction: Transaction
    connection: Connection
    results: Results
    inputs: Inputs
    """The coerced variables, and surroundings where they are named."""

    async def run(
        self,
        roots: tuple[RootProgram, ...],
        calls: Sequence[RootCall | DraftCall],
        variables: VariableValues,
    ) -> dict[str, bytes]:
        """Return the JSON of root fields by their names in the answer.

        Raises:
            RequestError: Arguments cannot be used, or a method refuses.
        """
        answers = await self.read(roots)
        known = {root.key: answer for root, answer in zip(roots, answers, strict=True)}
        return known | {call.key: await self.answer(call, variables) for call in calls}

    async def read(self, roots: tuple[RootProgram, ...]) -> list[bytes]:
        """Return the JSON of root fields that are read.

        Raises:
            RequestError: A method among them refuses.
        """
        reader = self.transaction.writer.record_reader()
        return await run(roots, self.inputs, self.connection, reader, self.on_records)

    async def answer(self, call: RootCall | DraftCall, variables: VariableValues) -> bytes:
        """Return the JSON of a root field.

        Raises:
            RequestError: Its arguments cannot be used, or the method refuses.
        """
        with _refusing((call.key,)):
            if isinstance(call, DraftCall):
                return await call.answer(self.transaction.writer, variables)
            arguments = call.arguments(variables)
            value = await call_method(self.transaction, call.method, arguments)
        (answer,) = await self.results.answers(call.result, [value], self.reading())
        return orjson.dumps(answer)

    async def on_records(
        self, method: MethodValue, records: Sequence[Any], inputs: Inputs
    ) -> Sequence[Any]:
        """Return what a method of one record gives for each of several.

        Raises:
            RequestError: Its arguments cannot be used, or the method refuses.
        """
        if not records or method.result is None:
            return []
        writer = self.transaction.writer
        definition = writer.model(type(records[0])._definition.name)  # noqa: SLF001 - ours to know
        given = given_values(method.arguments, inputs)
        members = definition.methods[method.name].arguments
        with _refusing(method.path):
            arguments = await read_members(writer.record_reader(), members, given)
            values = [await _called(record, method.name, arguments) for record in records]
        return await self.results.answers(method.result, values, self.reading())

    def reading(self) -> Reading:
        """Return where the records of results are read."""
        writer = self.transaction.writer
        inputs = {**surroundings(writer.actor, writer.now), **self.inputs}
        return Reading(self.connection, inputs, writer.record_reader(), self.on_records)


def query_methods(
    writer: Writer, results: Results, inputs: Inputs, identity: Identity | None = None
) -> QueryMethods:
    """Return what calls the query methods of one document.

    Args:
        writer: On whose behalf, and where; of a query, in a transaction that only reads.
        results: Answers with the results.
        inputs: The coerced variables, and surroundings where they are named.
        identity: The accounts of the tenant, on behalf of the caller.
    """
    # Methods run beside each other and beside the levels of the answer, on one connection.
    in_turn = OneAtATime(writer.connection)
    transaction = Transaction(replace(writer, connection=in_turn), identity=identity)
    return QueryMethods(transaction, in_turn, results, inputs)


async def _called(record: Any, name: str, arguments: dict[str, Any]) -> Any:
    result = getattr(record, name)(**arguments)
    return await result if inspect.isawaitable(result) else result


@contextmanager
def _refusing(path: tuple[PathItem, ...]) -> Iterator[None]:
    """Turn what a user can correct into an error of the request: a query has no payload."""
    try:
        yield
    except UserError as error:
        raise BadUserInput(str(error), path=path) from error
    except BadUserInput as error:
        error.path = error.path or path
        raise
