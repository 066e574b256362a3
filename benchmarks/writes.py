"""`python -m benchmarks.writes`: writing, as a share of what asyncpg by hand reaches.

Everything runs in this process, the engine and the hand-written functions in turn over pools of
the same size: a version that is checked must be known to who sends it.
"""

import argparse
import asyncio
import gc
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import asyncpg
import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.database import bench_settings
from benchmarks.report import RESULTS
from benchmarks.run import new_console
from benchmarks.write_cases import CASES, Case
from benchmarks.write_database import Opened, opened_database
from benchmarks.write_import import imported

ERP = "erp"
CONCURRENCIES = (1, 16)
_VARYING = frozenset({"id", "version", "number", "reference"})
Answer = Callable[[bytes], Awaitable[bytes]]


_WARM_UP = 12
"""Requests of each worker before it is measured: PostgreSQL keeps a plan after five."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One measurement; processor time is milliseconds per request, ours and PostgreSQL's."""

    rps: float
    cpu_ms: float


@dataclass(slots=True)
class Target:
    """One way to answer requests, and how many each worker has sent."""

    name: str
    answer: Answer
    first_worker: int
    sent: dict[int, int] = field(default_factory=dict)

    def next_body(self, case: Case, place: int) -> bytes:
        """Return the next request of a worker."""
        worker = self.first_worker + place
        number = self.sent.get(worker, 0)
        self.sent[worker] = number + 1
        return orjson.dumps({"variables": case.draw(worker, number)})


def targets(case: Case, opened: Opened) -> list[Target]:
    """Return the engine and the hand-written functions of a case."""

    async def erp(body: bytes) -> bytes:
        return await opened.answer(case.document, orjson.loads(body)["variables"])

    found = [Target(ERP, erp, 1)]
    for number, (name, limit) in enumerate(case.limits.items(), start=1):

        async def by_hand(body: bytes, limit: Any = limit) -> bytes:
            variables = orjson.loads(body)["variables"]
            async with opened.plain.acquire() as connection:
                answer: bytes = await limit(connection, variables)
            return answer

        found.append(Target(name, by_hand, 1 + number * max(CONCURRENCIES)))
    return found


async def measure(opened: Opened, case: Case, target: Target, workers: int, count: int) -> Sample:
    """Return how some workers did with a number of requests, drawn before the clock starts.

    Raises:
        SystemExit: An answer tells of errors.
    """
    each = max(1, count // workers)
    bodies = [[target.next_body(case, place) for _ in range(each)] for place in range(workers)]

    async def work(given: Sequence[bytes]) -> None:
        for body in given:
            answer = await target.answer(body)
            if b'"errors":[{' in answer or b'"data":null' in answer:
                sys.exit(f"{case.name} {target.name}: {answer[:500].decode()}")

    cpu, start = opened.cpu(), time.perf_counter()
    await asyncio.gather(*map(work, bodies))
    seconds, used = time.perf_counter() - start, opened.cpu() - cpu
    number = each * workers
    return Sample(number / seconds, used * 1_000 / number)


async def compare(case: Case, given: Sequence[Target]) -> None:
    """Check that all targets answer alike, but for ids and what carries the worker's name.

    Raises:
        SystemExit: They do not.
    """
    answers = [
        scrubbed(orjson.loads(await target.answer(target.next_body(case, 0)))) for target in given
    ]
    for target, answer in zip(given, answers, strict=True):
        if answer != answers[0]:
            sys.exit(f"{case.name} {target.name}:\n{answer}\n{answers[0]}")


def scrubbed(value: Any) -> Any:
    """Return an answer without what differs between two workers."""
    if isinstance(value, dict):
        return {name: "" if name in _VARYING else scrubbed(item) for name, item in value.items()}
    return [scrubbed(item) for item in value] if isinstance(value, list) else value


async def run_case(case: Case, opened: Opened, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Return a line per limit and number of workers."""
    lines = []
    found = targets(case, opened)
    await compare(case, found)
    for workers in [item for item in CONCURRENCIES if item <= case.most_at_once]:
        count = _WARM_UP * workers
        for target in found:
            warm = await measure(opened, case, target, workers, count)
        count = max(count, int(warm.rps * given.seconds))
        rounds = [
            {target.name: await measure(opened, case, target, workers, count) for target in found}
            for _ in range(given.rounds)
        ]
        lines += [_line(case, name, workers, rounds) for name in case.limits]
    return lines


def _line(
    case: Case, limit: str, workers: int, rounds: Sequence[dict[str, Sample]]
) -> dict[str, Any]:
    return {
        "case": case.name,
        "title": case.title,
        "limit": limit,
        "workers": workers,
        "erp": median(each[ERP].rps for each in rounds),
        "by_hand": median(each[limit].rps for each in rounds),
        "speed": median(each[ERP].rps / each[limit].rps for each in rounds),
        "cpu": median(each[limit].cpu_ms / each[ERP].cpu_ms for each in rounds),
        "aim": case.aim,
    }


def show(console: Console, lines: Sequence[dict[str, Any]]) -> None:
    """Show the table."""
    columns = ("workload", "by hand as one", "conc.", "erp req/s", "by hand", "speed", "cpu", "aim")
    table = Table(*columns, title="Writing: medians of interleaved rounds")
    for line in lines:
        table.add_row(
            f"{line['case']} {line['title']}",
            line["limit"],
            str(line["workers"]),
            f"{line['erp']:,.0f}",
            f"{line['by_hand']:,.0f}",
            f"{line['speed']:.2f}",
            f"{line['cpu']:.2f}",
            f"{line['aim']:.2f}",
        )
    console.print(table)


async def run_all(given: argparse.Namespace, console: Console) -> None:
    """Measure the cases that are asked for."""
    lines: list[dict[str, Any]] = []
    options = {"is_durable": not given.no_sync, "is_limited": given.limited}
    async with opened_database(bench_settings(), **options) as opened:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 50, 50)
        for name in given.cases.split(","):
            if name != "import":
                with console.status(f"{name} {CASES[name].title} ..."):
                    lines += await run_case(CASES[name], opened, given)
        show(console, lines)
        if "import" in given.cases.split(","):
            console.print(await imported(opened), highlight=False)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "writes.json").write_bytes(orjson.dumps(lines, option=orjson.OPT_INDENT_2))


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.writes", description=__doc__)
    parser.add_argument("--cases", default=",".join([*CASES, "import"]))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="about, of each measurement")
    parser.add_argument("--no-sync", action="store_true", help="commits do not wait for the disk")
    parser.add_argument("--limited", action="store_true", help="under the separation of companies")
    given = parser.parse_args()
    console = new_console()
    try:
        uvloop.run(run_all(given, console))
    except asyncpg.PostgresError as error:
        console.print(f"{type(error).__name__}: {error}", style="red", markup=False)
        sys.exit(1)


if __name__ == "__main__":
    main()
