import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from registry_files import load

from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.errors import DeclarationError
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.cache import RegistryCache
from graphql_erp.registry.registry import Registry, fingerprint

THING = "model: Thing\nfields:\n  name: Char\n"


class Builder:
    """Counts what it builds."""

    def __init__(self) -> None:
        self.built = 0

    def __call__(self, modules: Sequence[ModuleDecl]) -> Registry:
        self.built += 1
        return build_registry(modules)


def test_equal_sets_of_modules_share_one_registry(tmp_path: Path) -> None:
    builder = Builder()
    cache = RegistryCache(builder)
    modules = load(tmp_path, {"a/models/thing.yaml": THING, "b/models/more.yaml": "model: More\n"})

    first = cache.get(modules)

    assert cache.get(tuple(reversed(load(tmp_path, {})))) is first
    assert builder.built == 1
    assert first.fingerprint == fingerprint(modules)


def test_a_changed_file_is_another_set(tmp_path: Path) -> None:
    cache = RegistryCache(build_registry)
    first = cache.get(load(tmp_path, {"a/models/thing.yaml": THING}))

    second = cache.get(load(tmp_path, {"a/models/thing.yaml": f"{THING}  code: Char\n"}))

    assert second.fingerprint != first.fingerprint
    assert "code" in second.model("Thing").fields


def test_the_set_unused_for_longest_is_forgotten(tmp_path: Path) -> None:
    builder = Builder()
    cache = RegistryCache(builder, capacity=2)
    sets = [load(tmp_path / name, {f"{name}/models/thing.yaml": THING}) for name in "abc"]

    for number in (0, 1, 0, 2, 0, 1):
        cache.get(sets[number])

    assert builder.built == 4


def test_threads_wait_for_one_building(tmp_path: Path) -> None:
    builder = Builder()
    cache = RegistryCache(builder)
    modules = load(tmp_path, {"a/models/thing.yaml": THING})
    found: list[Registry] = []
    threads = [threading.Thread(target=lambda: found.append(cache.get(modules))) for _ in range(8)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert builder.built == 1
    assert {id(item) for item in found} == {id(found[0])}
    assert len(found) == 8


def test_mistakes_are_told_every_time(tmp_path: Path) -> None:
    builder = Builder()
    cache = RegistryCache(builder)
    modules = load(tmp_path, {"a/models/thing.yaml": "model: Thing\nfields:\n  name: Chra\n"})

    for _ in range(2):
        with pytest.raises(DeclarationError):
            cache.get(modules)

    assert builder.built == 2
