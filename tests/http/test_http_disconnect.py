import asyncio

import pytest
from starlette.types import Message, Scope
from tiny_service import TinyServer

from graphql_erp.http.app import create_app

pytestmark = pytest.mark.anyio


class Connection:
    """One request over ASGI whose client may leave."""

    def __init__(self, body: bytes) -> None:
        self._left: asyncio.Queue[Message] = asyncio.Queue()
        self._left.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self.sent: list[Message] = []
        self.scope: Scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": [(b"content-type", b"application/json")],
        }

    async def receive(self) -> Message:
        return await self._left.get()

    async def send(self, message: Message) -> None:
        self.sent.append(message)

    def leave(self) -> None:
        self._left.put_nowait({"type": "http.disconnect"})


async def test_client_that_leaves_cancels_the_execution(server: TinyServer) -> None:
    connection = Connection(b'{"query":"{ slow }"}')
    app = create_app(server.service())
    request = asyncio.create_task(app(connection.scope, connection.receive, connection.send))
    await server.slow_started.wait()

    connection.leave()
    async with asyncio.timeout(5):
        await request

    assert server.slow_was_cancelled is True
    assert request.cancelled() is False
    assert connection.sent == []


async def test_slow_answer_is_sent_to_a_client_that_stays(server: TinyServer) -> None:
    tasks = asyncio.all_tasks()
    connection = Connection(b'{"query":"{ slow }"}')
    app = create_app(server.service())
    request = asyncio.create_task(app(connection.scope, connection.receive, connection.send))
    await server.slow_started.wait()
    # Long enough for the watch to begin.
    asyncio.get_running_loop().call_later(0.02, server.slow_may_end.set)

    async with asyncio.timeout(5):
        await request

    assert [message["type"] for message in connection.sent] == [
        "http.response.start",
        "http.response.body",
    ]
    assert connection.sent[1]["body"] == b'{"data":{"slow":"done"}}'
    assert asyncio.all_tasks() == tasks


async def test_cancellation_from_elsewhere_is_passed_on(server: TinyServer) -> None:
    connection = Connection(b'{"query":"{ slow }"}')
    app = create_app(server.service())
    request = asyncio.create_task(app(connection.scope, connection.receive, connection.send))
    await server.slow_started.wait()

    request.cancel()
    with pytest.raises(asyncio.CancelledError):
        await request

    assert server.slow_was_cancelled is True
    assert connection.sent == []


async def test_client_that_leaves_while_sending_is_not_answered(server: TinyServer) -> None:
    connection = Connection(b"")
    await connection.receive()
    connection.leave()

    await create_app(server.service())(connection.scope, connection.receive, connection.send)

    assert connection.sent == []
    assert server.calls == []
