"""`python -m benchmarks.rules`: what access and rules add to the time of a read.

The same documents are answered in turn without any limit and for a user whom access and three
rules limit: one on own columns, the separation of companies, one through a to-one path.
"""

import argparse
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

import orjson
import uvloop
from rich.console import Console
from rich.table import Table

from benchmarks.database import bench_database, bench_settings
from benchmarks.report import RESULTS
from benchmarks.run import new_console
from benchmarks.tables import shop_registry
from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.expressions.tree import Condition, Literal, Lookup, Name, Or, Path
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.security.grants import Access, Grants, Group, Rule
from graphql_erp.security.permission import UNRESTRICTED, Permission
from graphql_erp.security.stored import bound_condition
from graphql_erp.tenants.pool import TenantPool

AIM = 1.3
GROUP = "seller"
OPERATIONS = frozenset({"read"})
COMPANIES = range(1, 191)
"""Of 200: nearly all, so that both read about the same records."""
ACCESS = {
    "BenchCompany": "",
    "BenchContact": "",
    "BenchProduct": "",
    "BenchOrder": "Q(total__gt=6)",
    "BenchLine": "Q(quantity__gt=0)",
}
RULES = {
    "own_columns": ("BenchOrder", 'Q(currency_code__in=["EUR", "GBP", "SEK"])'),
    "through_a_path": ("BenchOrder", "Q(contact__number__gt=10000)"),
}
_MEMBERS = """nodes {
      id number state orderedOn total
      contact { id name company { name } }
      lines(first: 10) { nodes { id position description quantity subtotal } }
    }"""
DOCUMENTS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "page of 50 with contact and lines": (
        "query Page($until: Date!) { benchOrders(first: 50, orderBy: [{orderedOn: DESC}],"
        " filter: {orderedOn: {lte: $until}}) { " + _MEMBERS + " } }",
        {"until": "2024-06-01"},
    ),
    "page of 50, filter and order by a path": (
        (
            "query Path { benchOrders(first: 50, filter: {state: {eq: DRAFT},"
            ' contact: {city: {eq: "Ghent"}}}, orderBy: [{contact: {name: ASC}}, {id: ASC}])'
            " { nodes { id number total contact { name } } } }"
        ),
        {},
    ),
    "page of 50 with total": (
        (
            "query Total($state: BenchOrderState!) { benchOrders(first: 50,"
            " filter: {state: {eq: $state}}) { totalCount nodes { id number total } } }"
        ),
        {"state": "SENT"},
    ),
    "count": ("query Count { benchOrders { count(mode: EXACT) { value } } }", {}),
    "aggregate": (
        (
            "query Sum($state: BenchOrderState!) { benchOrders(filter: {state: {eq: $state}})"
            " { aggregate { count sum { total } max { orderedOn } } } }"
        ),
        {"state": "DONE"},
    ),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One document's figures; times are medians in milliseconds."""

    title: str
    free: float
    limited: float
    ratio: float


def own_companies() -> Condition:
    """Return the condition of company separation, over the companies of the benchmark."""
    company = Path(("company",))
    without = Lookup(company, "isnull", Literal(value=True))
    return Or((without, Lookup(company, "in", Name("companies"))))


def permission_of(registry: Registry) -> Permission:
    """Return what the limited user may read."""
    access = tuple(
        Access(
            name=f"access to {model}",
            group=GROUP,
            model=model,
            allow=OPERATIONS,
            where=bound_condition(registry, model, text) if text else None,
        )
        for model, text in ACCESS.items()
    )
    rules = [
        Rule(name=name, model=model, where=bound_condition(registry, model, text))
        for name, (model, text) in RULES.items()
    ]
    rules.append(Rule(name="own_companies", model="BenchContact", where=own_companies()))
    groups = {GROUP: Group(name=GROUP)}
    grants = Grants(registry=registry, groups=groups, access=access, rules=tuple(rules))
    return grants.permission(frozenset({GROUP}))


async def timed(
    engine: Engine, environment: Environment, document: str, variables: Mapping[str, Any]
) -> float:
    """Return the milliseconds of one request.

    Raises:
        SystemExit: The answer tells of errors.
    """
    start = time.perf_counter()
    answer = await engine.execute(Call(document, variables), environment)
    spent = (time.perf_counter() - start) * 1_000
    if b'"errors":' in answer.body:
        sys.exit(answer.body[:500].decode())
    return spent


async def compared(
    engine: Engine, both: Sequence[Environment], given: argparse.Namespace
) -> list[Line]:
    """Return a line per document, both measured in turn."""
    lines = []
    for title, (document, variables) in DOCUMENTS.items():
        rounds: list[float] = []
        times: tuple[list[float], list[float]] = ([], [])
        for number in range(given.rounds + 1):
            of_round: tuple[list[float], list[float]] = ([], [])
            for _ in range(given.requests):
                for place, environment in enumerate(both):
                    of_round[place].append(await timed(engine, environment, document, variables))
            if number:  # PostgreSQL keeps its plans after the first.
                rounds.append(median(of_round[1]) / median(of_round[0]))
                times[0].extend(of_round[0])
                times[1].extend(of_round[1])
        lines.append(Line(title, median(times[0]), median(times[1]), median(rounds)))
    return lines


async def run(settings: Settings, dsn: str, given: argparse.Namespace) -> list[Line]:
    """Measure over one connection."""
    registry = shop_registry()
    engine = Engine(
        registry, settings.model_copy(update={"rate_limit_user": 0, "rate_limit_address": 0})
    )
    pool = await TenantPool.open(dsn, settings.model_copy(update={"pool_min": 1, "pool_max": 1}))
    try:
        actor = Actor(user=1, company=1, companies=tuple(COMPANIES), groups=frozenset({GROUP}))
        both = [
            Environment(pool=pool, actor=actor, permission=permission)
            for permission in (UNRESTRICTED, permission_of(registry))
        ]
        return await compared(engine, both, given)
    finally:
        await pool.close()


def show(console: Console, lines: Sequence[Line]) -> None:
    """Show the table."""
    table = Table("read", "free ms", "limited ms", "ratio", "aim", title="Access and rules")
    for line in lines:
        figures = (f"{line.free:.2f}", f"{line.limited:.2f}", f"{line.ratio:.2f}")
        table.add_row(line.title, *figures, f"{AIM:.2f}")
    console.print(table)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rules", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=30, help="of each in a round")
    given = parser.parse_args()
    console, settings = new_console(), bench_settings()
    with bench_database(settings, None, console) as database:
        lines = uvloop.run(run(settings, database.dsn, given))
    show(console, lines)
    RESULTS.mkdir(exist_ok=True)
    found = [{"title": item.title, "ratio": item.ratio} for item in lines]
    (RESULTS / "rules.json").write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2))


if __name__ == "__main__":
    main()
