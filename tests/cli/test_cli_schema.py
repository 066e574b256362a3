import json
from pathlib import Path

import pytest
from typed_command import typed

from graphql_erp.api.schema import build_schema
from graphql_erp.config import settings
from graphql_erp.install.registries import registry_of


def test_sdl_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("schema", "graphql", "--modules", "core,crm", "--output", "-") == 0

    assert capsys.readouterr().out == build_schema(registry_of(settings(), ["crm"])).sdl


def test_sdl_is_written_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "schema.graphql"
    arguments = ("schema", "graphql", "--modules", "core", "--output", str(file))

    assert typed(*arguments) == 0
    assert capsys.readouterr().out == f"Wrote {file}.\n"
    assert typed(*arguments) == 0
    assert capsys.readouterr().out == "Up to date.\n"
    assert typed(*arguments, "--check") == 0


def test_stale_sdl_is_refused_and_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "schema.graphql"
    file.write_text("type Query")

    arguments = ("schema", "graphql", "--modules", "core", "--output", str(file), "--check")
    assert typed(*arguments) == 1

    assert capsys.readouterr().err == f"Not current: {file}.\nRun: erp schema graphql\n"
    assert file.read_text() == "type Query"


def test_json_schemas_are_written(tmp_path: Path) -> None:
    assert typed("schema", "yaml", "--output", str(tmp_path)) == 0

    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["manifest.json", "model.json", "records.json", "security.json"]
    assert "Monetary" in str(json.loads((tmp_path / "model.json").read_text()))


def test_json_schemas_of_editors_are_current() -> None:
    assert typed("schema", "yaml", "--check") == 0
