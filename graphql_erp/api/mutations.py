"""Mutations: each root field is one transaction; user errors are data in its payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLObjectType, get_argument_values

from graphql.execution.values import VariableValues

from graphql_erp.api.call import Answer
from graphql_erp.api.documents import Operation
from graphql_erp.api.errors import failed
from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.api.schema import ApiSchema
from graphql_erp.api.selection import SelectionReader
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import BadUserInput, PathItem, RequestError, Timeout, UserProblem
from graphql_erp.expressions.tree import Kind, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.plan import Member, Nodes, OnePlan, PagePlan, Plan, Root
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import restrict
from graphql_erp.reading.program import compile_plan, run
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.reading.values import read_id
from graphql_erp.registry.model import OrderKey
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables
from graphql_erp.writing.checks import taken_keys
from graphql_erp.writing.create import create
from graphql_erp.writing.delete import delete
from graphql_erp.writing.refusals import problem_of
from graphql_erp.writing.update import update
from graphql_erp.writing.values import read_row
from graphql_erp.writing.writer import Writer, Written

_IDS = "@ids"


@dataclass(frozen=True, slots=True)
class Mutations:
    """Runs the root fields of mutation operations."""

    registry: Registry
    tables: Tables
    schema: ApiSchema
    planner: Planner
    bulk_max: int = 1_000

    async def run(
        self, operation: Operation, variables: VariableValues, environment: Environment
    ) -> Answer:
        """Run the root fields one after the other; a failure of one does not undo the others."""
        mutation = self.schema.graphql.mutation_type
        if mutation is None:
            raise TypeError("The schema has no Mutation.")
        reader = SelectionReader(self.schema.graphql, operation.fragments, variables)
        parts: list[bytes] = []
        for key, nodes in reader.collect(mutation, operation.node.selection_set).items():
            if nodes[0].name.value == "__typename":
                answer = orjson.dumps(mutation.name)
            else:
                field = _RootField(self, reader, mutation, environment, key, nodes)
                try:
                    answer = await field.run()
                except RequestError as error:
                    error.path = error.path or (key,)
                    return failed(error)
            parts.append(orjson.dumps(key) + b":" + answer)
        return Answer(b'{"data":{' + b",".join(parts) + b"}}", has_data=True)


@dataclass(frozen=True, slots=True)
class _RootField:
    """One root field of a mutation."""

    mutations: Mutations
    reader: SelectionReader
    mutation: GraphQLObjectType
    environment: Environment
    key: str
    nodes: list[FieldNode]

    @property
    def meaning(self) -> RootMeaning:
        return self.mutations.schema.mutations[self.nodes[0].name.value]

    @property
    def payload_type(self) -> str:
        field = self.mutation.fields[self.nodes[0].name.value]
        return str(field.type).rstrip("!")

    async def run(self) -> bytes:
        """Return the payload's JSON, written after the commit of a transaction of its own."""
        arguments = self._arguments()
        async with self.environment.pool.acquire() as connection:
            writer = Writer(
                registry=self.mutations.registry,
                tables=self.mutations.tables,
                actor=self.environment.actor,
                now=self.environment.clock(),
                connection=connection,
            )
            transaction = connection.transaction()
            await transaction.start()
            try:
                written = await self._write(writer, arguments)
                answer = None if written.problems else await self._payload(writer, written)
                if answer is not None:
                    await transaction.commit()
                    return answer
            except asyncpg.QueryCanceledError as error:
                await transaction.rollback()
                raise Timeout("The write took longer than the limit.") from error
            except (asyncpg.IntegrityConstraintViolationError, asyncpg.DataError) as error:
                await transaction.rollback()
                written = Written(problems=await self._refused(writer, arguments, error))
            except BaseException:
                await transaction.rollback()
                raise
            else:
                await transaction.rollback()
            return await self._payload(writer, written)

    def _arguments(self) -> dict[str, Any]:
        field = self.mutation.fields[self.nodes[0].name.value]
        return get_argument_values(field, self.nodes[0], self.reader.values)

    async def _write(self, writer: Writer, arguments: Mapping[str, Any]) -> Written:
        model = self.meaning.model
        match self.meaning.role:
            case RootRole.CREATE:
                return await create(writer, model, [arguments["data"]], is_bulk=False)
            case RootRole.CREATE_MANY:
                self._check_size(arguments["data"])
                return await create(writer, model, arguments["data"], is_bulk=True)
            case RootRole.UPDATE:
                return await update(writer, model, read_id(arguments["id"]), arguments["data"])
            case RootRole.DELETE:
                return await delete(writer, model, read_id(arguments["id"]))
            case other:
                raise TypeError(f"{other} is not a mutation.")

    def _check_size(self, data: Sequence[Any]) -> None:
        if len(data) > self.mutations.bulk_max:
            raise BadUserInput(
                f"{len(data)} records are more than the {self.mutations.bulk_max} of one bulk.",
                hint="Send several bulks.",
                path=(self.key,),
            )

    async def _refused(
        self, writer: Writer, arguments: Mapping[str, Any], error: asyncpg.PostgresError
    ) -> tuple[UserProblem, ...]:
        """Return the problems behind a refusal of the database; re-raise what is not a user's."""
        model = writer.model(self.meaning.model)
        if isinstance(error, asyncpg.UniqueViolationError) and self.meaning.role in {
            RootRole.CREATE,
            RootRole.CREATE_MANY,
        }:
            is_bulk = self.meaning.role is RootRole.CREATE_MANY
            data = arguments["data"] if is_bulk else [arguments["data"]]
            rows = [
                read_row(writer, model, item, index if is_bulk else None)
                for index, item in enumerate(data)
            ]
            problems = await taken_keys(writer, model, rows)
            if problems:
                return problems
        problem = problem_of(writer.registry, model, error)
        if problem is None:
            raise error
        return (problem,)

    # ---- payloads ---------------------------------------------------------------------------

    async def _payload(self, writer: Writer, written: Written) -> bytes:
        payload = self.mutations.schema.graphql.type_map[self.payload_type]
        if not isinstance(payload, GraphQLObjectType):
            raise TypeError(f"{self.payload_type} is not an object type.")
        parts: list[bytes] = []
        sets = [node.selection_set for node in self.nodes if node.selection_set]
        members: dict[str, list[FieldNode]] = {}
        for selection_set in sets:
            for key, nodes in self.reader.collect(payload, selection_set).items():
                members.setdefault(key, []).extend(nodes)
        for key, nodes in members.items():
            value = await self._member(writer, written, nodes, (self.key, key))
            parts.append(orjson.dumps(key) + b":" + value)
        return b"{" + b",".join(parts) + b"}"

    async def _member(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        match nodes[0].name.value:
            case "__typename":
                return orjson.dumps(self.payload_type)
            case "affected":
                return orjson.dumps(len(written.ids))
            case "deletedId":
                return orjson.dumps(str(written.ids[0]) if written.ids else None)
            case "record":
                return await self._record(writer, written, nodes, path)
            case "records":
                return await self._records(writer, written, nodes, path)
            case "results":
                return await self._results(writer, written, nodes, path)
            case _:
                return self._errors(written.problems, nodes, path)

    async def _record(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        if not written.ids:
            return b"null"
        model = self.meaning.model
        fields = self.reader.beneath(model, nodes, path)
        where = Lookup(Path(("id",)), "eq", Parameter(_IDS, ValueType(Kind.RECORD)))
        plan = OnePlan(self.mutations.planner.plan_object(model, fields), where)
        return await self._read(writer, plan, written.ids[0])

    async def _records(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        if not written.ids:
            return b"[]"
        model = self.meaning.model
        fields = self.reader.beneath(model, nodes, path)
        ids = Parameter(_IDS, ValueType(Kind.RECORD, many=True))
        plan = PagePlan(
            model=model,
            members=(Member("n", Nodes(self.mutations.planner.plan_object(model, fields))),),
            where=Lookup(Path(("id",)), "in", ids),
            order=(OrderKey(("id",)),),
            limit=len(written.ids),
        )
        answer = await self._read(writer, plan, list(written.ids))
        return answer[len(b'{"n":') : -1]

    async def _results(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        """Return one payload per written record, in the order of the input."""
        single = f"{self.meaning.model}Payload"
        payload = self.mutations.schema.graphql.type_map[single]
        if not isinstance(payload, GraphQLObjectType):
            raise TypeError(f"{single} is not an object type.")
        members: dict[str, list[FieldNode]] = {}
        for node in nodes:
            if node.selection_set:
                for key, inner in self.reader.collect(payload, node.selection_set).items():
                    members.setdefault(key, []).extend(inner)
        columns: dict[str, list[Any]] = {}
        for key, inner in members.items():
            match inner[0].name.value:
                case "record":
                    records = await self._records(writer, written, inner, (*path, key))
                    columns[key] = orjson.loads(records)
                case "__typename":
                    columns[key] = [single] * len(written.ids)
                case _:
                    columns[key] = [[]] * len(written.ids)
        rows = zip(*columns.values(), strict=True)
        return orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows])

    async def _read(self, writer: Writer, plan: OnePlan | PagePlan, ids: Any) -> bytes:
        restricted = restrict(Plan((Root(self.key, plan),)), self.environment.permission)
        statements = compile_plan(restricted, writer.registry, writer.tables)
        inputs = surroundings(self.environment.actor, writer.now)
        inputs.update(self.reader.variables)
        inputs[_IDS] = ids
        return (await run(statements, inputs, writer.connection))[0]

    def _errors(
        self, problems: Sequence[UserProblem], nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        return orjson.dumps([self._error(problem, nodes, path) for problem in problems])

    def _error(
        self, problem: UserProblem, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> dict[str, Any]:
        is_business = problem.code == "BUSINESS_RULE"
        type_name = "BusinessError" if is_business else "ValidationError"
        values: dict[str, Any] = {
            "code": problem.code,
            "message": problem.message,
            "path": list(problem.path) if problem.path else None,
            "index": problem.index,
            "reason": problem.message,
            "details": problem.details or None,
            "__typename": type_name,
        }
        selected = self.reader.beneath(type_name, nodes, path)
        return {item.key: values[item.name] for item in selected}

