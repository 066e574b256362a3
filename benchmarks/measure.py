"""One measurement after another: answers compared first, then interleaved rounds, then medians."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http.client import HTTPConnection
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import orjson
import psutil

from benchmarks.load import Order
from benchmarks.processes import Load, Running, tree_cpu
from benchmarks.targets import LIMIT
from benchmarks.workloads import Workload

SAMPLES = 20
BODIES = 2_000
CONCURRENCIES = (1, 16)


class AnswersDifferError(Exception):
    """Two targets answer one request differently, or an answer holds too few records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How long a run takes: rounds, and seconds of each measurement and of warming up."""

    rounds: int
    seconds: float
    warm_up: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One target in one round; processor times are milliseconds per request."""

    rps: float
    p50_ms: float
    p99_ms: float
    cpu_app_ms: float
    cpu_pg_ms: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the result: medians over the rounds; `ratio_to_limit` compares rps per round."""

    workload: str
    target: str
    concurrency: int
    rps: float | None
    p50_ms: float | None
    p99_ms: float | None
    cpu_app_ms: float | None
    cpu_pg_ms: float | None
    ratio_to_limit: float | None


def check_answers(workload: Workload, running: Sequence[Running]) -> None:
    """Ask every target the same questions.

    Raises:
        AnswersDifferError: The answers are not equal as JSON, or are not what they should be.
    """
    fewest, most = workload.records
    for number, body in enumerate(workload.bodies(SAMPLES)):
        answers = {item.target.name: ask(item.url(workload.name), body) for item in running}
        for name, answer in answers.items():
            records = len(workload.found(answer))
            if not fewest <= records <= most:
                raise AnswersDifferError(
                    f"workload {workload.name}, request {number}: {name} gives {records} records, "
                    f"not {fewest} to {most}."
                )
        compare(workload.name, body, answers)


def ask(url: str, body: bytes) -> Any:
    """Return the answer to one request.

    Raises:
        AnswersDifferError: It is not data without errors.
    """
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/graphql-response+json",
        }
        connection.request("POST", parts.path, body, headers)
        answer = connection.getresponse().read()
    finally:
        connection.close()
    if not answer.startswith(b'{"data":') or "errors" in (decoded := orjson.loads(answer)):
        raise AnswersDifferError(f"{url}: {answer[:2_000].decode(errors='replace')}")
    return decoded


def compare(workload: str, body: bytes, answers: Mapping[str, Any]) -> None:
    """Hold the answers of all targets to one request against each other.

    What stands beside `data`, such as the cost in `extensions`, may differ.

    Raises:
        AnswersDifferError: Their data are not equal.
    """
    (first, expected), *others = answers.items()
    for name, answer in others:
        if answer["data"] != expected["data"]:
            raise AnswersDifferError(
                f"workload {workload}: {first} and {name} differ on {body.decode()}:\n"
                f"{_beginning(expected)}\n{_beginning(answer)}"
            )


def _beginning(answer: Any) -> str:
    return orjson.dumps(answer["data"], option=orjson.OPT_SORT_KEYS)[:1_500].decode()


@dataclass(frozen=True, slots=True)
class Bench:
    """What measures: the load, the processes of PostgreSQL, and the pace."""

    load: Load
    postgres: psutil.Process | None
    pace: Pace

    def rows(self, workload: Workload, running: Sequence[Running]) -> Iterator[Row]:
        """Measure a workload at every concurrency; yield a row per target."""
        bodies = [body.decode() for body in workload.bodies(BODIES)]
        for concurrency in CONCURRENCIES:
            orders = {
                item: Order(
                    url=item.url(workload.name),
                    bodies=bodies,
                    concurrency=concurrency,
                    seconds=self.pace.seconds,
                )
                for item in running
            }
            for order in orders.values():
                self._warm_up(order)
            rounds = [
                {item.target.name: self._sample(item, order) for item, order in orders.items()}
                for _ in range(self.pace.rounds)
            ]
            yield from summarise(workload.name, concurrency, rounds)

    def _warm_up(self, order: Order) -> None:
        # At full concurrency, so that every pooled connection has prepared the statements.
        changes = {"seconds": self.pace.warm_up, "concurrency": max(CONCURRENCIES)}
        self.load.send(Order(**{**asdict(order), **changes}))

    def _sample(self, item: Running, order: Order) -> Sample:
        app, postgres = item.cpu(), self._postgres_cpu()
        timing = self.load.send(order)
        app_ms = (item.cpu() - app) * 1_000 / timing.requests
        now = self._postgres_cpu()
        postgres_ms = None
        if postgres is not None and now is not None:
            postgres_ms = (now - postgres) * 1_000 / timing.requests
        return Sample(
            rps=timing.requests / timing.seconds,
            p50_ms=timing.p50_ms,
            p99_ms=timing.p99_ms,
            cpu_app_ms=app_ms,
            cpu_pg_ms=postgres_ms,
        )

    def _postgres_cpu(self) -> float | None:
        return tree_cpu(self.postgres) if self.postgres else None


def summarise(
    workload: str, concurrency: int, rounds: Sequence[Mapping[str, Sample]]
) -> Iterator[Row]:
    """Yield the medians of each target over the rounds of one workload and concurrency."""
    for target in rounds[0]:
        samples = [samples[target] for samples in rounds]
        postgres = [item.cpu_pg_ms for item in samples if item.cpu_pg_ms is not None]
        ratios = [each[target].rps / each[LIMIT].rps for each in rounds if LIMIT in each]
        yield Row(
            workload=workload,
            target=target,
            concurrency=concurrency,
            rps=round(median(item.rps for item in samples), 1),
            p50_ms=round(median(item.p50_ms for item in samples), 3),
            p99_ms=round(median(item.p99_ms for item in samples), 3),
            cpu_app_ms=round(median(item.cpu_app_ms for item in samples), 4),
            cpu_pg_ms=round(median(postgres), 4) if postgres else None,
            ratio_to_limit=round(median(ratios), 3) if ratios else None,
        )
