import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import asyncpg
import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database
from graphql_erp.tenants.place import Place
from graphql_erp.tenants.postmaster import processes
from graphql_erp.tenants.server import open_server

pytestmark = pytest.mark.anyio

WRITER = [sys.executable, str(Path(__file__).with_name("program_writer.py"))]
ROUNDS = 4
WRITES_PER_ROUND = 30


class Writer:
    """A writing process and the numbers the server acknowledged to it."""

    def __init__(self, environment: dict[str, str], database: str, first: int) -> None:
        self.acknowledged: list[int] = []
        self._progress = threading.Semaphore(0)
        self.process = subprocess.Popen(  # noqa: S603
            [*WRITER, database, str(first)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.acknowledged.append(int(line))
            self._progress.release()

    def wait_for_more(self, count: int) -> None:
        # What was written before the last kill is no sign of life now.
        while self._progress.acquire(blocking=False):
            pass
        for _ in range(count):
            assert self._progress.acquire(timeout=30), "The writer makes no progress."

    def end(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(timeout=30)
        self._reader.join(timeout=30)
        self.process.stdout.close()


def kill_in_rounds(place: Place, writers: list[Writer], doomed: Writer) -> set[int]:
    killed = set()
    doomed.wait_for_more(WRITES_PER_ROUND)
    for number in range(ROUNDS):
        for writer in writers:
            writer.wait_for_more(WRITES_PER_ROUND)
        victims = processes(place)
        victim = int(place.pid_lines()[0])
        if number == 1:
            doomed.process.kill()
        if number == 2:
            # A backend killed alone makes the postmaster restart all others.
            victim = next(one.pid for one in victims if one.pid != victim)
        os.kill(victim, signal.SIGKILL)
        killed.add(victim)
    return killed


async def test_no_acknowledged_write_is_lost_when_processes_are_killed(
    own_settings: Settings, place: Place, environment: dict[str, str]
) -> None:
    server = open_server(own_settings)
    await create_database(server, "own_written")
    connection = await asyncpg.connect(server.owner_dsn("own_written"))
    await connection.execute("CREATE TABLE written (number bigint PRIMARY KEY)")
    await connection.close()
    server.close()

    writers = [Writer(environment, "own_written", first) for first in (0, 1_000_000)]
    doomed = Writer(environment, "own_written", 2_000_000)
    try:
        killed = kill_in_rounds(place, writers, doomed)
    finally:
        for writer in (*writers, doomed):
            writer.end()

    with open_server(own_settings) as server:
        connection = await asyncpg.connect(server.app_dsn("own_written"))
        stored = {row["number"] for row in await connection.fetch("SELECT number FROM written")}
        await connection.close()
    acknowledged = {number for one in (*writers, doomed) for number in one.acknowledged}
    assert acknowledged - stored == set()
    assert len(acknowledged) >= 2 * ROUNDS * WRITES_PER_ROUND
    assert len(killed) == ROUNDS
    assert [writer.process.returncode for writer in writers] == [0, 0]
