"""The stored forms of the schema, for those who may read it."""

from collections.abc import Callable

from starlette.types import Receive, Scope, Send

from graphql_erp.api.call import Call
from graphql_erp.errors import RequestError
from graphql_erp.http.accept import JSON
from graphql_erp.http.respond import error_body, send_response
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service
from graphql_erp.http.stored import StoredBytes

_PROBE = "{ __schema { queryType { name } } }"
"""Whoever gets an answer to this may have all of the schema."""


class SchemaEndpoint:
    """Answers with one form of the schema to those who may ask for it by a document."""

    __slots__ = ("_choose", "_service")

    def __init__(self, service: Service, choose: Callable[[SchemaFiles], StoredBytes]) -> None:
        """Serve what `choose` gives of the schema that is current."""
        self._service = service
        self._choose = choose

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the stored bytes, or tell why not."""
        try:
            answer = await self._service.execute(Call(_PROBE, read_only=True, is_ours=True), scope)
        except RequestError as error:
            status, body = error.status, error_body(error)
        else:
            if answer.has_data and not answer.code:
                await self._choose(self._service.schema())(scope, receive, send)
                return
            status, body = answer.status, answer.body
        headers = ((b"content-type", JSON), (b"cache-control", b"no-store"))
        await send_response(send, status, body, headers, head=scope["method"] == "HEAD")
