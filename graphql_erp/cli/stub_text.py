"""What a module knows of its models -> the text of a stub file."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql_erp.behaviour.load import PACKAGE
from graphql_erp.behaviour.names import FIELDS
from graphql_erp.fields.python_types import PYTHON_TYPES
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.system import SYSTEM_FIELDS

_HEAD = """\
# Made by `erp types`; change the declarations instead.
# mypy: ignore-errors
import builtins as _builtins
import datetime as _datetime
import decimal as _decimal
import typing as _typing

import graphql_erp as _erp
from graphql_erp.behaviour.protocols import RecordQuery as _RecordQuery
"""
"""Names start with `_`, so that no model and no field can hide them."""

_UNSEEN = """\
class {name}(_erp.Model):
    def __getattr__(self, name: str) -> _typing.Any: ..."""
"""A class of another place, with whatever methods it may have."""

_ENVIRONMENT = """\
_M = _typing.TypeVar("_M")

class Environment(_erp.Environment, _typing.Protocol):
{overloads}
    @_typing.overload
    def __getitem__(self, model: type[_M]) -> _RecordQuery[_M]: ...
    def elevated(self) -> Environment: ...
    def with_company(self, company: _typing.Any) -> Environment: ...
"""

_OVERLOAD = """\
    @_typing.overload
    def __getitem__(self, model: _typing.Literal["{name}"]) -> _RecordQuery[{name}]: ..."""

_MADE = """\
    @_builtins.property
    def {name}(self) -> {type}: ..."""
"""A field the engine makes: nobody assigns it."""


def stub_text(registry: Registry, module: str, root: Path) -> str:
    """Return a stub: the models of a module and of those it depends on, as the module sees them.

    Args:
        registry: The module and all it depends on, and nothing else.
        module: Identifier of the module.
        root: Folder from which type checkers count the names of Python files.
    """
    writer = _Writer(registry, module, root.resolve())
    return "\n".join(writer.lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Writer:
    registry: Registry
    module: str
    root: Path

    def lines(self) -> Iterator[str]:
        models = self.registry.models
        classes = {cls: None for name in models for cls in self._classes(models[name])}
        yield _HEAD
        yield from sorted(map(self._import, classes), reverse=True)
        overloads = "\n".join(_OVERLOAD.format(name=name) for name in models)
        yield "\n" + _ENVIRONMENT.format(overloads=overloads)
        for name in self._mixins():
            yield from self._mixin(name)
        for model in models.values():
            yield from self._model(model)

    # ---- classes ----------------------------------------------------------------------------

    def _model(self, model: ModelDef) -> Iterator[str]:
        classes = self._classes(model)
        is_own = any(self._is_own(cls, model.name) for cls in classes)
        bases = [self._alias(cls) for cls in classes if not self._is_own(cls, model.name)]
        name = model.name + FIELDS if is_own else model.name
        yield from self._class(name, bases, model.fields.values(), model.description)

    def _mixin(self, name: str) -> Iterator[str]:
        """Give the fields of an abstract model, taken from a model that mixes it in."""
        users = [model for model in self.registry.models.values() if name in model.mixins]
        declared = {
            field.name
            for module in self.registry.modules
            for decl in module.models
            if decl.name in {name, *self._below(name)}
            for field in decl.fields
        }
        names = declared | set(SYSTEM_FIELDS)
        fields = [field for field in users[0].fields.values() if field.name in names]
        classes = self._classes(users[0])
        bases = [self._alias(cls) for cls in classes if cls.__name__ in self._below(name)]
        yield from self._class(name + FIELDS, bases, fields, "")

    def _class(
        self, name: str, bases: list[str], fields: Iterable[FieldDef], description: str
    ) -> Iterator[str]:
        yield f"class {name}({', '.join(bases) or '_erp.Model'}):"
        if description:
            yield f"    {description!r}"
        yield _MADE.format(name="env", type="Environment")
        written = [field for field in fields if not keyword.iskeyword(field.name)]
        taken = frozenset(field.name for field in written)
        for field in written:
            is_made = field.is_system or field.is_computed or field.member_of
            form = _MADE if is_made else "    {name}: {type}"
            yield form.format(name=field.name, type=self._type(field, taken))
            if field.type.hint and not is_made:
                yield f"    {field.type.hint!r}"
        yield ""

    def _mixins(self) -> list[str]:
        """Return the abstract models that have a class in this module and are mixed in."""
        models = self.registry.models.values()
        used = {name for model in models for name in model.mixins}
        own = {
            cls.__name__: None
            for model in models
            for cls in self._classes(model)
            if cls.__name__ in used and self._is_own(cls, cls.__name__)
        }
        return list(own)

    def _below(self, mixin: str) -> frozenset[str]:
        """Return the abstract models an abstract model mixes in, and theirs."""
        direct = {
            str(below)
            for module in self.registry.modules
            for decl in module.models
            if decl.name == mixin
            for below in decl.mixins
        }
        return frozenset(direct.union(*map(self._below, direct)))

    def _classes(self, model: ModelDef) -> list[type]:
        """Return the authors' classes of a model and of its mixins, the first to be asked first."""
        names = {model.name, *model.mixins}
        return [
            cls
            for cls in (model.behaviour.__mro__ if model.behaviour else ())
            if cls.__name__ in names and cls.__module__.startswith(f"{PACKAGE}.")
        ]

    def _is_own(self, cls: type, name: str) -> bool:
        return cls.__name__ == name and _module_of(cls) == self.module

    def _import(self, cls: type) -> str:
        """Return how a class is imported, or what stands for it when it is not below the root."""
        _, module, *inside = cls.__module__.split(".")
        folder = next(
            item.folder for item in self.registry.modules if item.identifier == module
        ).resolve()
        if not folder.is_relative_to(self.root):
            return _UNSEEN.format(name=self._alias(cls))
        place = ".".join((*folder.relative_to(self.root).parts, *inside))
        return f"from {place} import {cls.__name__} as {self._alias(cls)}"

    def _alias(self, cls: type) -> str:
        """Return what a class is called in the stub: its name is the model's."""
        module = _module_of(cls)
        return cls.__name__ if module == self.module else f"_{module}_{cls.__name__}"

    # ---- fields -----------------------------------------------------------------------------

    def _type(self, field: FieldDef, taken: frozenset[str]) -> str:
        """Return the type of a field's loaded values; `taken` are names that hide builtins."""
        if field.is_to_many and field.relation:
            return f"{_name_of(list, taken)}[{field.relation.target}]"
        value = self._value(field, taken)
        is_nullable = not field.type.required and value != _name_of(Any, taken)
        return f"{value} | None" if is_nullable else value

    def _value(self, field: FieldDef, taken: frozenset[str]) -> str:
        if field.members:
            fields = self.registry.models[field.model].fields
            return " | ".join(self._value(fields[name], taken) for name in field.members)
        if field.relation:
            return field.relation.target
        choices = field.type.value_type().choices
        if choices:
            return f"_typing.Literal[{', '.join(map(repr, choices))}]"
        value = _name_of(PYTHON_TYPES[field.type.kind], taken)
        # What is read is sealed, what is assigned is a text.
        return f"{value} | {_name_of(str, taken)}" if field.type.is_secret else value


def _module_of(cls: type) -> str:
    return cls.__module__.split(".")[1]


def _name_of(python_type: Any, taken: frozenset[str]) -> str:
    name, place = python_type.__name__, python_type.__module__
    return name if place == "builtins" and name not in taken else f"_{place}.{name}"
