"""Names of modules -> their registry, built once per set and process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from graphql_erp.config import Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.cache import RegistryCache
from graphql_erp.registry.custom_fields import CustomField, with_custom_fields
from graphql_erp.registry.registry import Registry

_KEPT = 4


@lru_cache(maxsize=_KEPT)
def _cache_of(_paths: str) -> RegistryCache:
    """Return the registries of some folders: equal modules elsewhere have other migrations."""
    return RegistryCache(build_registry, capacity=_KEPT)


def module_folders(settings: Settings) -> list[Path]:
    """Return the folders that hold modules."""
    return [Path(path) for path in settings.module_paths.split(os.pathsep) if path]


def registry_of(
    settings: Settings, modules: Sequence[str], custom: Sequence[CustomField] = ()
) -> Registry:
    """Return the registry of modules and all they depend on, with custom fields of a tenant.

    Raises:
        DeclarationError: A module is not there, or declarations have mistakes.
    """
    loaded = load_modules(module_folders(settings), modules)
    return _cache_of(settings.module_paths).get(with_custom_fields(loaded, custom))
