"""A command that serves, as a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psutil

from graphql_erp.cli.choices import as_environment
from graphql_erp.config import REPOSITORY, Settings

STOP_SECONDS = 20
ANSWER_SECONDS = 60
"""The first request to several workers waits until one of them has read its modules."""


@dataclass
class Served:
    """A running server and where it answers."""

    process: subprocess.Popen[str]
    address: str
    output: list[str]
    token: str = ""
    """Access token sent with requests."""

    def sign_in(self, login: str, password: str) -> None:
        """Sign in for the requests that follow."""
        fields = {"grant_type": "password", "username": login, "password": password}
        body = urllib.parse.urlencode(fields).encode()
        request = urllib.request.Request(f"{self.address}/auth/token", body)  # noqa: S310 -- ours
        self.token = json.loads(fetch(request)[1])["access_token"]

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of the answer to GET."""
        headers = {"authorization": f"Bearer {self.token}"} if self.token else {}
        return fetch(urllib.request.Request(self.address + path, headers=headers))  # noqa: S310

    def ask(self, document: str, **variables: object) -> dict[str, Any]:
        """Return the answer to a GraphQL request."""
        body = json.dumps({"query": document, "variables": variables}).encode()
        headers = {"content-type": "application/json"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        address = f"{self.address}/graphql"
        request = urllib.request.Request(address, body, headers)  # noqa: S310 -- our own address
        answer: dict[str, Any] = json.loads(fetch(request)[1])
        return answer

    def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop the process by a signal; return its exit status and its log."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(number)
        _, log = self.process.communicate(timeout=STOP_SECONDS)
        left = psutil.wait_procs(family, timeout=STOP_SECONDS)[1]
        assert left == []
        return self.process.returncode, log


def fetch(request: urllib.request.Request) -> tuple[int, str]:
    """Return status and body, whatever the status."""
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@contextmanager
def serving(settings: Settings, *arguments: str) -> Iterator[Served]:
    """Run a command that serves, from the moment it prints its address."""
    with subprocess.Popen(  # noqa: S603 -- fixed arguments, no shell
        [sys.executable, "-m", "graphql_erp.cli.main", *arguments],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield _started(process)
        finally:
            if process.poll() is None:
                for child in psutil.Process(process.pid).children(recursive=True):
                    child.kill()
                process.kill()


def _started(process: subprocess.Popen[str]) -> Served:
    output: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        output.append(line.rstrip())
        if line.startswith("GraphiQL: open "):
            return Served(process, line.split()[2].removesuffix("/graphql"), output)
    raise AssertionError(process.stderr.read() if process.stderr else "")


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables of a process with these settings and no others of ours."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ERP_")}
    return others | {"PYTHONPATH": str(REPOSITORY), **as_environment(settings)}


def until(condition: Any, *, seconds: float = 20) -> None:
    """Wait for a condition that another process brings about."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)
