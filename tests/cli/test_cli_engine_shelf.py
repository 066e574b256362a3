import asyncio
import gc
import threading

import pytest

from graphql_erp.cli import engine_shelf
from graphql_erp.cli.engine_shelf import EngineShelf
from graphql_erp.config import Settings
from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.registry.registry import Registry
from graphql_erp.testing.declare import declare

pytestmark = pytest.mark.anyio


def registry_of(name: str) -> Registry:
    return declare(f"model: {name}\nfields: {{name: Char}}")


async def test_equal_models_share_an_engine_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []
    original = engine_shelf._built

    def counted(registry: Registry, settings: Settings) -> engine_shelf.Shelved:
        assert threading.current_thread() is not threading.main_thread()
        built.append(registry.fingerprint)
        return original(registry, settings)

    monkeypatch.setattr(engine_shelf, "_built", counted)
    shelf = EngineShelf(Settings())
    first, same, other = registry_of("Note"), registry_of("Note"), registry_of("Task")

    found = await asyncio.gather(*(shelf.get(item) for item in (first, same, other, first)))

    assert first is not same
    assert found[0] is found[1] is found[3] is not found[2]
    assert sorted(built) == sorted({first.fingerprint, other.fingerprint})


async def test_engine_in_use_is_found_again_and_others_make_room() -> None:
    shelf = EngineShelf(Settings(), kept=1)
    used = await shelf.get(registry_of("Note"))
    await shelf.get(registry_of("Task"))

    assert await shelf.get(registry_of("Note")) is used
    # The thread lets go of what it built last.
    await asyncio.to_thread(gc.collect)
    assert list(shelf._used) == [used.engine.registry.fingerprint]


async def test_who_stops_waiting_does_not_stop_the_others() -> None:
    shelf = EngineShelf(Settings())
    registry = registry_of("Note")
    first = asyncio.create_task(shelf.get(registry))
    second = asyncio.create_task(shelf.get(registry))
    await asyncio.sleep(0)
    first.cancel()

    assert (await second).engine.registry is registry
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_failure_is_told_to_all_and_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    original = engine_shelf._built

    def failing(_registry: Registry, _settings: Settings) -> engine_shelf.Shelved:
        raise DeclarationError([Problem("a.yaml", 1, 1, "unknown_model", "No.")])

    monkeypatch.setattr(engine_shelf, "_built", failing)
    shelf = EngineShelf(Settings())
    registry = registry_of("Note")
    results = await asyncio.gather(shelf.get(registry), shelf.get(registry), return_exceptions=True)
    assert [type(item) for item in results] == [DeclarationError, DeclarationError]

    monkeypatch.setattr(engine_shelf, "_built", original)

    assert (await shelf.get(registry)).engine.registry is registry
