import json
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from http_client import Post, client_of
from tiny_service import TinyServer

from graphql_erp.http.app import create_app

GRAPHQL = "application/graphql-response+json"


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def server() -> TinyServer:
    return TinyServer()


@pytest.fixture
async def client(server: TinyServer, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    app = create_app(server.service(), assets=tmp_path)
    async with client_of(app) as opened:
        yield opened


@pytest.fixture
def post(client: httpx2.AsyncClient) -> Post:
    """POST a body as it is; anything but bytes is written as JSON first."""

    async def send(body: object, **headers: str) -> httpx2.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await client.post(
            "/graphql",
            content=content,
            headers={"content-type": "application/json", "accept": GRAPHQL, **named},
        )

    return send
