"""EngineShelf: one engine per set of modules and custom fields, shared by tenants."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from weakref import WeakValueDictionary

from graphql_erp.api.execution import Engine
from graphql_erp.api.schema import introspection_bytes
from graphql_erp.config import Settings
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.registry.registry import Registry

KEPT = 4
"""Engines kept although no tenant uses them."""

NO_SCHEMA = SchemaFiles.of(sdl=b"", introspection=b"{}", schema_hash="none")
"""The schema of a tenant that cannot be served."""


@dataclass(frozen=True, eq=False)
class Shelved:
    """An engine and its schema, which hold nothing of any one tenant."""

    engine: Engine
    files: SchemaFiles


class EngineShelf:
    """The engines of a process by the fingerprints of their registries.

    Registry, tables, GraphQL schema, documents and plans depend on declarations alone. An engine
    that any tenant holds is always found again; of the others the last few are kept.
    """

    def __init__(self, settings: Settings, *, kept: int = KEPT) -> None:
        self._settings = settings
        self._most = kept
        self._used: WeakValueDictionary[str, Shelved] = WeakValueDictionary()
        self._kept: OrderedDict[str, Shelved] = OrderedDict()
        self._building: dict[str, asyncio.Task[Shelved]] = {}
        self._turn = asyncio.Lock()

    async def get(self, registry: Registry) -> Shelved:
        """Return the engine of a registry, built in a thread when nobody holds it.

        Whoever asks for an engine that is being built waits for it; one is built at a time.

        Raises:
            DeclarationError: No schema can be made of the models.
        """
        key = registry.fingerprint
        found = self._used.get(key)
        if found is None:
            task = self._building.get(key)
            if task is None:
                task = asyncio.get_running_loop().create_task(self._build(registry))
                self._building[key] = task
                task.add_done_callback(lambda _done: self._building.pop(key, None))
            # Who stops waiting does not stop the others.
            found = await asyncio.shield(task)
        self._keep(key, found)
        return found

    def _keep(self, key: str, shelved: Shelved) -> None:
        self._used[key] = self._kept[key] = shelved
        self._kept.move_to_end(key)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def _build(self, registry: Registry) -> Shelved:
        async with self._turn:
            return await asyncio.to_thread(_built, registry, self._settings)


def _built(registry: Registry, settings: Settings) -> Shelved:
    engine = Engine(registry, settings)
    schema = engine.schema
    files = SchemaFiles.of(
        sdl=schema.sdl.encode(),
        introspection=introspection_bytes(schema),
        schema_hash=schema.hash,
    )
    return Shelved(engine, files)
