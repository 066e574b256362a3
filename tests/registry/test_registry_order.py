from pathlib import Path

from graphql_erp.declarations.nodes import ManifestDecl, ModuleDecl
from graphql_erp.declarations.text import Text
from graphql_erp.registry.order import reaches


def module(name: str, *needed: str) -> ModuleDecl:
    manifest = ManifestDecl(
        name=name, identifier=name, version="1.0", dependencies=tuple(map(Text, needed))
    )
    return ModuleDecl(manifest=manifest, folder=Path(name))


MODULES = [module("a"), module("b"), module("c", "a"), module("d", "c")]


def test_a_module_reaches_what_its_dependencies_reach() -> None:
    assert reaches(MODULES, set()) == {
        "a": {"a"},
        "b": {"b"},
        "c": {"a", "c"},
        "d": {"a", "c", "d"},
    }


def test_a_module_whose_dependencies_are_unclear_reaches_everything_and_so_do_its_users() -> None:
    assert reaches(MODULES, {"c"}) == {
        "a": {"a"},
        "b": {"b"},
        "c": {"a", "b", "c", "d"},
        "d": {"a", "b", "c", "d"},
    }
