"""A service over four fields, executed by graphql-core: the least the HTTP layer can serve."""

import asyncio
import inspect

import orjson
from graphql import (
    ExecutionResult,
    GraphQLError,
    GraphQLSchema,
    OperationType,
    build_schema,
    execute,
    get_operation_ast,
    introspection_from_schema,
    parse,
    print_schema,
    validate,
)
from starlette.applications import Starlette
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.errors import Forbidden, MethodNotAllowed, RateLimited, Timeout
from graphql_erp.http.app import create_app
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service

SDL = """
type Query {
  "Greets somebody."
  greeting(name: String! = "you"): String!
  "Answers when the test allows it."
  slow: String!
  "Fails in a way nobody planned."
  broken: String!
  forbidden: String!
  timeout: String!
  busy: String!
  "Fails after execution began."
  partial: String
}
type Mutation {
  rename(name: String!): String!
}
"""
SCHEMA_HASH = "0123456789abcdef"
_REFUSALS = {
    "forbidden": Forbidden("You may not."),
    "timeout": Timeout("Too slow.", hint="Wait."),
    "busy": RateLimited("Too often.", retry_after=7),
}


class TinyServer:
    """What the tests look at: the names given so far, and the state of the slow field."""

    def __init__(self) -> None:
        self.schema: GraphQLSchema = build_schema(SDL)
        self.files = SchemaFiles.of(
            sdl=print_schema(self.schema).encode(),
            introspection=orjson.dumps({"data": introspection_from_schema(self.schema)}),
            schema_hash=SCHEMA_HASH,
        )
        self.calls: list[Call] = []
        self.names: list[str] = []
        self.refuses_schema = False
        self.registered: dict[str, str] = {}
        self.hooks: list[str] = []
        self.reason = ""
        self.slow_started = asyncio.Event()
        self.slow_may_end = asyncio.Event()
        self.slow_was_cancelled = False

    def service(self, **options: object) -> Service:
        return Service(
            execute=self.execute,
            schema=lambda: self.files,
            ready=self.ready,
            startup=self.startup,
            shutdown=self.shutdown,
            **{"queries_by_get": "open", **options},
        )

    async def ready(self) -> str:
        return self.reason

    async def startup(self) -> None:
        self.hooks.append("startup")

    async def shutdown(self) -> None:
        self.hooks.append("shutdown")

    async def execute(self, call: Call, scope: Scope) -> Answer:
        assert scope["type"] == "http"
        if call.is_ours:
            if self.refuses_schema:
                raise _REFUSALS["forbidden"]
            return Answer(b"{}", has_data=True)
        self.calls.append(call)
        try:
            document = parse(self.registered.get(call.document_id or "", call.document))
        except GraphQLError as error:
            return _failed([error])
        operation = get_operation_ast(document, call.operation_name)
        if call.read_only and operation and operation.operation is not OperationType.QUERY:
            raise MethodNotAllowed("Only queries are answered on GET.")
        if errors := validate(self.schema, document):
            return _failed(errors)
        outcome = execute(
            self.schema,
            document,
            self,
            variable_values=dict(call.variables or {}),
            operation_name=call.operation_name,
        )
        result = await outcome if inspect.isawaitable(outcome) else outcome
        assert isinstance(result, ExecutionResult)
        return _answer(result)

    def greeting(self, _info: object, name: str) -> str:
        return f"Hello {name}"

    async def slow(self, _info: object) -> str:
        self.slow_started.set()
        try:
            await self.slow_may_end.wait()
        except asyncio.CancelledError:
            self.slow_was_cancelled = True
            raise
        return "done"

    def broken(self, _info: object) -> str:
        raise ZeroDivisionError("secret")

    def forbidden(self, _info: object) -> str:
        raise _REFUSALS["forbidden"]

    def timeout(self, _info: object) -> str:
        raise _REFUSALS["timeout"]

    def busy(self, _info: object) -> str:
        raise _REFUSALS["busy"]

    def partial(self, _info: object) -> str:
        raise GraphQLError("No greeting today.")

    def rename(self, _info: object, name: str) -> str:
        self.names.append(name)
        return name


def _answer(result: ExecutionResult) -> Answer:
    for error in result.errors or ():
        if not isinstance(error.original_error, GraphQLError | None):
            raise error.original_error
    if result.data is None and result.errors and not result.errors[0].path:
        return _failed(result.errors)
    body: dict[str, object] = {"data": result.data}
    if result.errors:
        body["errors"] = [error.formatted for error in result.errors]
    return Answer(orjson.dumps(body), has_data=True)


def _failed(errors: list[GraphQLError]) -> Answer:
    body = orjson.dumps({"errors": [error.formatted for error in errors]})
    return Answer(body, has_data=False, status=400)


def create() -> Starlette:
    """Give uvicorn an application to audit."""
    return create_app(TinyServer().service())
