"""The load: a process of its own that keeps N requests in flight and times each answer.

It reads one order per line from its standard input and writes one result per line, both JSON.
Sockets, not a client library: on a small machine the client's CPU is taken from the server.
"""

import asyncio
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import orjson
import uvloop

HEADER_END = b"\r\n\r\n"
EXPECTED_STATUS = b"HTTP/1.1 200 "
EXPECTED_BODY = b'{"data":'


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to send.

    Attributes:
        url: Where to.
        bodies: Bodies of the requests in order; after the last one the first follows.
        concurrency: Connections, each with one request in flight.
        seconds: How long new requests are started.
    """

    url: str
    bodies: list[str]
    concurrency: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What was seen: answers, from first request to last answer, and the spread of their times."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float


class BadAnswerError(Exception):
    """A target answered something else than 200 and data, or closed the connection."""


class Run:
    """One order while it runs: what comes next, what was seen, when it ends."""

    def __init__(self, order: Order, loop: asyncio.AbstractEventLoop) -> None:
        parts = urlsplit(order.url)
        self.requests = [_request(parts.path, parts.netloc, body.encode()) for body in order.bodies]
        self.latencies: list[float] = []
        self.finished: asyncio.Future[None] = loop.create_future()
        self.active = order.concurrency
        self.deadline = time.perf_counter() + order.seconds
        self._sent = 0

    def next_request(self) -> bytes:
        """Return the next request of the sequence that all connections share."""
        request = self.requests[self._sent % len(self.requests)]
        self._sent += 1
        return request

    def leave(self) -> None:
        """Tell that one connection has had its last answer."""
        self.active -= 1
        if self.active == 0 and not self.finished.done():
            self.finished.set_result(None)

    def fail(self, reason: str) -> None:
        """End the run with an error."""
        if not self.finished.done():
            self.finished.set_exception(BadAnswerError(reason))


class Client(asyncio.Protocol):
    """One keep-alive connection: sends the next request as soon as an answer is complete."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._head = b""
        self._missing = 0
        self._started = 0.0
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first request."""
        self._transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        """Count the bytes of an answer and go on when they are all there."""
        if self._missing:
            self._missing -= len(data)
        else:
            self._head += data
            if not self._read_head():
                return
        if self._missing == 0:
            self._complete()

    def connection_lost(self, _error: Exception | None) -> None:
        """Complain when answers were still expected."""
        self._run.fail("The server closed a connection.")

    def _send(self) -> None:
        self._head = b""
        self._started = time.perf_counter()
        self._transport.write(self._run.next_request())

    def _read_head(self) -> bool:
        end = self._head.find(HEADER_END)
        if end < 0:
            return False
        body = end + len(HEADER_END)
        length = _content_length(self._head[:end])
        if not self._head.startswith(EXPECTED_STATUS) or length < len(EXPECTED_BODY):
            return self._refuse()
        if len(self._head) < body + len(EXPECTED_BODY):
            return False
        if not self._head.startswith(EXPECTED_BODY, body):
            return self._refuse()
        self._missing = length - (len(self._head) - body)
        return True

    def _refuse(self) -> bool:
        self._run.fail(self._head[:2_000].decode(errors="replace"))
        self._transport.abort()
        return False

    def _complete(self) -> None:
        now = time.perf_counter()
        self._run.latencies.append(now - self._started)
        if now < self._run.deadline:
            self._send()
        else:
            self._run.leave()


def _request(path: str, host: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Accept: application/graphql-response+json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def percentile(ordered: list[float], percent: int) -> float:
    """Return the nearest-rank percentile of ordered values."""
    rank = -(-percent * len(ordered) // 100)
    return ordered[rank - 1]


async def run_order(order: Order) -> Timing:
    """Send the requests and time their answers.

    Raises:
        BadAnswerError: An answer is not 200 with data.
    """
    loop = asyncio.get_running_loop()
    started = time.perf_counter()
    run = Run(order, loop)
    parts = urlsplit(order.url)
    transports = []
    try:
        for _ in range(order.concurrency):
            transport, _client = await loop.create_connection(
                lambda: Client(run), parts.hostname or "", parts.port or 80
            )
            transports.append(transport)
        await run.finished
        seconds = time.perf_counter() - started
    finally:
        for transport in transports:
            transport.abort()
    ordered = sorted(run.latencies)
    return Timing(
        requests=len(ordered),
        seconds=seconds,
        p50_ms=percentile(ordered, 50) * 1_000,
        p99_ms=percentile(ordered, 99) * 1_000,
    )


def main() -> None:
    """Answer orders until the standard input ends."""
    for line in sys.stdin.buffer:
        order = Order(**orjson.loads(line))
        try:
            result = asdict(uvloop.run(run_order(order)))
        except (BadAnswerError, OSError) as error:
            result = {"error": str(error)}
        sys.stdout.buffer.write(orjson.dumps(result) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
