"""Load and check Northwind from nothing: a tenant of its own, a server, the client, and away again.

    python examples/northwind/run.py --data DIR

Exits with what `load.py` exits with; the tenant and the server are gone afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
EXAMPLES = FOLDER.parent
MODULES = EXAMPLES.parent / "modules"
TENANT = "northwind_check"
SECONDS_TO_START = 60


def erp(*arguments: str) -> list[str]:
    """Return the command line of `erp`, run by this Python."""
    return [sys.executable, "-m", "graphql_erp.cli.main", *arguments]


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def served(environment: dict[str, str], port: int) -> Iterator[str]:
    """Hold a server of the tenant and give its address."""
    command = erp("serve", "--tenant", TENANT, "--port", str(port))
    with subprocess.Popen(command, env=environment) as server:
        try:
            wait_until_ready(server, port)
            yield f"http://127.0.0.1:{port}/graphql"
        finally:
            server.terminate()


def wait_until_ready(server: subprocess.Popen[bytes], port: int) -> None:
    """Return when the server answers.

    Raises:
        SystemExit: It ended, or does not answer in time.
    """
    end = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise SystemExit("The server did not start.")


def access_token(url: str, shown: str) -> str:
    """Return a token of the administrator, whose password was shown when the tenant was made.

    Args:
        url: Of the server's GraphQL endpoint.
        shown: What the command printed.
    """
    found = re.search(r"Sign in as (\S+) with the password (\S+)", shown)
    if found is None:
        raise SystemExit("The command did not tell how to sign in.")
    fields = {"grant_type": "password", "username": found[1], "password": found[2]}
    address = url.removesuffix("/graphql") + "/auth/token"
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(address, body) as answer:  # noqa: S310 - our own server
        token: str = json.load(answer)["access_token"]
        return token


def main() -> int:
    """Run the example and return its exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True, help="folder of the CSV files")
    data = parser.parse_args().data
    paths = f"{MODULES}{os.pathsep}{EXAMPLES}"
    environment = {**os.environ, "ERP_MODULE_PATHS": paths, "PYTHONPATH": str(EXAMPLES.parent)}
    drop = erp("tenant", "drop", TENANT, "--yes")
    subprocess.run(drop, env=environment, check=False, capture_output=True)
    create = erp("tenant", "create", TENANT, "northwind")
    made = subprocess.run(create, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    try:
        with served(environment, free_port()) as url:
            environment["NORTHWIND_TOKEN"] = access_token(url, made.stdout)
            client = [sys.executable, str(FOLDER / "load.py"), "--data", data, "--url", url]
            return subprocess.run(client, env=environment, check=False).returncode
    finally:
        subprocess.run(drop, env=environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
