from pathlib import Path

import pytest
from typed_command import typed

MANIFEST = 'name: T\nidentifier: {name}\nversion: "1.0"\ndependencies: []\n'


def write_module(folder: Path, name: str, model: str) -> None:
    (folder / name).mkdir()
    (folder / name / "manifest.yaml").write_text(MANIFEST.format(name=name))
    (folder / name / "model.yaml").write_text(model)


def check(folder: Path, *names: str) -> int:
    return typed("module", "check", "--path", str(folder), *names)


def test_shipped_modules_have_no_mistakes(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("module", "check", "crm") == 0

    assert capsys.readouterr().out == "No mistakes: 2 modules, 18 models.\n"


def test_mistakes_of_all_modules_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_module(tmp_path, "one", "model: One\nfields: {to: {type: ManyToOne, to: Onee}}\n")
    write_module(tmp_path, "two", "model: Two\nfields: {name: Chaar}\n")

    assert check(tmp_path, "one", "two") == 1

    label = tmp_path.name
    assert capsys.readouterr().out == (
        f'{label}/one/model.yaml:2:36: field "to" of One points to unknown model "Onee".\n'
        f'  Did you mean "One"? (declared in {label}/one/model.yaml:1)\n'
        "  See docs/reference/errors.md#unknown_model\n"
        f'{label}/two/model.yaml:2:10: field "name" of Two has unknown type "Chaar".\n'
        '  Did you mean "Char"?\n'
        "  See docs/reference/errors.md#unknown_field_type\n"
        "2 mistakes.\n"
    )


def test_mistakes_in_reading_and_in_meaning_are_shown_in_one_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fields = "  to: {type: ManyToOne, to: Onee}\n  two: {type: ManyToOne, to: Two}\n"
    write_module(tmp_path, "one", f"model: One\nfields:\n{fields}")
    write_module(tmp_path, "two", "modell: Two\n")

    assert check(tmp_path) == 1

    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("  ")] == [
        f'{tmp_path.name}/one/model.yaml:3:29: field "to" of One points to unknown model "Onee".',
        f'{tmp_path.name}/two/model.yaml:1:1: unknown section "modell".',
        "2 mistakes.",
    ]


def test_names_that_clash_in_the_schema_are_mistakes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_module(tmp_path, "one", "model: Thing\nfields: {name: Char}\n")
    write_module(tmp_path, "two", "model: ThingConnection\nfields: {name: Char}\n")

    assert check(tmp_path, "one", "two") == 1

    assert "1 mistake." in capsys.readouterr().out.splitlines()


def test_unknown_module_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("module", "check", "crmm") == 1

    assert capsys.readouterr().out.splitlines()[:2] == [
        'modules:1:1: there is no module "crmm".',
        '  Did you mean "crm"?',
    ]


def test_modules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("module", "list") == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert rows[0] == ["module", "name", "version", "needs", "description"]
    assert [row[:3] for row in rows[1:]] == [["core", "Core", "1.0"], ["crm", "CRM", "1.0"]]
