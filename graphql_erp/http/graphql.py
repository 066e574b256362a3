"""The one endpoint: HTTP request -> Call -> Answer -> HTTP response."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_erp.api.call import Answer, Call
from graphql_erp.errors import MethodNotAllowed, RateLimited, RequestError, Unauthenticated
from graphql_erp.http.accept import JSON, answer_type, prefers_page, require_json
from graphql_erp.http.body import ClientGone, read_body
from graphql_erp.http.disconnect import DisconnectWatch
from graphql_erp.http.head import RequestHead, read_head
from graphql_erp.http.read_call import call_from_body, call_from_query
from graphql_erp.http.respond import (
    FIRST_SERVER_ERROR,
    Header,
    error_body,
    error_status,
    masked_body,
    send_response,
)
from graphql_erp.http.service import Service
from graphql_erp.identity.cookies import PLAIN, SECURE, cookie_values

_NOT_STORED: tuple[Header, ...] = ((b"cache-control", b"no-store"), (b"vary", b"accept"))


class GraphQLEndpoint:
    """GraphQL over HTTP as an ASGI application.

    Reads the ASGI messages itself and passes the bytes of the answer through: a request that is
    answered from prepared plans must not pay for request and response objects.
    """

    __slots__ = ("_execute", "_has_accounts", "_limit", "_page", "_queries_by_get", "_schema")

    def __init__(self, service: Service, page: ASGIApp) -> None:
        """Serve `service`, and `page` to browsers."""
        self._execute = service.execute
        self._schema = service.schema
        self._has_accounts = service.gate is not None
        self._queries_by_get = service.queries_by_get
        self._limit = service.max_body_bytes
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        head = read_head(scope)
        if scope["method"] == "GET" and head.accept and prefers_page(head.accept):
            await self._show(scope, receive, send)
            return
        media_type = JSON
        try:
            media_type = answer_type(head.accept)
            call = await self._read(scope, receive, head)
            answer = await self._answer(call, scope, receive)
        except ClientGone:
            return
        except RequestError as error:
            await self._refuse(scope, send, error, media_type)
            return
        except Exception as error:  # noqa: BLE001 -- masked; the log has it all
            body = masked_body(error, event="graphql_request_failed")
            await self._send(send, 500, body, media_type)
            return
        if answer.status == MethodNotAllowed.status:
            allowed = (b"allow", b"POST")
            await self._send(send, answer.status, answer.body, media_type, allowed)
            return
        is_of_the_server = answer.status >= FIRST_SERVER_ERROR
        status = answer.status if is_of_the_server or media_type is not JSON else 200
        await self._send(send, status, answer.body, media_type)

    async def _show(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a browser: with the page, or with the way to sign in first."""
        query = scope["query_string"]
        if self._has_accounts and not has_session(scope) and not _is_anonymous(query):
            place = b"/auth/login" + (b"?" + query if query else b"")
            await send_response(send, 303, b"", ((b"location", place), *_NOT_STORED))
            return
        await self._page(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, head: RequestHead) -> Call:
        if scope["method"] != "POST":
            self._require_get(scope["method"])
            return call_from_query(scope["query_string"])
        require_json(head.content_type, head.content_encoding)
        return call_from_body(
            await read_body(receive, declared=head.content_length, limit=self._limit)
        )

    def _require_get(self, method: str) -> None:
        if method != "GET":
            raise MethodNotAllowed(f"GraphQL requests are sent by POST, not by {method}.")
        if not self._queries_by_get:
            raise MethodNotAllowed("GraphQL requests are sent by POST; GET is switched off.")

    async def _answer(self, call: Call, scope: Scope, receive: Receive) -> Answer:
        watch = DisconnectWatch(receive)
        try:
            return await self._execute(call, scope)
        except asyncio.CancelledError:
            if not watch.is_gone:
                raise
            watch.absorb()
            raise ClientGone from None
        finally:
            watch.stop()

    async def _refuse(
        self, scope: Scope, send: Send, error: RequestError, media_type: bytes
    ) -> None:
        more: tuple[Header, ...] = ()
        if isinstance(error, MethodNotAllowed):
            # On GET it is the operation that needs another method.
            is_read = scope["method"] == "GET" or not self._queries_by_get
            more = ((b"allow", b"POST" if is_read else b"GET, POST"),)
        elif isinstance(error, Unauthenticated):
            more = ((b"www-authenticate", b'Bearer realm="erp", error="invalid_token"'),)
        elif isinstance(error, RateLimited):
            more = ((b"retry-after", str(error.retry_after).encode()),)
        status = error_status(error, media_type)
        await self._send(send, status, error_body(error), media_type, *more)

    async def _send(
        self, send: Send, status: int, body: bytes, media_type: bytes, *headers: Header
    ) -> None:
        await send_response(
            send,
            status,
            body,
            (
                (b"content-type", media_type),
                *_NOT_STORED,
                self._schema().hash_header,
                *headers,
            ),
        )


def has_session(scope: Scope) -> bool:
    """Tell whether a browser sends the cookie of a session, good or not."""
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    return any(cookie_values(cookies, names.session) for names in (PLAIN, SECURE))


def _is_anonymous(query: bytes) -> bool:
    return b"anonymous" in {part.partition(b"=")[0] for part in query.split(b"&")}
