import re
from pathlib import Path

import pytest
from typed_command import typed

from graphql_erp.cli.demo import install_graphiql
from graphql_erp.cli.main import installed_version
from graphql_erp.http.assets import ASSETS
from graphql_erp.install.progress import Silent


def test_version_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("--version") == 0

    assert capsys.readouterr().out == f"erp {installed_version()}\n"
    assert re.fullmatch(r"\d+\.\d+\.\d+", installed_version())


def test_commands_are_listed_when_none_is_typed(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed() == 2

    shown = capsys.readouterr().out
    found = re.findall(r"^│ (\w+) ", shown, re.MULTILINE)
    assert found == [
        "demo",
        "serve",
        "explain",
        "types",
        "new",
        "tenant",
        "user",
        "module",
        "schema",
        "secrets",
        "documents",
    ]


def test_unknown_command_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("sevre") == 2

    assert "No such command 'sevre'" in capsys.readouterr().err


def test_graphiql_that_cannot_be_installed_is_told_and_done_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "assets"

    assert install_graphiql(Silent(), folder=folder, npm=[str(tmp_path / "npm")]) is False

    assert capsys.readouterr().err.startswith("npm could not be run: ")
    assert not folder.exists()


def test_installed_graphiql_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for asset in ASSETS:
        (tmp_path / asset.name).write_text("here")

    assert install_graphiql(Silent(), folder=tmp_path, npm=[str(tmp_path / "npm")]) is True

    assert {path.read_text() for path in tmp_path.iterdir()} == {"here"}
    assert capsys.readouterr().err == ""
