"""mutation, query, check, records: what the author's Python is there for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar, overload

Method = TypeVar("Method", bound=Callable[..., Any])

_MARK = "__erp_method__"
_RECORDS = "__erp_records__"


Records = Callable[[], Iterable[tuple[str, Mapping[str, object]]]]
"""A function that gives records: the key of each in its module, and its values."""
RecordsT = TypeVar("RecordsT", bound=Records)


class MethodKind(StrEnum):
    """What a marked method becomes."""

    MUTATION = "mutation"
    """A field of the GraphQL type Mutation."""
    QUERY = "query"
    """A field of the model's GraphQL type, or of Query."""
    CHECK = "check"
    """A check in Python, made before a record is saved."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a decorator says of a method."""

    kind: MethodKind
    load: tuple[str, ...] = ()
    """Dotted paths of relations the method reads."""


def mark_of(method: object) -> Mark | None:
    """Return what a decorator said of a method, None when it has none."""
    mark = getattr(method, _MARK, None)
    return mark if isinstance(mark, Mark) else None


@overload
def mutation(method: Method) -> Method: ...
@overload
def mutation(*, load: Sequence[str] = ()) -> Callable[[Method], Method]: ...
def mutation(method: Any = None, *, load: Sequence[str] = ()) -> Any:
    """Expose a method that writes as a GraphQL mutation.

    Args:
        method: The method, when the decorator is written without parentheses.
        load: Dotted paths of relations the method reads.
    """
    return _marker(MethodKind.MUTATION, method, load)


@overload
def query(method: Method) -> Method: ...
@overload
def query(*, load: Sequence[str] = ()) -> Callable[[Method], Method]: ...
def query(method: Any = None, *, load: Sequence[str] = ()) -> Any:
    """Expose a method that only reads as a GraphQL field.

    Args:
        method: The method, when the decorator is written without parentheses.
        load: Dotted paths of relations the method reads.
    """
    return _marker(MethodKind.QUERY, method, load)


@overload
def check(method: Method) -> Method: ...
@overload
def check(*, load: Sequence[str] = ()) -> Callable[[Method], Method]: ...
def check(method: Any = None, *, load: Sequence[str] = ()) -> Any:
    """Call a method before a record is saved; it raises UserError when something is wrong.

    Args:
        method: The method, when the decorator is written without parentheses.
        load: Dotted paths of relations the method reads.
    """
    return _marker(MethodKind.CHECK, method, load)


def _marker(kind: MethodKind, method: Any, load: Sequence[str]) -> Any:
    if isinstance(load, str):
        raise TypeError('load= takes a list of paths: load=["stage"].')

    def mark(target: Any) -> Any:
        setattr(target, _MARK, Mark(kind, tuple(load)))
        return target

    return mark if method is None else mark(method)


def records(model: str) -> Callable[[RecordsT], RecordsT]:
    """Take records of a model from a function when the module is installed.

    For reference data that a library keeps; everything else is a `records:` section.

    Args:
        model: Name of the model.

    Example:
        @records("Country")
        def countries():
            yield "country_fr", {"code": "FR", "name": "France"}
    """

    def mark(function: RecordsT) -> RecordsT:
        setattr(function, _RECORDS, model)
        return function

    return mark


def records_model_of(function: object) -> str:
    """Return the model whose records a function gives, "" when it is none of that kind."""
    return str(getattr(function, _RECORDS, ""))
