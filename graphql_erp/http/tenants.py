"""Several tenants behind one address: each has an application of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from graphql_erp.errors import RequestError
from graphql_erp.http.accept import JSON
from graphql_erp.http.request_facts import TENANT
from graphql_erp.http.respond import error_body, send_response


class Tenants(Protocol):
    """The tenants of a process, as far as HTTP goes."""

    async def startup(self) -> None:
        """Get ready; runs before the first request, and a failure ends the process."""

    async def shutdown(self) -> None:
        """Close everything; runs after the last request, also when `startup` failed half-way."""

    def lend(self, tenant: str) -> AbstractAsyncContextManager[ASGIApp]:
        """Lend the application of a tenant for the length of one request.

        Raises:
            RequestError: The tenant cannot be opened now.
        """


class TenantsApp:
    """An ASGI application that hands each request to the application of its tenant.

    Which tenant that is has been found out by `HostCheck`.
    """

    __slots__ = ("_lifespan", "_tenants")

    def __init__(self, tenants: Tenants) -> None:
        """Serve `tenants`."""
        self._tenants = tenants
        self._lifespan = Router(lifespan=self._life)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._lifespan(scope, receive, send)
            return
        try:
            loan = self._tenants.lend(scope[TENANT])
        except RequestError as error:
            headers = ((b"content-type", JSON), (b"cache-control", b"no-store"))
            is_head = scope["method"] == "HEAD"
            await send_response(send, error.status, error_body(error), headers, head=is_head)
            return
        async with loan as app:
            await app(scope, receive, send)

    @asynccontextmanager
    async def _life(self, _app: object) -> AsyncIterator[None]:
        try:
            await self._tenants.startup()
            yield
        finally:
            await self._tenants.shutdown()
