import os
import subprocess
import sys
from pathlib import Path

import pytest
from typed_command import typed

from graphql_erp.cli.new import default_folder
from graphql_erp.config import REPOSITORY

FILES = [
    "data/items.yaml",
    "demo/items.yaml",
    "manifest.yaml",
    "models/item.yaml",
    "security.yaml",
    "tests/test_book_club_items.py",
]


def test_new_module_is_complete_and_has_no_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("new", "book_club", "--path", str(tmp_path)) == 0
    written = sorted(
        path.relative_to(tmp_path / "book_club").as_posix()
        for path in tmp_path.rglob("*")
        if path.is_file()
    )
    capsys.readouterr()

    assert written == FILES
    assert typed("module", "check", "book_club", "--path", str(tmp_path)) == 0
    assert capsys.readouterr().out == "No mistakes: 2 modules, 15 models.\n"


def test_files_of_a_new_module_find_their_schemas(tmp_path: Path) -> None:
    typed("new", "book_club", "--path", str(tmp_path))

    for file in tmp_path.rglob("*.yaml"):
        first = file.read_text().splitlines()[0]
        schema = first.removeprefix("# yaml-language-server: $schema=")
        assert (file.parent / schema).resolve().parent == (
            REPOSITORY / "graphql_erp" / "declarations" / "schemas"
        )


def test_tests_of_a_new_module_pass(tmp_path: Path) -> None:
    typed("new", "book_club", "--path", str(tmp_path))

    done = subprocess.run(  # noqa: S603 -- fixed arguments, no shell
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1].startswith("2 passed")


@pytest.mark.parametrize("name", ["Library", "1st", "a-b", "_x"])
def test_name_that_is_no_identifier_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("new", "--path", str(tmp_path), "--", name) == 1

    assert capsys.readouterr().err == (
        f'"{name}" cannot be the identifier of a module.\n'
        "Start with a lower-case letter; lower-case letters, digits and _ follow.\n"
    )
    assert list(tmp_path.iterdir()) == []


def test_name_of_another_module_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("new", "core", "--path", str(tmp_path)) == 1

    assert capsys.readouterr().err == (
        'There is a module "core" already.\nChoose another identifier.\n'
    )
    assert list(tmp_path.iterdir()) == []


def test_folder_that_exists_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "library").mkdir()

    assert typed("new", "library", "--path", str(tmp_path)) == 1

    assert capsys.readouterr().err == (
        f"{tmp_path / 'library'} exists already.\nChoose another identifier.\n"
    )
    assert list((tmp_path / "library").iterdir()) == []


def test_module_goes_into_the_current_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)

    assert typed("new", "book_club") == 0

    assert sorted(path.name for path in tmp_path.iterdir()) == ["book_club"]
    assert (tmp_path / "book_club" / "manifest.yaml").is_file()
    shown = capsys.readouterr().out.splitlines()
    assert f"The module is in {tmp_path / 'book_club'}" in shown
    next_step = shown[shown.index("Next:") + 1]
    assert next_step.endswith(f":{tmp_path} erp module check book_club")


def test_module_of_the_repository_goes_beside_ours(tmp_path: Path) -> None:
    assert default_folder(REPOSITORY) == REPOSITORY / "modules"
    assert default_folder(REPOSITORY / "docs") == REPOSITORY / "docs"
    assert default_folder(tmp_path) == tmp_path
