"""A module's Python files -> its behaviour classes and sources of records."""

from __future__ import annotations

import importlib
import inspect
import sys
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from graphql_erp.behaviour.decorators import Records, records_model_of
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.names import ModelNames
from graphql_erp.declarations.nodes import BehaviourDecl, ModuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.errors import Problem

PACKAGE = "erp_modules"
"""Package under which the files of modules are imported, apart from everything else."""

_DIGEST = "__erp_digest__"


@dataclass(frozen=True, slots=True)
class RecordSource:
    """A function of a module that gives records at installation."""

    model: str
    module: str
    function: Records
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True)
class ModulePython:
    """What the Python files of a module hold."""

    classes: Mapping[str, tuple[type[Model], Source]]
    """Behaviour classes by model name, and where each stands."""
    records: tuple[RecordSource, ...] = ()


def load_python(module: ModuleDecl, problems: list[Problem]) -> ModulePython:
    """Return the behaviour classes and sources of records of a module.

    Args:
        module: The module; its files are imported anew when they changed.
        problems: Files that cannot be imported and models with two classes are added to it.
    """
    found: dict[str, tuple[type[Model], Source]] = {}
    records: list[RecordSource] = []
    if not module.behaviours:
        return ModulePython(found)
    _enter(module)
    for decl in module.behaviours:
        imported = _import(decl, module, problems)
        for value in _own(imported) if imported else ():
            place = Source(_shown(decl, module), inspect.getsourcelines(value)[1])
            if not inspect.isclass(value):
                model = records_model_of(value)
                if model:
                    records.append(RecordSource(model, module.identifier, value, place))
                continue
            if not issubclass(value, Model):
                continue
            if value.__name__ in found:
                other = found[value.__name__][1]
                message = f"{value.__name__} has a behaviour class already (declared in {other})."
                hint = "Write one class per model and module."
                problems.append(place.problem("duplicate_behaviour", message, hint))
            found.setdefault(value.__name__, (value, place))
    return ModulePython(found, tuple(records))


def stack(classes: list[type[Model]]) -> type[Model] | None:
    """Return one class whose methods come from the last of several first, None without any."""
    if not classes:
        return None
    if len(classes) == 1:
        return classes[0]
    return type(classes[-1].__name__, tuple(reversed(classes)), {"__doc__": classes[0].__doc__})


def _enter(module: ModuleDecl) -> None:
    """Make the package of a module, throwing away what was imported from other files."""
    name = f"{PACKAGE}.{module.identifier}"
    state = f"{module.folder}:{module.digest}"
    known = sys.modules.get(name)
    if known is not None and getattr(known, _DIGEST, None) == state:
        return
    for stale in [item for item in sys.modules if item == name or item.startswith(f"{name}.")]:
        del sys.modules[stale]
    _package(ModuleType(PACKAGE), [])
    setattr(_package(ModelNames(name), [str(module.folder)]), _DIGEST, state)
    importlib.invalidate_caches()


def _package(package: ModuleType, path: list[str]) -> ModuleType:
    """Return the package known by a name; the one given becomes it when there is none."""
    package.__path__ = path
    return sys.modules.setdefault(package.__name__, package)


def _import(decl: BehaviourDecl, module: ModuleDecl, problems: list[Problem]) -> ModuleType | None:
    parts = decl.path.relative_to(module.folder).with_suffix("").parts
    try:
        return importlib.import_module(".".join((PACKAGE, module.identifier, *parts)))
    except Exception as error:  # noqa: BLE001 - whatever an author's file raises is theirs to see
        line = _line(error, decl.path)
        message = f"this file cannot be imported: {type(error).__name__}: {error}"
        problems.append(Source(_shown(decl, module), line).problem("import_failed", message))
        return None


def _line(error: Exception, path: Path) -> int:
    if isinstance(error, SyntaxError) and error.lineno:
        return error.lineno
    frames = traceback.extract_tb(error.__traceback__)
    lines = [frame.lineno for frame in frames if Path(frame.filename) == path and frame.lineno]
    return lines[-1] if lines else 1


def _shown(decl: BehaviourDecl, module: ModuleDecl) -> str:
    """Return the path as messages show it: from the folder of the manifest's path on."""
    inside = decl.path.relative_to(module.folder)
    return str(Path(module.manifest.source.path).parent / inside)


def _own(imported: ModuleType) -> Iterator[Any]:
    """Give the classes and functions a file defines itself."""
    for value in vars(imported).values():
        is_callable = inspect.isclass(value) or inspect.isfunction(value)
        if is_callable and value.__module__ == imported.__name__:
            yield value
