"""Install the files of GraphiQL: `python -m graphql_erp.http.assets_install`."""

import gzip
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from graphql_erp.errors import SettingsError
from graphql_erp.http.assets import ASSETS, ASSETS_FOLDER, Asset, damaged_assets, is_genuine
from graphql_erp.http.npm import find_node_tools

PACKAGES_FILE = Path(__file__).parent / "package.json"

_DOWNLOAD_SECONDS = 300
_COMPRESSION_LEVEL = 9


def install_assets(
    folder: Path = ASSETS_FOLDER,
    *,
    npm: Sequence[str] | None = None,
    assets: Iterable[Asset] = ASSETS,
) -> tuple[Asset, ...]:
    """Bring a folder of assets up to date and return those that were installed.

    Only the packages themselves are fetched, not what they depend on: the files used are
    bundles. Files in place are checked by digest, so a second run changes nothing.

    Args:
        folder: Where the files go.
        npm: The npm command; None: the machine's or the wheel's.
        assets: The files that are wanted.

    Raises:
        SettingsError: npm is missing or fails, or a file is not the one we know.
    """
    wanted = damaged_assets(folder, assets)
    if not wanted:
        return ()
    command = find_node_tools().npm if npm is None else tuple(npm)
    packages = sorted({asset.package for asset in wanted})
    with tempfile.TemporaryDirectory() as download:
        archives = _download(command, packages, Path(download))
        contents = {asset: _extract(archives[asset.package], asset) for asset in wanted}
    folder.mkdir(parents=True, exist_ok=True)
    for asset, content in contents.items():
        _write(folder / asset.name, content)
        _write(folder / f"{asset.name}.gz", gzip.compress(content, _COMPRESSION_LEVEL, mtime=0))
    return wanted


def _download(npm: Sequence[str], packages: Iterable[str], folder: Path) -> dict[str, Path]:
    versions = json.loads(PACKAGES_FILE.read_text(encoding="utf-8"))["dependencies"]
    names = [f"{package}@{versions[package]}" for package in packages]
    command = [*npm, "pack", "--json", "--ignore-scripts", f"--pack-destination={folder}", *names]
    environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}{os.pathsep}{_path()}"}
    try:
        done = subprocess.run(  # noqa: S603 -- fixed arguments, no shell
            command,
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_DOWNLOAD_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise SettingsError(f"npm could not be run: {error}.") from error
    if done.returncode != 0:
        raise SettingsError(
            f"npm could not fetch {', '.join(names)}:\n{done.stderr.strip()}",
            hint="Check the network and the registry that npm is configured for.",
        )
    return {entry["name"]: folder / _file_name(entry) for entry in json.loads(done.stdout)}


def _path() -> str:
    return os.environ.get("PATH", os.defpath)


def _file_name(entry: dict[str, str]) -> str:
    # npm up to version 8 reports "@scope/name-1.0.tgz" for a file called "scope-name-1.0.tgz".
    return entry["filename"].removeprefix("@").replace("/", "-")


def _extract(archive: Path, asset: Asset) -> bytes:
    with tarfile.open(archive) as members:
        try:
            member = members.extractfile(f"package/{asset.member}")
        except KeyError:
            member = None
        content = member.read() if member is not None else b""
    if not is_genuine(asset, content):
        raise SettingsError(
            f"{asset.member} of the npm package {asset.package} is not the file expected.",
            hint="Its SHA-256 differs from the one in graphql_erp/http/assets.py.",
        )
    return content


def _write(path: Path, content: bytes) -> None:
    # Renamed into place, so that a running server never sees half a file.
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)
    Path(file.name).replace(path)


def main() -> int:
    """Install the assets, say what happened, and return the exit status."""
    try:
        installed = install_assets()
    except SettingsError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return 1
    names = ", ".join(asset.name for asset in installed)
    sys.stdout.write(f"GraphiQL: installed {names}.\n" if names else "GraphiQL: up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
