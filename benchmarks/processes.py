"""Processes of a run: the servers under test, the load, and the processor time they take."""

import asyncio
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import asyncpg
import orjson
import psutil

from benchmarks.load import BadAnswerError, Order, Timing
from benchmarks.targets import Target

_START_SECONDS = 60.0
_STOP_SECONDS = 15.0
_POLL_SECONDS = 0.05


class TargetDidNotStartError(Exception):
    """A target's process ended or did not listen in time; the message holds its output."""


@dataclass(frozen=True, slots=True)
class Running:
    """A target that answers."""

    target: Target
    port: int
    pid: int

    def url(self, workload: str) -> str:
        """Return where the requests of a workload go."""
        return self.target.url(self.port, workload)

    def cpu(self) -> float:
        """Return the processor seconds its process tree has taken so far."""
        return tree_cpu(psutil.Process(self.pid))


@contextmanager
def start(target: Target) -> Iterator[Running]:
    """Run a target's server as long as the context lasts.

    Raises:
        TargetDidNotStartError: It does not listen.
    """
    port = _free_port()
    with tempfile.NamedTemporaryFile(prefix=f"bench-{target.name}-", suffix=".log") as log:
        command = [sys.executable, "-m", target.module, "--port", str(port)]
        with subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT) as process:  # noqa: S603 - our modules
            try:
                _wait_until_listening(process, port, Path(log.name))
                yield Running(target, port, process.pid)
            except Exception as error:
                output = _tail(Path(log.name))
                if output:
                    error.add_note(f"Output of {target.name}:\n{output}")
                raise
            finally:
                _stop(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _wait_until_listening(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(_POLL_SECONDS)
    raise TargetDidNotStartError(_tail(log))


def _tail(log: Path) -> str:
    return log.read_text(errors="replace")[-3_000:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


class Load:
    """The load process; one at a time sends the orders it gets."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process

    def send(self, order: Order) -> Timing:
        """Have an order run and return what was seen.

        Raises:
            BadAnswerError: A target answered something else than data.
        """
        if self._process.stdin is None or self._process.stdout is None:
            raise BadAnswerError("The load process has no pipes.")
        self._process.stdin.write(orjson.dumps(asdict(order)) + b"\n")
        self._process.stdin.flush()
        result = orjson.loads(self._process.stdout.readline())
        if "error" in result:
            raise BadAnswerError(f"{order.url}: {result['error']}")
        return Timing(**result)


@contextmanager
def load_process() -> Iterator[Load]:
    """Run the load process as long as the context lasts."""
    command = [sys.executable, "-m", "benchmarks.load"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe) as process:  # noqa: S603 - as above
        try:
            yield Load(process)
        finally:
            _stop(process)


def tree_cpu(root: psutil.Process) -> float:
    """Return the processor seconds of a process, its children alive, and those it waited for."""
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
    return total


def postmaster(dsn: str) -> psutil.Process | None:
    """Return the process all of a server's processes descend from, None when it is elsewhere."""
    return asyncio.run(parent_of_backend(dsn))


async def parent_of_backend(dsn: str) -> psutil.Process | None:
    """Return the process all of a server's processes descend from, None when it is elsewhere."""
    connection = await asyncpg.connect(dsn)
    try:
        backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
        return backend.parent() if backend.name().startswith("postgres") else None
    except psutil.NoSuchProcess:
        return None
    finally:
        await connection.close()
