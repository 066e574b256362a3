"""Logic: which methods of a behaviour class the engine calls by their names."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from graphql_erp.behaviour.decorators import MethodKind, mark_of
from graphql_erp.behaviour.model import Model

HOOKS = (
    "before_create",
    "after_create",
    "before_update",
    "after_update",
    "before_delete",
    "after_delete",
)
"""Methods called around a write."""
COMPUTE_PREFIX = "compute_"
"""In front of a field's name: the method that computes it from its inputs."""
_OVERRIDES = ("create_many", "update_many", "delete_many")


@dataclass(frozen=True, slots=True)
class Hook:
    """A method called around a write."""

    name: str
    is_batch: bool
    """A class method: called once with the list of records."""


@dataclass(frozen=True, slots=True)
class PythonCheck:
    """A method marked with `@check`."""

    name: str
    load: tuple[str, ...]
    """Dotted paths it reads beside own columns."""
    is_batch: bool


@dataclass(frozen=True, slots=True)
class OnChange:
    """A method marked with `@onchange`."""

    name: str
    fields: frozenset[str]
    load: tuple[str, ...]
    """Dotted paths it reads beside own columns."""


@dataclass(frozen=True, slots=True)
class Logic:
    """What a behaviour class does when records are written; empty for a model without one."""

    hooks: Mapping[str, Hook] = field(default_factory=dict)
    overrides: frozenset[str] = frozenset()
    """Those of create_many, update_many and delete_many the class has of its own."""
    checks: tuple[PythonCheck, ...] = ()
    onchange: tuple[OnChange, ...] = ()
    """In the order in which they are called."""
    defaults: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    """`default_<field>` by field: class methods of the environment."""
    inverses: Mapping[str, str] = field(default_factory=dict)
    """`inverse_<field>` by computed field."""

    def precedes(self, operation: str) -> bool:
        """Tell whether anything of the class sees or writes records before they are stored."""
        return (
            bool(self.inverses)
            or f"before_{operation}" in self.hooks
            or f"{operation}_many" in self.overrides
        )

    def handles(self, operation: str) -> bool:
        """Tell whether records must be made for an operation: create, update or delete."""
        return (
            f"before_{operation}" in self.hooks
            or f"after_{operation}" in self.hooks
            or f"{operation}_many" in self.overrides
        )


NO_LOGIC = Logic()


def logic_of(behaviour: type | None, fields: Mapping[str, Any]) -> Logic:
    """Return what a behaviour class does around writes.

    Args:
        behaviour: The finished class of a model, None when it has none.
        fields: The model's fields by name.
    """
    if behaviour is None:
        return NO_LOGIC
    hooks = {
        name: Hook(name, is_batch=_is_class_method(behaviour, name))
        for name in HOOKS
        if hasattr(behaviour, name)
    }
    checks = tuple(
        PythonCheck(name, mark.load, is_batch=_is_class_method(behaviour, name))
        for name in dir(behaviour)
        if (mark := mark_of(getattr(behaviour, name))) is not None and mark.kind is MethodKind.CHECK
    )
    return Logic(
        hooks=MappingProxyType(hooks),
        overrides=frozenset(
            name for name in _OVERRIDES if _function(behaviour, name) is not _function(Model, name)
        ),
        checks=checks,
        onchange=onchange_methods(behaviour),
        defaults=MappingProxyType(_named(behaviour, "default_", fields)),
        inverses=MappingProxyType(
            {name: f"inverse_{name}" for name in _named(behaviour, "inverse_", fields)}
        ),
    )


def onchange_methods(behaviour: type | None) -> tuple[OnChange, ...]:
    """Return the methods marked with `@onchange` as they were written, extended ones first.

    A method of an extension that calls `super()` need not be marked again; a mark of its own adds
    fields and paths.
    """
    fields: dict[str, dict[str, None]] = {}
    paths: dict[str, dict[str, None]] = {}
    for cls in reversed(inspect.getmro(behaviour or object)):
        for name, item in vars(cls).items():
            mark = mark_of(getattr(item, "__func__", item))
            if mark is not None and mark.kind is MethodKind.ONCHANGE:
                fields.setdefault(name, {}).update(dict.fromkeys(mark.fields))
                paths.setdefault(name, {}).update(dict.fromkeys(mark.load))
    return tuple(OnChange(name, frozenset(fields[name]), tuple(paths[name])) for name in fields)


def _named(behaviour: type, prefix: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    found = {name: getattr(behaviour, prefix + name, None) for name in fields}
    return {name: method for name, method in found.items() if callable(method)}


def _is_class_method(behaviour: type, name: str) -> bool:
    return isinstance(inspect.getattr_static(behaviour, name), classmethod)


def _function(owner: type, name: str) -> Any:
    static = inspect.getattr_static(owner, name)
    return getattr(static, "__func__", static)
