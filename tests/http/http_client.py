"""An HTTP client that sends no header of its own choice."""

from collections.abc import Awaitable, Callable

import httpx2
from starlette.types import ASGIApp

Post = Callable[..., Awaitable[httpx2.Response]]


def client_of(app: ASGIApp) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    client = httpx2.AsyncClient(transport=transport, base_url="http://testserver")
    del client.headers["accept"]
    del client.headers["accept-encoding"]
    return client
