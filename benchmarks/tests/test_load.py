import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.load import BadAnswerError, Order, percentile, run_order

pytestmark = pytest.mark.anyio
GOOD = b'HTTP/1.1 200 OK\r\ncontent-length: 19\r\n\r\n{"data":{"a":"bc"}}'


class Stub:
    """A server over a real socket that sends prepared bytes and keeps what it was sent."""

    def __init__(self, answer: bytes, cuts: tuple[int, ...]) -> None:
        edges = [0, *sorted(min(cut, len(answer)) for cut in cuts), len(answer)]
        self.pieces = [answer[start:end] for start, end in pairwise(edges) if end > start]
        self.bodies: list[bytes] = []
        self.connections = 0
        self.tasks: set[asyncio.Task[None] | None] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.tasks.add(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                for piece in self.pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(0)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()


@asynccontextmanager
async def serving(stub: Stub) -> AsyncIterator[str]:
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/graphql"
    await asyncio.gather(*(task for task in stub.tasks if task))


def order(url: str, concurrency: int = 1) -> Order:
    return Order(url=url, bodies=["one", "two", "three"], concurrency=concurrency, seconds=0.05)


async def test_requests_follow_their_order_and_begin_again() -> None:
    stub = Stub(GOOD, ())
    async with serving(stub) as url:
        timing = await run_order(order(url))
    assert timing.requests == len(stub.bodies)
    assert timing.requests > 3
    assert stub.bodies[:4] == [b"one", b"two", b"three", b"one"]


async def test_every_connection_has_one_request_in_flight() -> None:
    stub = Stub(GOOD, ())
    async with serving(stub) as url:
        timing = await run_order(order(url, concurrency=4))
    assert stub.connections == 4
    assert timing.requests == len(stub.bodies)
    assert 0 < timing.p50_ms <= timing.p99_ms


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, len(GOOD)), max_size=5))
def test_answer_may_come_in_any_pieces(cuts: list[int]) -> None:
    async def run() -> None:
        stub = Stub(GOOD, tuple(cuts))
        async with serving(stub) as url:
            timing = await run_order(Order(url=url, bodies=["one"], concurrency=1, seconds=0.005))
        assert timing.requests == len(stub.bodies)

    asyncio.run(run())


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 4\r\n\r\noops",
        b'HTTP/1.1 200 OK\r\ncontent-length: 13\r\n\r\n{"errors":[]}',
        b'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n8\r\n{"data":}\r\n',
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}",
    ],
    ids=["status", "errors", "no length", "short"],
)
async def test_other_answers_end_the_run(answer: bytes) -> None:
    async with serving(Stub(answer, ())) as url:
        with pytest.raises(BadAnswerError, match=r"^HTTP/1\.1"):
            await run_order(order(url))


async def test_closed_connection_ends_the_run() -> None:
    async def close(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(close, "127.0.0.1", 0)
    async with server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        with pytest.raises(BadAnswerError, match="closed a connection"):
            await run_order(order(url))


@pytest.mark.parametrize(
    ("values", "percent", "expected"),
    [([7.0], 50, 7.0), ([1.0, 2.0, 3.0, 4.0], 50, 2.0), (list(range(1, 101)), 99, 99)],
)
def test_percentile_is_the_nearest_rank(values: list[float], percent: int, expected: float) -> None:
    assert percentile(values, percent) == expected


@given(st.lists(st.floats(0, 1e3), min_size=1).map(sorted), st.integers(1, 100))
def test_percentile_has_its_share_of_values_below_or_equal(
    values: list[float], percent: int
) -> None:
    found = percentile(values, percent)
    assert found in values
    assert sum(value <= found for value in values) * 100 >= percent * len(values)
    assert sum(value < found for value in values) * 100 < percent * len(values)
