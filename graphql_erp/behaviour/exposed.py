"""The marked methods of a finished behaviour class."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql_erp.behaviour.decorators import Mark, MethodKind, mark_of


@dataclass(frozen=True, slots=True)
class Exposed:
    """A method marked with `@mutation` or `@query`, as the finished class has it."""

    name: str
    mark: Mark
    """Of the first marked method Python finds, with the paths of all of them."""
    function: Callable[..., Any]
    """The function with that mark: its signature and its docstring are the method's."""
    wrapper: type | None
    """classmethod, staticmethod, or None for a plain method."""


def exposed_methods(behaviour: type | None) -> Mapping[str, Exposed]:
    """Return the methods that become schema, by name.

    A method of an extension that calls `super()` need not be marked again; a mark of its own takes
    the place of the one it extends.
    """
    names = [name for name in dir(behaviour) if not name.startswith("__")] if behaviour else []
    found = {name: _exposed(behaviour, name) for name in names}
    return {name: item for name, item in found.items() if item is not None}


def _exposed(behaviour: type | None, name: str) -> Exposed | None:
    own = [cls.__dict__[name] for cls in inspect.getmro(behaviour or object) if name in vars(cls)]
    marked = [
        (mark, item)
        for item in own
        if (mark := mark_of(getattr(item, "__func__", item))) is not None
        and mark.kind in {MethodKind.MUTATION, MethodKind.QUERY}
    ]
    if not marked:
        return None
    mark, item = marked[0]
    paths = dict.fromkeys(path for other, _ in marked for path in other.load)
    wrapper = type(item) if isinstance(item, classmethod | staticmethod) else None
    function = getattr(item, "__func__", item)
    return Exposed(name, replace(mark, load=tuple(paths)), function, wrapper)
