"""Mutations: each root field is one transaction; user errors are data in its payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from graphql_erp.api.answer_key import answer_key
from graphql_erp.api.call import Answer
from graphql_erp.api.directives import ATOMIC
from graphql_erp.api.documents import Operation
from graphql_erp.api.fast_write import FastWrite, closing_write, fast_write
from graphql_erp.api.given import Given
from graphql_erp.api.method_writes import MethodPayload, MethodRequest, own_payload
from graphql_erp.api.payloads import Payload
from graphql_erp.api.roles import RootMeaning, RootRole
from graphql_erp.api.root_write import RootWrite, run_atomic
from graphql_erp.api.schema import ApiSchema
from graphql_erp.api.selection import SelectionReader
from graphql_erp.api.writes import OPERATIONS, WriteRequest, read_target
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import BadUserInput, RequestError
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import (
    require_condition,
    require_field,
    require_method,
    require_operation,
)
from graphql_erp.registry.registry import Registry
from graphql_erp.sealing.sealer import NO_SEALER
from graphql_erp.security.permission import Permission
from graphql_erp.tables.build import Tables
from graphql_erp.writing.answers import AnswerKey

_WITH_TARGET = {RootRole.UPDATE_MANY, RootRole.DELETE_MANY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutations:
    """Runs the root fields of mutation operations."""

    registry: Registry
    tables: Tables
    schema: ApiSchema
    planner: Planner
    bulk_max: int
    """Most records in one bulk."""
    has_secrets: bool
    """Whether any model keeps secrets."""

    async def run(
        self,
        operation: Operation,
        variables: VariableValues,
        environment: Environment,
        sent: Mapping[str, Any],
    ) -> Answer:
        """Run the root fields one after the other, each in a transaction of its own.

        All of them are read and planned first, so that a mistake in one is told before anything
        is written. A failure afterwards does not undo the fields before it; the answer names them.

        Args:
            operation: The mutation.
            variables: Coerced.
            environment: Of the request.
            sent: The variables as they came.

        Raises:
            RequestError: An argument cannot be used, or a field failed as a whole.
        """
        mutation = self.schema.graphql.mutation_type
        if mutation is None:
            raise TypeError("The schema has no Mutation.")
        reader = operation.reader(variables)
        given = Given(operation.node, sent)
        roots: dict[str, RootWrite | None] = {}
        done: dict[str, bytes] = {}
        key = ""
        try:
            for key, nodes in reader.collect(mutation, operation.node.selection_set).items():
                name = nodes[0].name.value
                if name == "__typename":
                    roots[key] = None
                    continue
                meaning, field = self.schema.mutations[name], mutation.fields[name]
                roots[key] = self._prepare(
                    operation, reader, given, environment, meaning, field, key, nodes
                )
            writes = {name: root for name, root in roots.items() if root is not None}
            if _is_atomic(operation):
                done = await run_atomic(environment, writes, self.registry, self.tables)
            else:
                for key, root in writes.items():
                    done[key] = await root.run(environment)
        except RequestError as error:
            _tell(error, key, list(done))
            raise
        known = orjson.dumps(mutation.name)
        parts = (orjson.dumps(name) + b":" + done.get(name, known) for name in roots)
        return Answer(b'{"data":{' + b",".join(parts) + b"}}", has_data=True)

    def _prepare(
        self,
        operation: Operation,
        reader: SelectionReader,
        given: Given,
        environment: Environment,
        meaning: RootMeaning,
        field: GraphQLField,
        key: str,
        nodes: list[FieldNode],
    ) -> RootWrite:
        """Return a root field with its arguments read and its payload planned.

        Raises:
            RequestError: The arguments cannot be used, or the payload cannot be answered.
        """
        request = self._request(reader, given, meaning, field, key, nodes)
        _require(self.registry, environment.permission, request, key)
        if request.named > self.bulk_max:
            raise BadUserInput(
                f"{request.named} records are more than the {self.bulk_max} of one bulk.",
                hint="Send several bulks.",
                path=(key,),
            )
        asked = self._asked(reader, environment, request, nodes)
        variables = operation.key(reader.variables)
        payload = Payload(
            planner=self.planner,
            reader=reader,
            permission=environment.permission,
            tables=self.tables,
            model=meaning.model,
            type_name=get_named_type(field.type).name,
            key=key,
            nodes=nodes,
            most=request.count,
            plan_key=(key, environment.permission.fingerprint, request.count, variables),
            in_order=meaning.role is RootRole.CREATE_MANY,
        )
        if isinstance(request, MethodRequest) and request.has_own_payload:
            own = own_payload(request.method, payload)
            own.prepare()
            return self._root(request, own, asked)
        payload.prepare(operation)
        parts = (self.registry, self.tables, operation, request, payload)
        fast = fast_write(*parts)
        closing = closing_write(*parts) if fast is None else None
        return self._root(request, payload, asked, fast, closing)

    def _asked(
        self,
        reader: SelectionReader,
        environment: Environment,
        request: WriteRequest | MethodRequest,
        nodes: list[FieldNode],
    ) -> AnswerKey | None:
        """Return the key under which the answer is kept, None when it is not.

        Raises:
            RequestError: The method must have one, or must not.
        """
        # What is kept of a request must not let anybody try passwords against it.
        sealer = environment.sealer if self.has_secrets else NO_SEALER
        asked = answer_key(
            nodes,
            reader,
            request.arguments,
            sealer.digest,
            environment.permission.fingerprint,
        )
        if asked and isinstance(request, MethodRequest) and request.method.is_secret:
            raise BadUserInput(
                f"{nodes[0].name.value} cannot be called with @idempotent, which keeps answers.",
                hint="Leave the directive out.",
            )
        if asked is None and isinstance(request, MethodRequest) and request.method.needs_key:
            raise BadUserInput(
                f"{nodes[0].name.value} must be called with @idempotent(key:).",
                hint="Give a key of your own, such as a UUID, and the same one when you repeat it.",
            )
        return asked

    def _root(
        self,
        request: WriteRequest | MethodRequest,
        payload: Payload | MethodPayload,
        asked: AnswerKey | None,
        fast: FastWrite | None = None,
        closing: FastWrite | None = None,
    ) -> RootWrite:
        return RootWrite(
            registry=self.registry,
            tables=self.tables,
            request=request,
            payload=payload,
            asked=asked,
            fast=fast,
            closing=closing,
        )

    def _request(
        self,
        reader: SelectionReader,
        given: Given,
        meaning: RootMeaning,
        field: GraphQLField,
        key: str,
        nodes: list[FieldNode],
    ) -> WriteRequest | MethodRequest:
        """Return what a root field asks for.

        Raises:
            RequestError: The arguments cannot be used.
        """
        arguments = get_argument_values(field, nodes[0], reader.values)
        if meaning.role is RootRole.METHOD:
            method = self.registry.models[meaning.model].methods[meaning.method]
            return MethodRequest(method=method, arguments=arguments, most=self.bulk_max)
        if meaning.role is RootRole.UPSERT:
            arguments["data"] = given.rows(nodes[0], "data", arguments["data"])
        request = WriteRequest(
            meaning=meaning, arguments=arguments, most=self.bulk_max, inputs=reader.variables
        )
        if meaning.role not in _WITH_TARGET:
            return request
        mutation = self.schema.graphql.mutation_type
        if mutation is None:
            raise TypeError("The schema has no Mutation.")
        selected = reader.selected(mutation, key, nodes)
        target = read_target(self.registry, meaning, selected, arguments)
        return replace(request, target=target)


def _require(
    registry: Registry,
    permission: Permission,
    request: WriteRequest | MethodRequest,
    key: str,
) -> None:
    """Refuse what is not granted at all, before anything of the document is written.

    Raises:
        Forbidden: The operation or the method is not granted.
        ForbiddenField: The target or the key of an upsert names a field limited to other groups.
    """
    if isinstance(request, MethodRequest):
        require_method(permission, request.method, (key,))
        return
    model = registry.models[request.meaning.model]
    for operation in OPERATIONS[request.meaning.role]:
        require_operation(permission, model.name, operation, (key,))
    if request.target.where is not None:
        require_condition(registry, permission, model.name, request.target.where, (key,))
    for name in request.arguments.get("on", ()):
        require_field(permission, model.by_graphql_name.get(name) or model.fields[name], (key,))


def _is_atomic(operation: Operation) -> bool:
    return any(item.name.value == ATOMIC.name for item in operation.node.directives or ())


def _tell(error: RequestError, key: str, done: Sequence[str]) -> None:
    """Let an error say where it happened and what was carried out before."""
    error.path = error.path or (key,)
    if done:
        error.hint = f"{error.hint} Carried out before it: {', '.join(done)}.".lstrip()
