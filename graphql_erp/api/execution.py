"""Engine: a GraphQL request -> plan -> SQL -> the answer's bytes.

A warm document goes from its text to SQL by two dictionary look-ups: the document, and the plan
for the shape of its variables. PostgreSQL's JSON is passed through unparsed.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
import orjson
from graphql.execution.values import VariableValues

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.document_limits import DocumentLimits
from graphql_erp.api.documents import DocumentCache, Operation
from graphql_erp.api.draft_calls import DraftCall
from graphql_erp.api.errors import failed, read_refusal, refused, without_suggestions
from graphql_erp.api.long_work import LONG_BODY, LONG_DOCUMENT, Stopwatch, beside_the_loop
from graphql_erp.api.meta_fields import introspect
from graphql_erp.api.meter import MUTATION_UNITS, REQUEST_UNITS, Meter, reading_units
from graphql_erp.api.meter import Key as Account
from graphql_erp.api.method_queries import query_methods
from graphql_erp.api.method_results import Results
from graphql_erp.api.mutations import Mutations
from graphql_erp.api.root_calls import RootCall
from graphql_erp.api.roots import plan_roots
from graphql_erp.api.schema import ApiSchema, build_schema
from graphql_erp.api.schema_access import SchemaAccess
from graphql_erp.behaviour.identity import Identity
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import (
    BadRequest,
    Forbidden,
    MethodNotAllowed,
    RateLimited,
    RequestError,
)
from graphql_erp.planning.pages import PageLimits
from graphql_erp.planning.plan import Plan, Strategy
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import restrict
from graphql_erp.reading.program import RootProgram, compile_plan, run, size_of
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import Tables, build_tables
from graphql_erp.writing.writer import WriteConnection, Writer


@dataclass(frozen=True, slots=True)
class Program:
    """An operation prepared for one key: statements, and members known without the database."""

    plan: Plan
    statements: tuple[RootProgram, ...]
    members: tuple[tuple[bytes, bytes | None], ...]
    """(`"key":`, JSON) of each root field in order; None where a statement gives the JSON."""
    names_surroundings: bool
    """Whether a statement asks for user, company, today, now or the time zone."""
    asked: tuple[str, ...]
    """Names in the answer of the root fields that need the database, in order."""
    calls: tuple[RootCall | DraftCall, ...]
    """The root fields that are methods, and drafts."""
    results: Results
    """Answers with the results of methods."""
    end: bytes = b"}}"
    """What closes the body: the cost, where it is reported."""

    @property
    def size(self) -> int:
        """About how many bytes it takes."""
        return sum(len(value) for _, value in self.members if value) + size_of(self.statements)

    @property
    def is_single(self) -> bool:
        """Whether one statement is all that is sent."""
        return len(self.asked) == len(self.statements) == 1 and self.statements[0].is_single

    @property
    def is_sql(self) -> bool:
        """Whether Python has no part in the answer."""
        return not self.calls and all(root.strategy is Strategy.SQL for root in self.statements)

    def assemble(self, answers: list[bytes]) -> bytes:
        """Return the response body."""
        if len(self.members) == 1 and answers:
            return b'{"data":{' + self.members[0][0] + answers[0] + self.end
        parts = iter(answers)
        data = b",".join(
            key + (next(parts) if known is None else known) for key, known in self.members
        )
        return b'{"data":{' + data + self.end


class Engine:
    """Everything that answers GraphQL for one set of modules; shared by its tenants."""

    def __init__(
        self, registry: Registry, settings: Settings, *, forces_rows: bool = False
    ) -> None:
        self.registry = registry
        self.answered: Counter[Strategy] = Counter()
        """Root fields of queries answered so far, by who made their answers."""
        self._reports_cost = settings.report_cost
        self.tables: Tables = build_tables(registry)
        self.schema: ApiSchema = build_schema(registry)
        self.planner = Planner(registry, _page_limits(settings), forces_rows)
        self.documents = DocumentCache(
            self.schema.graphql,
            _document_limits(settings),
            size=settings.document_cache,
        )
        self.meter = Meter.of(settings)
        self.schema_access = SchemaAccess.of(settings)
        self._knows_only = settings.documents == "known-only"
        self._mutations = Mutations(
            registry=registry,
            tables=self.tables,
            schema=self.schema,
            planner=self.planner,
            bulk_max=settings.bulk_max,
            has_secrets=registry.has_secrets,
        )

    async def execute(self, call: Call, environment: Environment) -> Answer:
        """Answer one request.

        Raises:
            Exception: A failure of ours; the endpoint masks it.
        """
        call.told.user = environment.actor.user
        accounts = self.meter.keys(environment)
        try:
            self.meter.require(accounts)
            answer = await self._answer(call, environment, accounts)
        except RateLimited as error:
            answer = refused(error)
        call.told.code = answer.code
        return answer

    def is_write(self, call: Call, environment: Environment) -> bool:
        """Tell whether a call is a mutation, as far as that is known without the database."""
        text = call.document or environment.documents.known_text(call.document_id or "")
        try:
            return bool(text) and not self._operation(call, text or "").is_query
        except RequestError:
            return False

    async def _answer(
        self, call: Call, environment: Environment, accounts: tuple[Account, ...]
    ) -> Answer:
        """Return the answer, paid for before it is made.

        Raises:
            RateLimited: The accounts have not as much left.
        """
        sees_suggestions = self.schema_access.sees_suggestions(environment)
        watch = Stopwatch()
        try:
            text = await self._text(call, environment)
            if len(text) > LONG_DOCUMENT and not self.documents.knows(text):
                load = watch.timed(self.documents.get)
                await beside_the_loop(load, text, hide_suggestions=not sees_suggestions)
            operation = self._operation(call, text, hide_suggestions=not sees_suggestions)
            self._require_open(operation, call, environment)
            variables = await _coerced(operation, call, hide_suggestions=not sees_suggestions)
        except RequestError as error:
            await self.meter.charge(accounts, REQUEST_UNITS + reading_units(watch))
            return refused(error if sees_suggestions else without_suggestions(error))
        try:
            if not operation.is_query:
                call.told.cost = REQUEST_UNITS + MUTATION_UNITS * operation.roots
                await self.meter.charge(accounts, call.told.cost + reading_units(watch))
                sent = call.variables or {}
                return await self._mutations.run(operation, variables, environment, sent)
            program = await self.prepare(operation, variables, environment)
            call.told.cost = REQUEST_UNITS + program.plan.nodes
            await self.meter.charge(accounts, call.told.cost + reading_units(watch))
            return await self._query(operation, program, variables, environment)
        except RateLimited:
            raise
        except RequestError as error:
            if call.told.cost is None:
                await self.meter.charge(accounts, REQUEST_UNITS)
            return failed(error if sees_suggestions else without_suggestions(error))

    async def _text(self, call: Call, environment: Environment) -> str:
        """Return the text of the document that is meant."""
        documents, pool = environment.documents, environment.pool
        if call.document_id is None:
            if self._knows_only and not call.is_ours:
                await documents.require(call.document, pool)
            return call.document
        text = await documents.text(call.document_id, pool)
        if call.document and call.document != text:
            raise BadRequest(
                "`query` is not the document that `documentId` stands for.",
                hint="Send one of them.",
            )
        return text

    def _operation(self, call: Call, text: str, *, hide_suggestions: bool = True) -> Operation:
        document = self.documents.get(text, hide_suggestions=hide_suggestions)
        operation = document.operation(call.operation_name)
        call.told.document, call.told.operation = document.hash, operation.name
        return operation

    def _require_open(self, operation: Operation, call: Call, environment: Environment) -> None:
        if call.read_only and not operation.is_query:
            raise MethodNotAllowed(
                "Mutations are not answered on GET.", hint="Send the request by POST."
            )
        if environment.is_read_only and not operation.is_query:
            raise Forbidden(
                "This API key may only read.", hint="Use another one to change records."
            )
        if operation.has_introspection and not self.schema_access.may_introspect(environment):
            raise self.schema_access.refusal(environment)

    async def _query(
        self,
        operation: Operation,
        program: Program,
        variables: VariableValues,
        environment: Environment,
    ) -> Answer:
        if not program.asked:
            return Answer(program.assemble([]), has_data=True)
        inputs: Mapping[str, Any] = variables.coerced
        now = environment.clock()
        if program.names_surroundings:
            inputs = {**inputs, **surroundings(environment.actor, now)}
        if operation.node_ids:
            inputs = {**inputs, **operation.read_node_ids(inputs)}
        try:
            async with environment.pool.acquire() as connection:
                writer = self._writer(environment, connection, now)
                if program.is_single:
                    reader = writer.record_reader()
                    answers = await run(program.statements, inputs, connection, reader)
                else:
                    async with connection.transaction(isolation="repeatable_read", readonly=True):
                        answers = await _several(
                            program, variables, inputs, writer, environment.identity
                        )
        except asyncpg.PostgresError as error:
            raise (read_refusal(error) or error) from error
        self.answered.update(root.strategy for root in program.statements)
        return Answer(program.assemble(answers), has_data=True)

    def _writer(
        self, environment: Environment, connection: WriteConnection, now: datetime
    ) -> Writer:
        return Writer(
            registry=self.registry,
            tables=self.tables,
            actor=environment.actor,
            now=now,
            connection=connection,
            permission=environment.permission,
            sealer=environment.sealer,
        )

    async def prepare(
        self, operation: Operation, variables: VariableValues, environment: Environment
    ) -> Program:
        """Return the program of an operation for its variables and the actor's permission.

        Raises:
            RequestError: An argument cannot be used, or the plan is beyond a limit.
        """
        key = (environment.permission.fingerprint, operation.key(variables.coerced))
        program: Program | None = operation.programs.get(key)
        if program is None:
            if operation.has_introspection:
                # Introspection of a large schema takes seconds.
                program = await asyncio.to_thread(self._prepare, operation, variables, environment)
            else:
                program = self._prepare(operation, variables, environment)
            operation.remember(key, program, program.size)
        return program

    def _prepare(
        self, operation: Operation, variables: VariableValues, environment: Environment
    ) -> Program:
        reader = operation.reader(variables)
        permission = environment.permission
        found = plan_roots(self.planner, self.schema, reader, operation, permission)
        plan = restrict(Plan(found.roots, nodes=found.nodes), self.registry, permission)
        known = dict(found.known)
        if found.introspection:
            known.update(
                introspect(self.schema.graphql, operation, found.introspection, variables.coerced)
            )
        statements = compile_plan(plan, self.registry, self.tables)
        return Program(
            plan=plan,
            statements=statements,
            names_surroundings=any(root.names_surroundings for root in statements),
            asked=tuple(key for key in found.keys if key not in known),
            calls=tuple(found.calls),
            results=Results(self.planner, permission, self.tables),
            members=tuple((orjson.dumps(key) + b":", known.get(key)) for key in found.keys),
            end=b'},"extensions":{"cost":%d}}' % plan.nodes if self._reports_cost else b"}}",
        )


async def _coerced(operation: Operation, call: Call, *, hide_suggestions: bool) -> VariableValues:
    if call.size <= LONG_BODY:
        return operation.coerce(call.variables, hide_suggestions=hide_suggestions)
    return await beside_the_loop(
        operation.coerce, call.variables, hide_suggestions=hide_suggestions
    )


async def _several(
    program: Program,
    variables: VariableValues,
    inputs: Mapping[str, Any],
    writer: Writer,
    identity: Identity,
) -> list[bytes]:
    """Return the JSON of root fields that take more than one statement, in their order."""
    if program.is_sql:
        return await run(program.statements, inputs, writer.connection)
    methods = query_methods(writer, program.results, inputs, identity)
    found = await methods.run(program.statements, program.calls, variables)
    return [found[key] for key in program.asked]


def _page_limits(settings: Settings) -> PageLimits:
    return PageLimits(
        default=settings.page_default,
        maximum=settings.page_max,
        count_cap=settings.count_cap,
        nodes=settings.max_nodes,
    )


def _document_limits(settings: Settings) -> DocumentLimits:
    return DocumentLimits(
        max_tokens=settings.max_tokens,
        max_depth=settings.max_depth,
        max_aliases=settings.max_aliases,
        max_same_response_name=settings.max_same_response_name,
        max_root_mutations=settings.max_root_mutations,
        max_fields=settings.max_fields,
        max_objects=settings.max_objects,
        max_input_objects=settings.max_input_objects,
        max_directives=settings.max_directives,
        max_validation_errors=settings.max_validation_errors,
    )
