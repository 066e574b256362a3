"""The one endpoint: HTTP request -> Call -> Answer -> HTTP response."""

import asyncio
import hashlib

from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_erp.api.call import Answer, Call, Told
from graphql_erp.api.long_work import LONG_BODY, beside_the_loop
from graphql_erp.errors import (
    BadRequest,
    Internal,
    MethodNotAllowed,
    RateLimited,
    RequestError,
    Timeout,
    Unauthenticated,
)
from graphql_erp.http.accept import JSON, answer_type, prefers_page, require_json
from graphql_erp.http.body import ClientGone, read_body
from graphql_erp.http.disconnect import DisconnectWatch
from graphql_erp.http.head import RequestHead, read_head
from graphql_erp.http.read_call import call_from_body, call_from_query
from graphql_erp.http.respond import (
    Header,
    error_body,
    error_status,
    masked_body,
    send_response,
    shown_status,
)
from graphql_erp.http.service import Service
from graphql_erp.http.stored import is_known
from graphql_erp.identity.cookies import PLAIN, SECURE, cookie_values

TOLD = "erp.told"
"""Key of the ASGI scope under which is kept what the log tells of the call."""

_NOT_STORED: tuple[Header, ...] = ((b"cache-control", b"no-store"), (b"vary", b"accept"))
_KEPT: tuple[Header, ...] = (
    (b"cache-control", b"private, no-cache"),
    (b"vary", b"accept, authorization, cookie"),
)
_ETAG_CHARACTERS = 32


class GraphQLEndpoint:
    """GraphQL over HTTP as an ASGI application.

    Reads the ASGI messages itself and passes the bytes of the answer through: a request that is
    answered from prepared plans must not pay for request and response objects.
    """

    __slots__ = (
        "_execute",
        "_has_accounts",
        "_limit",
        "_page",
        "_queries_by_get",
        "_schema",
        "_seconds",
    )

    def __init__(self, service: Service, page: ASGIApp | None) -> None:
        """Serve `service`, and `page` to browsers where there is one."""
        self._execute = service.execute
        self._schema = service.schema
        self._has_accounts = service.gate is not None
        self._queries_by_get = service.queries_by_get
        self._limit = service.max_body_bytes
        self._seconds = service.request_timeout
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request."""
        head = read_head(scope)
        if self._page is not None and _asks_for_page(scope, head):
            await self._show(scope, receive, send, self._page)
            return
        media_type = JSON
        deadline = asyncio.timeout(self._seconds)
        try:
            media_type = answer_type(head.accept)
            async with deadline:
                call = await self._read(scope, receive, head)
                scope[TOLD] = call.told
                answer = await self._answer(call, scope, receive)
        except ClientGone:
            return
        except RequestError as error:
            await self._refuse(scope, send, error, media_type)
            return
        except Exception as error:  # noqa: BLE001 -- masked; the log has it all
            if deadline.expired():
                await self._refuse(scope, send, _too_slow(self._seconds), media_type)
                return
            _note(scope, Internal.code)
            body = masked_body(error, event="graphql_request_failed")
            await self._send(send, 500, body, media_type, *_NOT_STORED)
            return
        _note(scope, answer.code)
        await self._give(call, answer, head, send, media_type)

    async def _show(self, scope: Scope, receive: Receive, send: Send, page: ASGIApp) -> None:
        """Answer a browser: with the page, or with the way to sign in first."""
        query = scope["query_string"]
        if self._has_accounts and not has_session(scope) and not _is_anonymous(query):
            place = b"/auth/login" + (b"?" + query if query else b"")
            await send_response(send, 303, b"", ((b"location", place), *_NOT_STORED))
            return
        await page(scope, receive, send)

    async def _read(self, scope: Scope, receive: Receive, head: RequestHead) -> Call:
        if head.upgrade.lower() == b"websocket":
            raise BadRequest(
                "WebSockets are not answered.", hint="Send each operation by POST instead."
            )
        if scope["method"] != "POST":
            self._require_get(scope["method"])
            call = call_from_query(scope["query_string"])
            if self._queries_by_get == "documents" and call.document:
                raise MethodNotAllowed(
                    "GET answers registered documents only.",
                    hint="Send the document by POST, or register it and send its `documentId`.",
                )
            return call
        require_json(head.content_type, head.content_encoding)
        body = await read_body(receive, declared=head.content_length, limit=self._limit)
        if len(body) > LONG_BODY:
            return await beside_the_loop(call_from_body, body)
        return call_from_body(body)

    def _require_get(self, method: str) -> None:
        if method != "GET":
            raise MethodNotAllowed(f"GraphQL requests are sent by POST, not by {method}.")
        if self._queries_by_get == "off":
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

    async def _give(
        self, call: Call, answer: Answer, head: RequestHead, send: Send, media_type: bytes
    ) -> None:
        if answer.status == MethodNotAllowed.status:
            more: tuple[Header, ...] = (*_NOT_STORED, (b"allow", b"POST"))
        elif answer.retry_after is not None:
            more = (*_NOT_STORED, _retry_after(answer.retry_after))
        elif call.read_only and call.document_id and answer.has_data and not answer.code:
            tag = hashlib.sha256(media_type + answer.body).hexdigest()[:_ETAG_CHARACTERS]
            more = (*_KEPT, (b"etag", f'"{tag}"'.encode()))
            if is_known(head.if_none_match, tag):
                await self._send(send, 304, b"", media_type, *more)
                return
        else:
            more = _NOT_STORED
        status = shown_status(answer.status, media_type)
        await self._send(send, status, answer.body, media_type, *more)

    async def _refuse(
        self, scope: Scope, send: Send, error: RequestError, media_type: bytes
    ) -> None:
        _note(scope, error.code)
        more: tuple[Header, ...] = ()
        if isinstance(error, MethodNotAllowed):
            # On GET it is the operation that needs another method.
            is_read = scope["method"] == "GET" or self._queries_by_get == "off"
            more = ((b"allow", b"POST" if is_read else b"GET, POST"),)
        elif isinstance(error, Unauthenticated):
            more = ((b"www-authenticate", b'Bearer realm="erp", error="invalid_token"'),)
        elif isinstance(error, RateLimited):
            more = (_retry_after(error.retry_after),)
        status = error_status(error, media_type)
        await self._send(send, status, error_body(error), media_type, *_NOT_STORED, *more)

    async def _send(
        self, send: Send, status: int, body: bytes, media_type: bytes, *headers: Header
    ) -> None:
        head = ((b"content-type", media_type), *headers, self._schema().hash_header)
        await send_response(send, status, body, head)


def has_session(scope: Scope) -> bool:
    """Tell whether a browser sends the cookie of a session, good or not."""
    cookies = [value for name, value in scope["headers"] if name == b"cookie"]
    return any(cookie_values(cookies, names.session) for names in (PLAIN, SECURE))


def _is_anonymous(query: bytes) -> bool:
    return b"anonymous" in {part.partition(b"=")[0] for part in query.split(b"&")}


def _asks_for_page(scope: Scope, head: RequestHead) -> bool:
    return scope["method"] == "GET" and bool(head.accept) and prefers_page(head.accept)


def _note(scope: Scope, code: str) -> None:
    """Leave the code of an error for the log."""
    told: Told = scope.setdefault(TOLD, Told())
    told.code = told.code or code


def _retry_after(seconds: int) -> Header:
    return (b"retry-after", str(seconds).encode())


def _too_slow(seconds: float) -> Timeout:
    return Timeout(
        f"The request took longer than {seconds:g} seconds and was stopped.",
        hint="Ask for less. If it was a mutation, read what it was to change before you send it"
        " again.",
    )
