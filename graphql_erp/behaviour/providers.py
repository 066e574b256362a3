"""Providers: one method, done by whom a field of the record names.

A module declares what there is to be done; others add how it is done for a key of their own. Nobody
asks "is it mine, else super()".

Example:
    class Shipment(Model):
        @dispatch(by="carrier")
        async def book(self) -> str:
            raise UserError("Nobody books {carrier}.", carrier=self.carrier)

    class Shipment(Model):  # in a module of its own, which adds the option "dhl"
        @provider("book", "dhl")
        async def book_dhl(self) -> str: ...
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])

_DISPATCH = "__erp_dispatch__"
_PROVIDER = "__erp_provider__"
_TABLE = "__erp_providers__"


@dataclass(frozen=True, slots=True)
class Provider:
    """A method that does something for one key."""

    method: str
    """Name of the method marked with `@dispatch`."""
    key: str
    function: Callable[..., Any]


def dispatch(*, by: str) -> Callable[[Method], Method]:
    """Let providers do what a method is for; the method itself does it for all other keys.

    Args:
        by: Own field whose value is the key, such as a Selection that modules extend.
    """

    def mark(method: Method) -> Method:
        @functools.wraps(method)
        def call(self: Any, *arguments: Any, **named: Any) -> Any:
            found = _providers_of(type(self)).get((method.__name__, getattr(self, by)))
            function = method if found is None else found.function
            return function(self, *arguments, **named)

        setattr(call, _DISPATCH, by)
        return cast("Method", call)

    return mark


def provider(method: str, key: str) -> Callable[[Method], Method]:
    """Do something for one key.

    Args:
        method: Name of the method marked with `@dispatch`.
        key: Value of its field.
    """

    def mark(function: Method) -> Method:
        setattr(function, _PROVIDER, (method, key))
        return function

    return mark


def dispatched_by(method: object) -> str:
    """Return the field a method is dispatched by, "" when it is not."""
    return str(getattr(method, _DISPATCH, ""))


def all_providers(behaviour: type) -> Iterator[Provider]:
    """Give the providers of a finished class; a method that was overridden is not among them."""
    for name in dir(behaviour):
        function = getattr(behaviour, name, None)
        mark = getattr(function, _PROVIDER, None)
        if mark is not None and callable(function):
            yield Provider(mark[0], mark[1], function)


def _providers_of(behaviour: type) -> Mapping[tuple[str, str], Provider]:
    """Return the providers of a finished class by method and key, found once per class."""
    table: Mapping[tuple[str, str], Provider] | None = vars(behaviour).get(_TABLE)
    if table is None:
        table = {(item.method, item.key): item for item in all_providers(behaviour)}
        setattr(behaviour, _TABLE, table)
    return table
