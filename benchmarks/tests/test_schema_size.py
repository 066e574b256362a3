from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.schema_size import model_name, texts, write_module
from graphql_erp.naming import is_field_name, is_model_name, lower_first, plural


def declarations(count: int) -> dict[str, dict[str, Any]]:
    files = {path: yaml.safe_load(text) for path, text in texts(count).items()}
    return {data["model"]: data for data in files.values() if "model" in data}


def test_names_are_names_of_models_and_differ() -> None:
    names = [model_name(number) for number in range(1_000)]
    assert len(set(names)) == 1_000
    assert all(is_model_name(name) for name in names)


def test_plural_of_a_model_is_no_other_models_singular() -> None:
    names = [lower_first(model_name(number)) for number in range(100)]
    assert not set(names) & {plural(name) for name in names}


def test_every_relation_leads_to_a_model_of_the_module() -> None:
    models = declarations(100)
    assert len(models) == 100
    for model in models.values():
        for options in model["fields"].values():
            if "to" in options:
                assert options["to"] in models


def test_inverses_are_field_names_and_differ_per_target() -> None:
    inverses = [
        (options["to"], options["inverse"])
        for model in declarations(100).values()
        for options in model["fields"].values()
        if "inverse" in options
    ]
    assert len(inverses) == len(set(inverses)) == 2 * 99
    assert all(is_field_name(inverse) for _, inverse in inverses)


@pytest.mark.parametrize(("number", "fields"), [(0, 17), (1, 19), (99, 19)])
def test_model_has_scalars_and_relations(number: int, fields: int) -> None:
    assert len(declarations(100)[model_name(number)]["fields"]) == fields


def test_files_hold_no_aliases() -> None:
    assert not any("&id" in text or "*id" in text for text in texts(20).values())


def test_module_is_written_into_a_search_path(tmp_path: Path) -> None:
    root = write_module(tmp_path, 3)
    assert sorted(path.relative_to(tmp_path).as_posix() for path in root.rglob("*.yaml")) == [
        "sizes/manifest.yaml",
        "sizes/models/sizedaunit.yaml",
        "sizes/models/sizedbunit.yaml",
        "sizes/models/sizedcunit.yaml",
    ]
