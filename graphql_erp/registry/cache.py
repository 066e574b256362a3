"""RegistryCache: one registry per set of modules, built once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence

from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.registry.registry import Registry, fingerprint


class RegistryCache:
    """The registries last used, shared by all threads of a process."""

    def __init__(
        self, build: Callable[[Sequence[ModuleDecl]], Registry], *, capacity: int = 4
    ) -> None:
        self._build = build
        self._capacity = capacity
        self._lock = threading.Lock()
        self._registries: OrderedDict[str, Registry] = OrderedDict()

    def get(self, modules: Sequence[ModuleDecl]) -> Registry:
        """Return the registry of a set of modules; whoever asks meanwhile waits for it.

        Raises:
            DeclarationError: The declarations have mistakes; nothing is kept then.
        """
        key = fingerprint(modules)
        with self._lock:
            if key not in self._registries:
                self._registries[key] = self._build(modules)
            self._registries.move_to_end(key)
            while len(self._registries) > self._capacity:
                self._registries.popitem(last=False)
            return self._registries[key]
