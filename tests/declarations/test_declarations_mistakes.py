from collections.abc import Callable
from pathlib import Path

from graphql_erp.declarations.discover import read_modules
from graphql_erp.declarations.mistakes import Mistakes, words_of
from graphql_erp.declarations.source import Located

Write = Callable[[dict[str, str]], Path]

MANIFEST = 'name: {0}\nidentifier: {0}\nversion: "1.0"\ndependencies: [{1}]\n'


def manifest(name: str, needs: str = "") -> dict[str, str]:
    return {f"{name}/manifest.yaml": MANIFEST.format(name, needs)}


def test_words_are_those_of_keys_and_texts() -> None:
    value = {"a_b": ["Thing.name", 5, None], "c": {"d1": True}}

    assert words_of(value) == {"a_b", "Thing", "name", "c", "d1"}


def test_a_lost_name_is_found_in_a_path_and_in_graphql_spelling() -> None:
    mistakes = Mistakes()
    mistakes.lose(Located({"is_won": Located("Boolean")}))

    assert mistakes.is_lost("is_won")
    assert mistakes.is_lost("crm.is_won")
    assert not mistakes.is_lost("won")
    assert mistakes.mention_lost("stage__is_won")
    assert mistakes.mention_lost("stage.isWon")
    assert not mistakes.mention_lost("is_wonderful")


def test_every_name_is_lost_when_nothing_is_known_of_what_is() -> None:
    mistakes = Mistakes(anything=True)

    assert mistakes.is_lost("x")
    assert mistakes.mention_lost("x")


def test_a_copy_takes_more_without_changing_the_first() -> None:
    first = Mistakes()
    second = first.copy()
    second.lose("name")
    second.modules.add("crm")

    assert first == Mistakes()


def test_what_is_right_beside_a_mistake_is_read(write: Write) -> None:
    path = write(
        {
            **manifest("a"),
            "a/thing.yaml": "model: Thing\nlabel: 1\nfields: {name: Char, Code: Char, no: 5}\n",
        }
    )

    (module,), mistakes = read_modules([path], ["a"])

    (model,) = module.models
    assert (model.name, model.label) == ("Thing", "")
    assert [field.name for field in model.fields] == ["name"]
    assert [problem.line for problem in mistakes.problems] == [2, 3, 3]
    assert mistakes.names >= {"Code", "code", "no"}
    assert "name" not in mistakes.names


def test_a_file_that_is_no_yaml_loses_its_words_only(write: Write) -> None:
    path = write(
        {**manifest("a"), "a/one.yaml": "model: One\nfields: {", "a/two.yaml": "model: Two"}
    )

    (module,), mistakes = read_modules([path], ["a"])

    assert [model.name for model in module.models] == ["Two"]
    assert mistakes.names == {"model", "One", "fields"}
    assert not mistakes.anything


def test_a_module_with_a_wrong_manifest_needs_the_modules_it_mentions(write: Write) -> None:
    path = write({**manifest("a"), **manifest("b"), "c/manifest.yaml": "dependancies: [a]\n"})

    modules, mistakes = read_modules([path], ["c"])

    assert sorted(module.identifier for module in modules) == ["a", "c"]
    assert mistakes.modules == {"c"}


def test_of_an_unknown_dependency_nothing_is_known(write: Write) -> None:
    modules, mistakes = read_modules([write(manifest("a", "b"))], ["a"])

    assert [module.identifier for module in modules] == ["a"]
    assert mistakes.anything


def test_modules_that_need_each_other_reach_everything(write: Write) -> None:
    path = write({**manifest("a", "b"), **manifest("b", "a"), **manifest("c", "a")})

    modules, mistakes = read_modules([path], ["c"])

    assert [module.identifier for module in modules] == ["a", "b", "c"]
    assert mistakes.modules == {"a", "b", "c"}
