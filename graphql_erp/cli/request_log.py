"""One log line per request."""

from __future__ import annotations

import re
import time

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from graphql_erp.api.call import Call, Told
from graphql_erp.http.graphql import TOLD
from graphql_erp.http.request_facts import TENANT, request_facts

OPERATION = "erp.operation"
"""Key of the ASGI scope under which the name of the operation is left for the log."""

_NAMED = re.compile(r"\s*(?:query|mutation|subscription)\s+([_A-Za-z][_0-9A-Za-z]{0,99})\b")
_NOTHING = Told()
_log = structlog.get_logger(__name__)


def operation_of(call: Call) -> str:
    """Return the name of the operation a document begins with, "" when it has none.

    It stands in for documents that cannot be read. The name beside the document is none of it:
    a client may send anything there.
    """
    found = _NAMED.match(call.document)
    return found.group(1) if found else ""


class RequestLog:
    """An ASGI application that logs one line per request: who asked what, and what became of it.

    Never what is sent beside the operation's name: no variables, no query string, no headers.
    """

    __slots__ = ("_app",)

    def __init__(self, app: ASGIApp) -> None:
        """Log the requests to `app`."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        facts = request_facts(scope)
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            told: Told = scope.get(TOLD, _NOTHING)
            _log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                operation=told.operation or scope.get(OPERATION, ""),
                document=told.document,
                request=facts.id,
                tenant=scope.get(TENANT, ""),
                user=told.user,
                code=told.code,
                cost=told.cost,
                # 0: the client left before there was an answer.
                status=status,
                milliseconds=round((time.perf_counter() - started) * 1000, 2),
            )
