from collections.abc import Mapping
from pathlib import Path

import pytest
from registry_files import Declare, load

from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry


@pytest.fixture
def declare(tmp_path: Path) -> Declare:
    """Give a function that builds a registry of files by path."""

    def build(files: Mapping[str, str]) -> Registry:
        return build_registry(load(tmp_path, files))

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
