"""Let schemathesis make requests of a served tenant: `python -m tests.fuzz.run [--seconds N]`.

What counts is that no request makes the server fail. The server's own log says what it answered;
the last line is `N passed, N failed`, the exit status 0 when nothing failed.
"""

import argparse
import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql_erp.cli.choices import as_environment
from graphql_erp.cli.first_passwords import SignIns, give_first_passwords
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import open_server

HERE = Path(__file__).resolve().parent
FIRST_SERVER_ERROR = 500
NO_LIMIT = {
    "rate_limit_user": 0,
    "rate_limit_key": 0,
    "rate_limit_address": 0,
    "access_token_seconds": 86_400,
}


def main() -> int:
    """Run the requests and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="time for making requests")
    seconds = parser.parse_args().seconds
    changes = {"tenant": f"fuzz_{secrets.token_hex(3)}", "port": 0, "log_level": "info"}
    settings = Settings().model_copy(update=changes | NO_LIMIT)
    with tempfile.TemporaryDirectory() as folder:
        log, schema = Path(folder) / "log", Path(folder) / "schema.graphql"
        with served(settings, log) as (address, sign_in):
            bearer = signed_in(address, sign_in)
            asked = urllib.request.Request(  # noqa: S310 -- our own address
                f"{address}/schema.graphql", headers={"authorization": bearer}
            )
            with urllib.request.urlopen(asked) as answer:  # noqa: S310 -- our own address
                schema.write_bytes(answer.read())
            attack(address, bearer, schema, seconds)
        return told(log)


@contextmanager
def served(settings: Settings, log: Path) -> Iterator[tuple[str, SignIns]]:
    """Serve a tenant with demo records; give the address of its endpoint, and who may sign in."""
    with open_server(settings) as server, log.open("w") as lines:
        name = settings.tenant
        asyncio.run(create_tenant(server, settings, name, ["crm"], demo=True, progress=Silent()))
        sign_in = asyncio.run(give_first_passwords(server, settings, name))
        others = {name: value for name, value in os.environ.items() if not name.startswith("ERP_")}
        try:
            with subprocess.Popen(
                [sys.executable, "-m", "graphql_erp.cli.main", "serve"],
                env=others | {"PYTHONPATH": str(REPOSITORY), **as_environment(settings)},
                stdout=subprocess.PIPE,
                stderr=lines,
                text=True,
            ) as process:
                try:
                    yield _address(process), sign_in
                finally:
                    process.terminate()
        finally:
            asyncio.run(drop_database(server, tenant_database(settings, name)))


def _address(process: subprocess.Popen[str]) -> str:
    for line in process.stdout or ():
        if line.startswith("GraphiQL: open "):
            return line.split()[2]
    raise SystemExit("The server did not start.")


def signed_in(address: str, sign_in: SignIns) -> str:
    """Return what the administrator sends as Authorization."""
    fields = {"grant_type": "password", "username": sign_in.login, "password": sign_in.password}
    place = address.replace("/graphql", "/auth/token")
    body = urllib.parse.urlencode(fields).encode()
    with urllib.request.urlopen(place, body) as answer:  # noqa: S310 -- our own address
        return f"Bearer {json.loads(answer.read())['access_token']}"


def attack(address: str, bearer: str, schema: Path, seconds: int) -> None:
    """Let schemathesis send requests, for a bounded time."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(schema), "--url", address),
        *("--checks", "not_a_server_error", "--phases", "fuzzing", "--max-time", str(seconds)),
        *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
        # What ends the session of the run would leave the rest of it with refusals.
        *("--exclude-name-regex", r"Mutation\.(user(Log|Change|Reset)|apiKey)"),
        *("--header", f"Authorization: {bearer}"),
        *("--request-timeout", "20", "--no-color"),
    ]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "tests.fuzz.hooks"}
    subprocess.run(command, env=environment, cwd=REPOSITORY, check=False)  # noqa: S603 -- fixed


def told(log: Path) -> int:
    """Print what the server answered, failures in full, and return the exit status."""
    lines = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    answers = [line for line in lines if line["event"] == "request" and line["path"] == "/graphql"]
    failed = [line for line in answers if line["status"] >= FIRST_SERVER_ERROR]
    errors = [line for line in lines if line["level"] == "error"]
    for line in (*failed, *errors):
        sys.stdout.write(json.dumps(line) + "\n")
    codes = sorted({line["code"] for line in answers if line["code"]})
    sys.stdout.write(f"codes seen: {', '.join(codes)}\n")
    sys.stdout.write(f"{len(answers) - len(failed)} passed, {len(failed)} failed\n")
    return 0 if answers and not failed and not errors else 1


if __name__ == "__main__":
    sys.exit(main())
