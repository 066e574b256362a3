"""Mutations: each root field is one transaction; user errors are data in its payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLField, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from graphql_erp.api.call import Answer
from graphql_erp.api.documents import Operation
from graphql_erp.api.errors import failed
from graphql_erp.api.payloads import Payload
from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.api.schema import ApiSchema
from graphql_erp.api.selection import SelectionReader
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import BadUserInput, RequestError, Timeout
from graphql_erp.planning.planner import Planner
from graphql_erp.reading.values import read_id
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.connection import TenantConnection
from graphql_erp.writing.create import create, refused_rows
from graphql_erp.writing.delete import delete
from graphql_erp.writing.refusals import problem_of
from graphql_erp.writing.update import update
from graphql_erp.writing.writer import Writer, Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutations:
    """Runs the root fields of mutation operations."""

    registry: Registry
    tables: Tables
    schema: ApiSchema
    planner: Planner
    bulk_max: int
    """Most records in one bulk."""

    async def run(
        self, operation: Operation, variables: VariableValues, environment: Environment
    ) -> Answer:
        """Run the root fields one after the other, each in a transaction of its own.

        All of them are read and planned first, so that a mistake in one is told before anything
        is written. A failure afterwards does not undo the fields before it; the answer names them.
        """
        mutation = self.schema.graphql.mutation_type
        if mutation is None:
            raise TypeError("The schema has no Mutation.")
        reader = operation.reader(variables)
        roots: dict[str, _RootField | None] = {}
        for key, nodes in reader.collect(mutation, operation.node.selection_set).items():
            name = nodes[0].name.value
            if name == "__typename":
                roots[key] = None
                continue
            meaning, field = self.schema.mutations[name], mutation.fields[name]
            roots[key] = _RootField(self, reader, environment, meaning, field, key, nodes)
        prepared: dict[str, tuple[Mapping[str, Any], Payload]] = {}
        done: dict[str, bytes] = {}
        key = ""
        try:
            for key, root in roots.items():
                if root is not None:
                    prepared[key] = root.prepare()
            for key, root in roots.items():
                known = orjson.dumps(mutation.name)
                done[key] = known if root is None else await root.run(*prepared[key])
        except RequestError as error:
            return failed(_told(error, key, [name for name in done if roots[name] is not None]))
        parts = (orjson.dumps(name) + b":" + answer for name, answer in done.items())
        return Answer(b'{"data":{' + b",".join(parts) + b"}}", has_data=True)


def _told(error: RequestError, key: str, done: Sequence[str]) -> RequestError:
    """Return an error that says where it happened and what was carried out before."""
    error.path = error.path or (key,)
    if done:
        error.hint = f"{error.hint} Carried out before it: {', '.join(done)}.".lstrip()
    return error


@dataclass(frozen=True, slots=True)
class _RootField:
    """One root field of a mutation."""

    mutations: Mutations
    reader: SelectionReader
    environment: Environment
    meaning: RootMeaning
    field: GraphQLField
    key: str
    nodes: list[FieldNode]

    def prepare(self) -> tuple[Mapping[str, Any], Payload]:
        """Return the arguments and the planned payload.

        Raises:
            RequestError: The bulk is too large, or the payload cannot be answered.
        """
        arguments = get_argument_values(self.field, self.nodes[0], self.reader.values)
        self._check_size(arguments)
        payload = self._payload(len(arguments["data"]) if self._is_bulk else 1)
        payload.prepare()
        return arguments, payload

    async def run(self, arguments: Mapping[str, Any], payload: Payload) -> bytes:
        """Return the payload's JSON, written in a transaction of its own."""
        async with self.environment.pool.acquire() as connection:
            writer = self._writer(connection)
            transaction = connection.transaction()
            await transaction.start()
            try:
                written = await self._write(writer, arguments)
                if not written.problems:
                    answer = await payload.answer(writer, written)
                    await transaction.commit()
                    return answer
            except asyncpg.QueryCanceledError as error:
                await _roll_back(transaction)
                raise Timeout(
                    "The write took longer than the limit.", hint="Write less at once."
                ) from error
            except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
                await _roll_back(transaction)
                written = await self._refused(writer, arguments, error)
            except BaseException:
                await _roll_back(transaction)
                raise
            else:
                await _roll_back(transaction)
            return await payload.answer(writer, written)

    def _writer(self, connection: TenantConnection) -> Writer:
        return Writer(
            registry=self.mutations.registry,
            tables=self.mutations.tables,
            actor=self.environment.actor,
            now=self.environment.clock(),
            connection=connection,
        )

    def _payload(self, most: int) -> Payload:
        return Payload(
            planner=self.mutations.planner,
            reader=self.reader,
            permission=self.environment.permission,
            tables=self.mutations.tables,
            model=self.meaning.model,
            type_name=get_named_type(self.field.type).name,
            key=self.key,
            nodes=self.nodes,
            most=most,
        )

    async def _write(self, writer: Writer, arguments: Mapping[str, Any]) -> Written:
        model = self.meaning.model
        match self.meaning.role:
            case RootRole.CREATE | RootRole.CREATE_MANY:
                return await create(writer, model, self._created(arguments), is_bulk=self._is_bulk)
            case RootRole.UPDATE:
                return await update(writer, model, read_id(arguments["id"]), arguments["data"])
            case RootRole.DELETE:
                return await delete(writer, model, read_id(arguments["id"]))
            case other:
                raise TypeError(f"{other} is not a mutation.")

    @property
    def _is_bulk(self) -> bool:
        return self.meaning.role is RootRole.CREATE_MANY

    def _created(self, arguments: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the input objects of a role that creates."""
        data: list[Mapping[str, Any]] = arguments["data"] if self._is_bulk else [arguments["data"]]
        return data

    def _check_size(self, arguments: Mapping[str, Any]) -> None:
        limit = self.mutations.bulk_max
        if self._is_bulk and len(arguments["data"]) > limit:
            raise BadUserInput(
                f"{len(arguments['data'])} records are more than the {limit} of one bulk.",
                hint="Send several bulks.",
                path=(self.key,),
            )

    async def _refused(
        self, writer: Writer, arguments: Mapping[str, Any], error: asyncpg.PostgresError
    ) -> Written:
        """Return the problems behind a refusal of the database; re-raise what is not a user's."""
        model = writer.model(self.meaning.model)
        if self.meaning.role in {RootRole.CREATE, RootRole.CREATE_MANY}:
            data = self._created(arguments)
            problems = await refused_rows(writer, model, data, is_bulk=self._is_bulk)
            if problems:
                return Written(problems=problems)
        problem = problem_of(writer.registry, model, error)
        if problem is None:
            raise error
        return Written(problems=(problem,))


async def _roll_back(transaction: asyncpg.transaction.Transaction) -> None:
    # One whose COMMIT failed or was cancelled is over already, and says so by an error that would
    # hide the first one; the pool settles its connection.
    with suppress(asyncpg.InterfaceError):
        await transaction.rollback()
