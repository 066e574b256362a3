"""What hostile requests cost: `python -m benchmarks.refusals`.

A tenant with demo records is served by one process. First each kind of hostile request is sent
some times alone, and the processor time of the process is divided by their number. Then honest
requests are timed, alone and while others send hostile ones as fast as they are answered. There
are no rate limits, for all of it comes from one address.
"""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping

import httpx2
import psutil

from benchmarks.hostile import kinds
from graphql_erp.cli.choices import as_environment
from graphql_erp.cli.first_passwords import SignIns, give_first_passwords
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import open_server

HONEST = json.dumps(
    {
        "query": "query Page { crmLeads(first: 20, orderBy: [{id: DESC}]) { totalCount nodes {"
        " id name expectedRevenue stage { name } salesperson { name } } } }"
    }
).encode()
HEADERS = {"content-type": "application/json", "accept": "application/graphql-response+json"}
AIM_CPU_MS = 100
AIM_RATIO = 3
_START_SECONDS = 60


def main() -> int:
    """Measure, print, and return the exit status: 0 when both aims are met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=20, help="requests of each kind")
    parser.add_argument("--seconds", type=float, default=5, help="time of honest traffic")
    parser.add_argument("--attackers", type=int, default=4, help="connections of the attack")
    chosen = parser.parse_args()
    settings = Settings().model_copy(
        update={
            "tenant": f"refusals_{secrets.token_hex(3)}",
            "port": 0,
            "log_level": "warning",
            "rate_limit_user": 0,
            "rate_limit_key": 0,
            "rate_limit_address": 0,
        }
    )
    with served(settings) as (address, pid, sign_in):
        return asyncio.run(_measure(address, psutil.Process(pid), sign_in, chosen))


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[tuple[str, int, SignIns]]:
    """Serve a new tenant; give its address, the process that answers, and who may sign in."""
    with open_server(settings) as server:
        name = settings.tenant
        made = create_tenant(server, settings, name, ["crm"], demo=True, progress=Silent())
        asyncio.run(made)
        sign_in = asyncio.run(give_first_passwords(server, settings, name))
        try:
            with _process(settings) as process:
                try:
                    yield _address(process), process.pid, sign_in
                finally:
                    process.terminate()
        finally:
            asyncio.run(drop_database(server, tenant_database(settings, name)))


def _process(settings: Settings) -> subprocess.Popen[str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith("ERP_")}
    return subprocess.Popen(
        [sys.executable, "-m", "graphql_erp.cli.main", "serve"],
        env=others | {"PYTHONPATH": str(REPOSITORY), **as_environment(settings)},
        stdout=subprocess.PIPE,
        text=True,
    )


def _address(process: subprocess.Popen[str]) -> str:
    deadline = time.monotonic() + _START_SECONDS
    for line in process.stdout or ():
        if line.startswith("GraphiQL: open "):
            return line.split()[2]
        if time.monotonic() > deadline:
            break
    raise SystemExit("The server did not start.")


async def _signed_in(address: str, sign_in: SignIns) -> dict[str, str]:
    """Return the headers of the administrator's requests, hostile ones too."""
    fields = {"grant_type": "password", "username": sign_in.login, "password": sign_in.password}
    async with httpx2.AsyncClient() as client:
        answer = await client.post(address.replace("/graphql", "/auth/token"), data=fields)
    return HEADERS | {"authorization": f"Bearer {answer.json()['access_token']}"}


async def _measure(
    address: str, process: psutil.Process, sign_in: SignIns, chosen: argparse.Namespace
) -> int:
    hostile = dict(kinds())
    headers = await _signed_in(address, sign_in)
    async with httpx2.AsyncClient(timeout=60, headers=headers) as client:
        for _ in range(50):
            await client.post(address, content=HONEST)
        costs = await _costs(client, address, process, hostile, chosen.repeats)
        alone = await _honest(client, address, chosen.seconds)
        stop = asyncio.Event()
        attack = [
            asyncio.create_task(_attack(address, headers, list(hostile.values()), number, stop))
            for number in range(chosen.attackers)
        ]
        during = await _honest(client, address, chosen.seconds)
        stop.set()
        sent = sum(await asyncio.gather(*attack))
    dearest = max(costs.values())
    ratio = _percentile(during, 0.99) / _percentile(alone, 0.99)
    print(f"\ndearest refusal: {dearest:.1f} ms of CPU (aim: {AIM_CPU_MS})")
    print(f"hostile requests during the attack: {sent} in {chosen.seconds:g} s")
    for name, times in (("alone", alone), ("during", during)):
        shown = ", ".join(f"p{part:g} {_percentile(times, part / 100):.1f}" for part in (50, 99))
        print(f"honest traffic {name}: {len(times)} requests, {shown} ms")
    print(f"p99 during the attack to p99 alone: {ratio:.1f} (aim: {AIM_RATIO})")
    return 0 if dearest <= AIM_CPU_MS and ratio <= AIM_RATIO else 1


async def _costs(
    client: httpx2.AsyncClient,
    address: str,
    process: psutil.Process,
    hostile: Mapping[str, bytes],
    repeats: int,
) -> dict[str, float]:
    costs = {}
    print(f"{'kind':32}{'bytes':>9}{'status':>8}{'code':>28}{'CPU ms':>9}")
    for name, body in hostile.items():
        response = await client.post(address, content=body)
        started = _cpu(process)
        for _ in range(repeats):
            response = await client.post(address, content=body)
        costs[name] = (_cpu(process) - started) * 1_000 / repeats
        code = _code(response)
        print(f"{name:32}{len(body):>9}{response.status_code:>8}{code:>28}{costs[name]:>9.1f}")
    return costs


def _code(response: httpx2.Response) -> str:
    errors = response.json().get("errors")
    return errors[0]["extensions"]["code"] if errors else "answered"


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


async def _honest(client: httpx2.AsyncClient, address: str, seconds: float) -> list[float]:
    times = []
    end = time.perf_counter() + seconds
    while (started := time.perf_counter()) < end:
        response = await client.post(address, content=HONEST)
        if response.status_code != httpx2.codes.OK or b'"errors"' in response.content:
            raise SystemExit(f"An honest request was refused: {response.text[:200]}")
        times.append((time.perf_counter() - started) * 1_000)
        await asyncio.sleep(0.005)
    return times


async def _attack(
    address: str, headers: dict[str, str], bodies: list[bytes], number: int, stop: asyncio.Event
) -> int:
    sent = 0
    async with httpx2.AsyncClient(timeout=60, headers=headers) as client:
        while not stop.is_set():
            await client.post(address, content=bodies[(number * 3 + sent) % len(bodies)])
            sent += 1
    return sent


def _percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


if __name__ == "__main__":
    sys.exit(main())
