from collections.abc import Mapping
from pathlib import Path

import pytest

from graphql_erp import Model, check, mutation, query
from graphql_erp.behaviour.decorators import Mark, MethodKind, mark_of
from graphql_erp.behaviour.load import ModulePython, load_python, stack
from graphql_erp.declarations.discover import load_modules
from graphql_erp.errors import Problem


def load(folder: Path, files: Mapping[str, str]) -> tuple[ModulePython, list[Problem]]:
    (folder / "shop" / "models").mkdir(parents=True, exist_ok=True)
    manifest = 'name: Shop\nidentifier: shop\nversion: "1.0"\n'
    (folder / "shop" / "manifest.yaml").write_text(manifest)
    for path, text in files.items():
        (folder / "shop" / path).write_text(text)
    problems: list[Problem] = []
    (module,) = load_modules([folder], ["shop"])
    return load_python(module, problems), problems


LEAD = """\
from graphql_erp import Model

from ..prices import twice


class Lead(Model):
    def price(self) -> int:
        return twice({number})
"""
PRICES = """\
from graphql_erp import Model


def twice(number: int) -> int:
    return 2 * number
"""


def test_files_of_a_module_import_one_another(tmp_path: Path) -> None:
    files = {"models/lead.py": LEAD.format(number=4), "prices.py": PRICES}

    python, problems = load(tmp_path, files)

    kind, place = python.classes["Lead"]
    assert problems == []
    assert list(python.classes) == ["Lead"]
    assert kind.__module__ == "erp_modules.shop.models.lead"
    assert kind().price() == 8
    assert str(place) == f"{tmp_path.name}/shop/models/lead.py:6"


def test_changed_files_are_imported_anew(tmp_path: Path) -> None:
    files = {"models/lead.py": LEAD.format(number=4), "prices.py": PRICES}
    first, _ = load(tmp_path, files)
    same, _ = load(tmp_path, files)

    changed, _ = load(tmp_path, {"models/lead.py": LEAD.format(number=5)})

    assert same.classes["Lead"][0] is first.classes["Lead"][0]
    assert [item.classes["Lead"][0]().price() for item in (first, changed)] == [8, 10]


def test_what_an_author_s_file_raises_is_a_problem_with_its_line(tmp_path: Path) -> None:
    python, problems = load(tmp_path, {"models/lead.py": "import json\n\njson.loads('{')\n"})

    assert python.classes == {}
    assert [(item.check, item.line) for item in problems] == [("import_failed", 3)]


def test_a_syntax_error_is_a_problem_with_its_line(tmp_path: Path) -> None:
    _, problems = load(tmp_path, {"models/lead.py": "\ndef broken(:\n"})

    assert [(item.check, item.line) for item in problems] == [("import_failed", 2)]


class Base(Model):
    def say(self) -> list[str]:
        return ["base"]

    def own(self) -> str:
        return "base"


class First(Model):
    def say(self) -> list[str]:
        return ["first", *super().say()]


class Second(Model):
    def say(self) -> list[str]:
        return ["second", *super().say()]


def test_classes_of_several_modules_are_stacked_last_first() -> None:
    stacked = stack([Base, First, Second])

    assert stacked is not None
    assert stacked().say() == ["second", "first", "base"]
    assert stacked().own() == "base"


def test_one_class_stays_itself_and_none_is_none() -> None:
    assert stack([Base]) is Base
    assert stack([]) is None


def test_decorators_mark_and_change_nothing_else() -> None:
    def bare() -> int:
        return 1

    @mutation(load=["stage"])
    def write() -> int:
        return 2

    marked = mutation(bare)

    assert marked is bare
    assert mark_of(bare) == Mark(MethodKind.MUTATION)
    assert mark_of(write) == Mark(MethodKind.MUTATION, ("stage",))
    assert mark_of(query(lambda: 1)) == Mark(MethodKind.QUERY)
    assert mark_of(check(lambda: 1)) == Mark(MethodKind.CHECK)
    assert mark_of(lambda: 1) is None
    assert write() == 2


def test_load_takes_a_list() -> None:
    with pytest.raises(TypeError, match=r"^load= takes a list of paths"):
        mutation(load="stage")
