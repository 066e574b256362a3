"""Who is measured: each target is one HTTP server process over the same database."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol, cast

from benchmarks.workloads import Variables

LIMIT = "limit"
ERP = "erp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """How to start a server and where it answers.

    Attributes:
        name: Its name in the result table.
        module: Run as `python -m <module> --port N`; its database and pool size come from the
            environment that `benchmarks.database` makes.
        path: Path of its endpoint, the same for all workloads when it has no `{workload}`.
    """

    name: str
    module: str
    path: str

    def url(self, port: int, workload: str) -> str:
        """Return where the requests of a workload go."""
        return f"http://127.0.0.1:{port}{self.path.format(workload=workload)}"

    def is_present(self) -> bool:
        """Tell whether its program exists."""
        return find_spec(self.module) is not None


TARGETS: Mapping[str, Target] = {
    target.name: target
    for target in (
        Target(name=LIMIT, module="benchmarks.limit", path="/{workload}"),
        Target(name="strawberry", module="benchmarks.strawberry_target", path="/graphql"),
        Target(name=ERP, module="benchmarks.erp_target", path="/graphql"),
    )
}


@dataclass(frozen=True, slots=True)
class Captured:
    """A statement as it was sent to PostgreSQL, with its bound values."""

    text: str
    arguments: tuple[Any, ...] = ()


class Engine(Protocol):
    """What `benchmarks.erp_target` offers beside its server.

    Both functions read the settings when they are called, not when the module is imported: the
    environment names the database only once the server is open.
    """

    def install(self) -> None:
        """Make the module `shop` and what it needs in the empty database of the environment."""

    def erp_sql(self, document: str, variables: Variables) -> list[Captured]:
        """Answer a document once and return the statements that reading it took."""


def engine() -> Engine | None:
    """Return the engine's side of the benchmark, None while it is not there."""
    if not TARGETS[ERP].is_present():
        return None
    return cast("Engine", import_module(TARGETS[ERP].module))
