"""Audit a server with graphql-http: `python tests/conformance/run.py [URL]`.

Without a URL the endpoint is audited over the small schema of the HTTP tests. The last line is
`N passed, N failed`; the exit status is 0 when nothing failed.
"""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql_erp.errors import SettingsError
from graphql_erp.http.npm import NodeTools, find_node_tools

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
START_SECONDS = 20


def main(arguments: list[str]) -> int:
    """Install the audits, run them, and return the exit status."""
    try:
        tools = find_node_tools()
        install(tools)
    except SettingsError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 1
    if arguments:
        return audit(tools, arguments[0])
    with tiny_server() as url:
        return audit(tools, url)


def install(tools: NodeTools) -> None:
    """Bring node_modules to the versions of package.json; nothing to do the second time."""
    wanted: dict[str, str] = json.loads((HERE / "package.json").read_text())["dependencies"]
    if all(installed_version(name) == version for name, version in wanted.items()):
        return
    options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund")
    done = subprocess.run(  # noqa: S603 -- fixed arguments, no shell
        [*tools.npm, "install", *options],
        cwd=HERE,
        env=os.environ | {"PATH": f"{Path(tools.node[0]).parent}{os.pathsep}{os.defpath}"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SettingsError(
            f"npm could not install the audits:\n{done.stderr.strip()}",
            hint="Check the network and the registry that npm is configured for.",
        )


def installed_version(package: str) -> str:
    """Return the version in node_modules, empty when there is none."""
    path = HERE / "node_modules" / package / "package.json"
    return json.loads(path.read_text())["version"] if path.is_file() else ""


def audit(tools: NodeTools, url: str) -> int:
    """Run the audits against a URL."""
    command = [*tools.node, str(HERE / "audit.mjs"), url]
    return subprocess.run(command, check=False).returncode  # noqa: S603 -- fixed arguments


@contextmanager
def tiny_server() -> Iterator[str]:
    """Serve the small schema of the HTTP tests on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        command = [
            *(sys.executable, "-m", "uvicorn", "--factory", "tiny_service:create"),
            *("--app-dir", str(HERE.parent / "http"), "--fd", str(listener.fileno())),
            *("--log-level", "warning", "--ws", "none"),
        ]
        server = subprocess.Popen(  # noqa: S603 -- fixed arguments, no shell
            command, pass_fds=[listener.fileno()], env=os.environ | {"PYTHONPATH": str(REPOSITORY)}
        )
    try:
        wait_until_alive(f"http://127.0.0.1:{port}/health/live", server)
        yield f"http://127.0.0.1:{port}/graphql"
    finally:
        server.terminate()
        server.wait()


def wait_until_alive(url: str, server: subprocess.Popen[bytes]) -> None:
    """Wait for the first answer of a server that was just started."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 -- our own address
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("The server to audit did not start.")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
