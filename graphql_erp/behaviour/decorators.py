"""mutation, query, check, onchange, records: what the author's Python is there for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal, TypeVar, overload

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
    ONCHANGE = "onchange"
    """Something a draft does when a field was changed in a form."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What a decorator says of a method."""

    kind: MethodKind
    load: tuple[str, ...] = ()
    """Dotted paths of relations the method reads."""
    groups: tuple[str, ...] = ()
    """Groups whose users may call it, beside those that are granted it; empty for all of them."""
    needs_key: bool = False
    """Whether a client must give an idempotency key."""
    background: bool = False
    """Whether a worker runs it; reserved."""
    name: str = ""
    """Name of the root field; empty: made of the model and the method."""
    is_secret: bool = False
    """Whether its arguments or its result hold secrets, so that nothing of a call is kept."""
    fields: tuple[str, ...] = ()
    """Fields that were changed when it is called."""


def mark_of(method: object) -> Mark | None:
    """Return what a decorator said of a method, None when it has none."""
    mark = getattr(method, _MARK, None)
    return mark if isinstance(mark, Mark) else None


@overload
def mutation(method: Method) -> Method: ...
@overload
def mutation(
    *,
    load: Sequence[str] = (),
    groups: Sequence[str] = (),
    idempotent: Literal["required"] | None = None,
    background: bool = False,
    secret: bool = False,
    name: str = "",
) -> Callable[[Method], Method]: ...
def mutation(
    method: Any = None,
    *,
    load: Sequence[str] = (),
    groups: Sequence[str] = (),
    idempotent: Literal["required"] | None = None,
    background: bool = False,
    secret: bool = False,
    name: str = "",
) -> Any:
    """Expose a method that writes as a GraphQL mutation.

    Args:
        method: The method, when the decorator is written without parentheses.
        load: Dotted paths of relations the method reads.
        groups: Groups whose users may call it.
        idempotent: `required` when a client must give an idempotency key.
        background: Reserved.
        secret: Whether arguments or result hold secrets: `@idempotent` is refused, for it keeps
            answers.
        name: Name of the field of Mutation, for a class method that takes `env`.
    """
    if idempotent not in {None, "required"}:
        raise TypeError('idempotent= is "required" or left out.')
    if secret and idempotent:
        raise TypeError("A method with secrets cannot keep its answers: leave out idempotent=.")
    mark = Mark(
        MethodKind.MUTATION,
        _names("load", load),
        _names("groups", groups),
        needs_key=idempotent == "required",
        background=background,
        is_secret=secret,
        name=name,
    )
    return _marker(mark, method)


@overload
def query(method: Method) -> Method: ...
@overload
def query(
    *, load: Sequence[str] = (), groups: Sequence[str] = (), name: str = ""
) -> Callable[[Method], Method]: ...
def query(
    method: Any = None, *, load: Sequence[str] = (), groups: Sequence[str] = (), name: str = ""
) -> Any:
    """Expose a method that only reads as a GraphQL field.

    Args:
        method: The method, when the decorator is written without parentheses.
        load: Dotted paths of relations the method reads.
        groups: Groups whose users may call it.
        name: Name of the field of Query, for a class method that takes `env`.
    """
    mark = Mark(MethodKind.QUERY, _names("load", load), _names("groups", groups), name=name)
    return _marker(mark, method)


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
    return _marker(Mark(MethodKind.CHECK, _names("load", load)), method)


def onchange(*fields: str, load: Sequence[str] = ()) -> Callable[[Method], Method]:
    """Call a method of a record that is drafted in a form when one of some fields was changed.

    It assigns fields, and tells the user something by `self.warn(...)`; nothing is written.

    Args:
        fields: Names of the fields.
        load: Dotted paths of relations the method reads.

    Example:
        @onchange("customer", load=["customer.terms"])
        def take_terms(self) -> None:
            self.terms = self.customer.terms if self.customer else None
    """
    if not fields or not all(isinstance(name, str) for name in fields):
        raise TypeError('Name the fields: @onchange("customer").')
    mark: Callable[[Method], Method] = _marker(
        Mark(MethodKind.ONCHANGE, _names("load", load), fields=fields), None
    )
    return mark


def _names(option: str, names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        what = "paths" if option == "load" else "names"
        raise TypeError(f'{option}= takes a list of {what}: {option}=["{names}"].')
    return tuple(names)


def _marker(mark: Mark, method: Any) -> Any:
    def put(target: Any) -> Any:
        # A class method is marked on its function, whichever decorator stands first.
        setattr(getattr(target, "__func__", target), _MARK, mark)
        return target

    return put if method is None else put(method)


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
