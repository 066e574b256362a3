import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from graphql_erp import Environment, Model
from graphql_erp.behaviour.annotations import AnnotationError, AnnotationReader, RecordType
from graphql_erp.behaviour.load import load_python
from graphql_erp.behaviour.names import ModelNames
from graphql_erp.declarations.discover import load_modules
from graphql_erp.errors import Problem


class Stage(Model):
    pass


NAMES = ModelNames("erp_modules.shop")
READER = AnnotationReader("Order", {"Order": Model, "Stage": Stage})


def test_a_class_stands_for_any_model() -> None:
    assert (NAMES.Stage.__name__, NAMES.Stage.__module__) == ("Stage", "erp_modules.shop")
    assert READER.read(NAMES.Stage | None, {}) == RecordType(nullable=True, model="Stage")


def test_a_misspelt_model_is_told_where_it_is_used() -> None:
    with pytest.raises(AnnotationError, match="is Stag, which is no model") as caught:
        READER.read(NAMES.Stag, {})

    assert caught.value.hint == 'Did you mean "Stage"?'


def test_environment_and_bases_of_fields_are_those_there_are() -> None:
    assert NAMES.Environment is Environment
    assert NAMES.StageFields is Model


@pytest.mark.parametrize("name", ["stage", "models", "__file__", "_Stage"])
def test_other_names_are_not_there(name: str) -> None:
    with pytest.raises(
        AttributeError, match=f"module 'erp_modules.shop' has no attribute '{name}'"
    ):
        getattr(NAMES, name)


def test_files_import_models_from_the_package_of_their_module(tmp_path: Path) -> None:
    (tmp_path / "shop" / "models").mkdir(parents=True)
    manifest = 'name: Shop\nidentifier: shop\nversion: "1.0"\n'
    (tmp_path / "shop" / "manifest.yaml").write_text(manifest)
    (tmp_path / "shop" / "models" / "order.py").write_text(
        "from erp_modules.shop import OrderFields, Stage\n"
        "from erp_modules.shop.models import other\n\n\n"
        "class Order(OrderFields):\n"
        "    def at(self) -> Stage: ...\n"
    )
    (tmp_path / "shop" / "models" / "other.py").write_text("")
    problems: list[Problem] = []

    python = load_python(load_modules([tmp_path], ["shop"])[0], problems)

    (order, _) = python.classes["Order"]
    assert problems == []
    assert list(python.classes) == ["Order"]
    assert order.__bases__ == (Model,)
    assert get_type_hints(order.at)["return"].__name__ == "Stage"
    assert sys.modules["erp_modules.shop"].Stage.__module__ == "erp_modules.shop"
