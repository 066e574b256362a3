"""Whether the time of an answer tells hidden records from those that do not exist.

Prints the Kolmogorov-Smirnov statistic of both latencies and the probability of one as large if
they are of one distribution: through a socket, as a client sees it, and by the engine alone.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import math
import random
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx2
import orjson
import uvicorn
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from graphql_erp.api.call import Call
from graphql_erp.security.actor import Actor
from graphql_erp.security.declared import declared_grants
from graphql_erp.tenants.server import open_server
from graphql_erp.testing.client import Client
from graphql_erp.testing.database import shared_database
from graphql_erp.testing.declare import declare
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.server import settings_for_tests

MODELS = """
groups:
  clerk: {}
access:
  Party: {clerk: {allow: [read, update], where: Q(secret=False)}}
  Sale: {clerk: [read]}
---
model: Party
plural: parties
fields:
  name: {type: Char, required: true}
  note: Text
  secret: {type: Boolean, required: true, default: false}
---
model: Sale
fields:
  name: {type: Char, required: true}
  party: {type: ManyToOne, to: Party, inverse: sales}
"""
RECORDS = 30_000
WARM = 300
FILL = f"""
    INSERT INTO party (name, secret)
        SELECT 'p' || n, n % 3 = 0 FROM generate_series(1, {RECORDS}) AS n;
    -- A third of the ids is nobody's.
    DELETE FROM party WHERE id % 3 = 1;
    -- A third of the sales has a party that is hidden, a third has none.
    INSERT INTO sale (name, party_id)
        SELECT 's' || n, CASE n % 3 WHEN 1 THEN NULL ELSE n END
        FROM generate_series(1, {RECORDS}) AS n;
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One way to ask for a record that is hidden, or for none."""

    name: str
    document: str
    hidden: Callable[[random.Random], int]
    unknown: Callable[[random.Random], int]


def _of_third(remainder: int) -> Callable[[random.Random], int]:
    return lambda chance: 3 * chance.randrange(1, RECORDS // 3) + remainder


CASES = (
    Case(
        "party(by: {id})",
        "query($id: ID!) { party(by: {id: $id}) { id name note } }",
        _of_third(0),
        _of_third(1),
    ),
    Case(
        "partyUpdate",
        """mutation($id: ID!) { partyUpdate(id: $id, data: {note: "x"}) {
            record { id } errors { code } } }""",
        _of_third(0),
        _of_third(1),
    ),
    Case(
        "sale { party }",
        "query($id: ID!) { sale(by: {id: $id}) { party { id name } } }",
        _of_third(0),
        _of_third(1),
    ),
)


def kolmogorov_smirnov(first: Sequence[float], second: Sequence[float]) -> tuple[float, float]:
    """Return the statistic of two samples and its asymptotic p-value."""
    places = sorted([(value, 0) for value in first] + [(value, 1) for value in second])
    seen, distance = [0, 0], 0.0
    for number, (value, sample) in enumerate(places):
        seen[sample] += 1
        is_last = number + 1 == len(places) or places[number + 1][0] != value
        if is_last:
            distance = max(distance, abs(seen[0] / len(first) - seen[1] / len(second)))
    root = math.sqrt(len(first) * len(second) / (len(first) + len(second)))
    scaled = (root + 0.12 + 0.11 / root) * distance
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return distance, min(1.0, max(0.0, 2 * sum(terms))) if scaled > 0.2 else 1.0  # noqa: PLR2004


Ask = Callable[[str, str], Awaitable[object]]
"""Sends a document with an id and waits for the answer."""


async def measured(ask: Ask, case: Case, samples: int, seed: int) -> list[list[float]]:
    """Return the seconds of each answer about hidden and about unknown records."""
    chance = random.Random(seed)
    for draw in (case.hidden, case.unknown) * WARM:
        await ask(case.document, str(draw(chance)))
    order = [number % 2 for number in range(2 * samples)]
    chance.shuffle(order)
    found: list[list[float]] = [[], []]
    for kind in order:
        key = str((case.hidden, case.unknown)[kind](chance))
        started = time.perf_counter()
        await ask(case.document, key)
        found[kind].append(time.perf_counter() - started)
    return found


@asynccontextmanager
async def over_http(client: Client) -> AsyncIterator[Ask]:
    """Give what asks a server of this process through a socket."""

    async def answer(request: Request) -> Response:
        body = orjson.loads(await request.body())
        call = Call(body["query"], body["variables"])
        found = await client.engine.execute(call, client.environment)
        return Response(found.body, media_type="application/json")

    app = Starlette(routes=[Route("/", answer, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event for it
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}") as http:

        async def ask(document: str, key: str) -> object:
            return await http.post("/", json={"query": document, "variables": {"id": key}})

        yield ask
    server.should_exit = True
    await serving


async def run(models: DeclaredModels, samples: int, seed: int) -> list[tuple[str, ...]]:
    """Return the rows of the report."""
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute(FILL)
    grants = declared_grants(models.engine.registry)
    groups = grants.closed(["clerk"])
    client = await models.client(Actor(groups=groups))
    environment = replace(client.environment, permission=grants.permission(groups))
    client = replace(client, environment=environment)

    async def engine(document: str, key: str) -> object:
        return await client(document, id=key)

    gc.collect()
    gc.freeze()
    rows = []
    async with over_http(client) as http:
        for case in CASES:
            for way, ask in (("HTTP", http), ("engine", engine)):
                hidden, unknown = await measured(ask, case, samples, seed)
                distance, probability = kolmogorov_smirnov(hidden, unknown)
                medians = (f"{statistics.median(part) * 1e6:.0f}" for part in (hidden, unknown))
                figures = (f"{distance:.4f}", f"{probability:.3f}")
                rows.append((case.name, way, *medians, *figures))
    await models.close()
    return rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=2_000, help="of each")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    settings = settings_for_tests()
    table = Table("asked", "by", "hidden, us", "unknown, us", "KS statistic", "p-value")
    with open_server(settings) as server, shared_database(server, settings) as database:
        models = DeclaredModels(database)
        models.use(declare(MODELS, module="latency"))
        for row in asyncio.run(run(models, given.samples, given.seed)):
            table.add_row(*row)
    Console().print(table)


if __name__ == "__main__":
    main()
