from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from graphql_erp.declarations.discover import available_modules, load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry

Declare = Callable[[Mapping[str, str]], Registry]

USER = "model: User\nfields:\n  name: {type: Char, required: true}\n"


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Build a registry of files by path; a manifest is written where none is given."""

    def build(files: Mapping[str, str]) -> Registry:
        for path, text in files.items():
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text(text)
        for folder in tmp_path.iterdir():
            manifest = f'name: Module\nidentifier: {folder.name}\nversion: "1.0"\n'
            if not (folder / "manifest.yaml").exists():
                (folder / "manifest.yaml").write_text(manifest)
        return build_registry(load_modules([tmp_path], sorted(available_modules([tmp_path]))))

    return build


@pytest.fixture
def two_modules() -> dict[str, str]:
    """Give a module with a model and one that extends it."""
    return {
        "base/models/thing.yaml": """\
model: Thing
label: A thing
fields:
  name: {type: Char, required: true}
  code: {type: Char, max_length: 8}
  state: {type: Selection, options: [draft, done], default: draft}
""",
        "more/manifest.yaml": (
            'name: More\nidentifier: more\nversion: "2.0"\ndependencies: [base]\n'
        ),
        "more/models/thing.yaml": """\
extend: Thing
label: Some thing
order_by: [-weight]
fields:
  weight: Integer
  code: {label: Short name, hint: At most eight., required: true, index: true, default: none}
  state: {options: {lost: Given up}, default: lost}
checks:
  light:
    where: Q(weight__lt=100)
    message: Too heavy.
""",
    }
