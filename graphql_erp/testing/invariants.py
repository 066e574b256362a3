"""Invariants: what must hold for every module, ours and an author's.

Much is refused already when the declarations are loaded and the registry is built: targets of
relations, names in expressions, records' references. These are the rules beyond that.
"""

from __future__ import annotations

import inspect
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from graphql import validate_schema

from graphql_erp.api.schema import build_schema
from graphql_erp.behaviour.decorators import mark_of
from graphql_erp.declarations.discover import load_modules
from graphql_erp.declarations.module import MANIFEST
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import build_tables

_YAML = {".yaml", ".yml"}
_NOT_DECLARATIONS = {"i18n", "tests", "migrations"}
_ENGINE_PREFIX = "erp_"
_POSTGRES_NAME_BYTES = 63
_INDEXED = ("pk_", "uq_")
"""What the names of constraints begin with that have an index of the same name."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedModule:
    """A module, and the registry of it with nothing but what it says it depends on."""

    decl: ModuleDecl
    registry: Registry

    @property
    def models(self) -> list[ModelDef]:
        """The models this module declares."""
        name = self.decl.identifier
        return [model for model in self.registry.models.values() if model.module == name]


Invariant = Callable[[CheckedModule], Iterator[str]]
"""Gives a sentence for each violation."""


@lru_cache(maxsize=32)
def checked_module(folder: Path, others: Sequence[Path] = ()) -> CheckedModule:
    """Return the module in a folder.

    Args:
        folder: The folder that holds its manifest.
        others: Folders that hold the modules it depends on, beside the one it is in.

    Raises:
        DeclarationError: The module has mistakes, or uses what is in no module it depends on.
    """
    modules = load_modules(list(dict.fromkeys([folder.parent, *others])), [folder.name])
    return CheckedModule(modules[-1], build_registry(modules))


def violations(folder: Path, *others: Path) -> list[str]:
    """Return everything that does not hold for the module in a folder.

    Example:
        def test_module_keeps_the_invariants() -> None:
            assert violations(Path(__file__).parent.parent) == []
    """
    module = checked_module(folder, others)
    return [
        f"{name}: {found}" for name, invariant in INVARIANTS.items() for found in invariant(module)
    ]


def _manifest(module: CheckedModule) -> Iterator[str]:
    manifest = module.decl.manifest
    if manifest.identifier != module.decl.folder.name:
        yield f"the folder is {module.decl.folder.name}, the identifier {manifest.identifier}"
    for name in ("description", "category"):
        if not getattr(manifest, name):
            yield f"`{name}` is missing"


def _read(module: CheckedModule) -> Iterator[str]:
    """Every YAML file declares something; a file nobody reads is a mistake nobody sees."""
    decl, folder = module.decl, module.decl.folder
    sections = (decl.models, decl.records, decl.groups, decl.access, decl.rules)
    read = {part.source.path for section in sections for part in section}
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.suffix not in _YAML or inside.parts[0] in _NOT_DECLARATIONS:
            continue
        known = any(name.endswith(f"/{folder.name}/{inside.as_posix()}") for name in read)
        if not known and inside.as_posix() != MANIFEST:
            yield f"{inside.as_posix()} declares nothing"


def _postgres_names(module: CheckedModule) -> Iterator[str]:
    metadata = build_tables(module.registry).metadata
    names: Counter[str] = Counter()
    for table in metadata.tables.values():
        keys = [str(item.name) for item in table.constraints if item.name]
        columns = [column.name for column in table.columns]
        indexes = [str(index.name) for index in table.indexes]
        unnamed = [item for item in table.constraints if not item.name]
        # PostgreSQL keeps tables, indexes and the indexes of keys in one room of names.
        own = [name for name in keys if name.startswith(_INDEXED)]
        names.update([table.name, *indexes, *own])
        for name in (table.name, *columns, *keys, *indexes):
            if len(name.encode()) > _POSTGRES_NAME_BYTES:
                yield f"{name} is longer than {_POSTGRES_NAME_BYTES} bytes"
        if unnamed:
            yield f"{table.name} has a constraint without a name"
        if table.name.startswith(_ENGINE_PREFIX):
            yield f"{table.name} begins like a table of the engine"
    for name, number in names.items():
        if number > 1:
            yield f"{name} is the name of {number} things"


def _granted(module: CheckedModule) -> Iterator[str]:
    readable = {grant.model for grant in module.registry.access if "read" in grant.allow}
    for model in module.models:
        if model.name not in readable:
            yield f"no group may read {model.name}"


def _groups(module: CheckedModule) -> Iterator[str]:
    granted = {grant.group for grant in module.registry.access}
    for group in module.registry.groups.values():
        if group.module != module.decl.identifier:
            continue
        if group.name not in granted and not group.implies:
            yield f"the group {group.name} grants nothing and implies no other"


def _schema(module: CheckedModule) -> Iterator[str]:
    schema = build_schema(module.registry)
    for error in validate_schema(schema.graphql):
        yield error.message


def _methods(module: CheckedModule) -> Iterator[str]:
    for model in module.models:
        for name, method in inspect.getmembers(model.behaviour, inspect.isfunction):
            if mark_of(method) is not None:
                yield from (f"{model.name}.{name} {lack}" for lack in _lacks(method))


def _lacks(method: Callable[..., Any]) -> Iterator[str]:
    signature = inspect.signature(method)
    if not (method.__doc__ or "").strip():
        yield "has no docstring"
    if signature.return_annotation is signature.empty:
        yield "says no return type"
    for parameter in list(signature.parameters.values())[1:]:
        if parameter.annotation is parameter.empty:
            yield f"says no type of {parameter.name}"


INVARIANTS: Mapping[str, Invariant] = MappingProxyType(
    {
        "manifest": _manifest,
        "every YAML file is read": _read,
        "names fit PostgreSQL": _postgres_names,
        "every model is granted": _granted,
        "every group is of use": _groups,
        "the schema is valid": _schema,
        "methods are described": _methods,
    }
)
"""By name."""
