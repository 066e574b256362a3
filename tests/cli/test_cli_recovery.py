import asyncio
import json
import os
import shutil
import signal
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from cli_sign_in import PASSWORD, give_password
from served_process import Served, fetch, serving

from graphql_erp.config import Settings
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.binaries import wheel_binaries
from graphql_erp.tenants.place import Place
from graphql_erp.tenants.server import open_server

READ = '{ languages(filter: {code: {eq: "en"}}) { totalCount } }'
WRITE = 'mutation { contactCreate(data: {name: "Kept"}) { errors { code } } }'
KEPT = '{ contacts(filter: {name: {eq: "Kept"}}) { totalCount } }'
RECOVERY_SECONDS = 15


@pytest.fixture(scope="module")
def settings(cli_settings: Settings) -> Iterator[Settings]:
    """Give the settings of a tenant on an embedded server of its own, for it is killed."""
    parent = Path(tempfile.mkdtemp(prefix="erp-"))
    parent.chmod(0o755)
    own = {"data_dir": parent / "data", "database_url": "", "tenant": "killed"}
    chosen = cli_settings.model_copy(update=own)
    with open_server(chosen) as server:
        asyncio.run(
            create_tenant(server, chosen, "killed", ["core"], demo=False, progress=Silent())
        )
        asyncio.run(give_password(server, chosen, "killed"))
    yield chosen
    # The data may be elsewhere, where another account reaches it.
    shutil.rmtree(place_of(chosen).cluster.resolve(), ignore_errors=True)
    shutil.rmtree(parent)


def place_of(settings: Settings) -> Place:
    return Place(settings.data_dir.resolve() / f"postgres-{wheel_binaries().major}")


def kill_postmaster(settings: Settings) -> int:
    pid = int(place_of(settings).pid_lines()[0])
    os.kill(pid, signal.SIGKILL)
    return pid


def post(served: Served, document: str) -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(  # noqa: S310 -- our own address
        f"{served.address}/graphql",
        json.dumps({"query": document}).encode(),
        {"content-type": "application/json", "authorization": f"Bearer {served.token}"},
    )
    status, body = fetch(request)
    return status, json.loads(body)


def codes_until_answered(served: Served, document: str) -> list[tuple[int, object]]:
    """Return status and code of each refusal before the first answer."""
    refusals: list[tuple[int, object]] = []
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        status, answer = post(served, document)
        if status == 200:
            assert "errors" not in answer
            return refusals
        (error,) = answer["errors"]
        refusals.append((status, error["extensions"]["code"]))
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("document", [READ, WRITE])
def test_killed_postmaster_is_brought_back_by_the_server(settings: Settings, document: str) -> None:
    with serving(settings, "serve") as served:
        served.sign_in("admin", PASSWORD)
        assert codes_until_answered(served, WRITE) == []
        before = post(served, KEPT)[1]
        killed = kill_postmaster(settings)

        refusals = codes_until_answered(served, document)

        assert set(refusals) == {(503, "TENANT_UNAVAILABLE")}
        assert int(place_of(settings).pid_lines()[0]) != killed
        more = int(document == WRITE)
        count = before["data"]["contacts"]["totalCount"]
        assert post(served, KEPT)[1] == {"data": {"contacts": {"totalCount": count + more}}}
        assert served.get("/health/ready") == (200, '{"status":"ready"}')
        postmaster = psutil.Process(int(place_of(settings).pid_lines()[0]))
        status, log = served.stop()

    assert status == 0
    # The lease of the lost server is given back, so that nobody keeps the new one up.
    assert not postmaster.is_running() or postmaster.status() == psutil.STATUS_ZOMBIE
    events = [json.loads(line)["event"] for line in log.splitlines() if line.startswith("{")]
    assert events.count("server_lost") == 1
    assert "graphql_request_failed" not in events


def test_workers_bring_it_back_together(settings: Settings) -> None:
    with serving(settings, "serve", "--workers", "2") as served:
        served.sign_in("admin", PASSWORD)
        codes_until_answered(served, READ)
        kill_postmaster(settings)

        for _ in range(2):
            refusals = codes_until_answered(served, READ)
            assert set(refusals) <= {(503, "TENANT_UNAVAILABLE")}

        assert served.stop()[0] == 0
