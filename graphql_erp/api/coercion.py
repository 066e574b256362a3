"""Variables of mutations, coerced by one function per input type, made once.

The library walks the types anew for each value. Whatever is out of the ordinary is left to it: it
words the errors.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    Undefined,
)
from graphql.utilities.coerce_input_value import coerce_default_value

Coerce = Callable[[Any, int], Any]
"""Value and how deep it is nested -> coerced value; raises OutOfTheOrdinary."""
_DEEPEST = 50


class OutOfTheOrdinary(Exception):
    """A value the library must look at."""


@dataclass(slots=True)
class Coercers:
    """The functions for the input types of one schema."""

    _objects: dict[str, Coerce] = field(default_factory=dict)

    def of(self, kind: GraphQLInputType) -> Coerce:
        """Return the function that coerces values of a type."""
        if isinstance(kind, GraphQLNonNull):
            inner = kind.of_type
            if isinstance(inner, GraphQLScalarType | GraphQLEnumType):
                return _leaf(inner, is_required=True)
            return _required(self.of(inner))
        if isinstance(kind, GraphQLList):
            return _list(self.of(kind.of_type))
        if isinstance(kind, GraphQLInputObjectType):
            known = self._objects.get(kind.name)
            if known is None:
                known = self._objects[kind.name] = _Object(self, kind)
            return known
        return _leaf(kind, is_required=False)


class _Object:
    """Coerces values of an input object; its members are looked at when the first one comes."""

    def __init__(self, coercers: Coercers, kind: GraphQLInputObjectType) -> None:
        self._coercers = coercers
        self._kind = kind
        self._members: tuple[tuple[str, Coerce, Any, bool], ...] | None = None

    def __call__(self, value: Any, depth: int) -> Any:
        if value is None:
            return None
        if type(value) is not dict or depth > _DEEPEST:
            raise OutOfTheOrdinary
        coerced: dict[str, Any] = {}
        unread = len(value)
        for name, coerce, default, is_required in self._opened():
            if name in value:
                coerced[name] = coerce(value[name], depth + 1)
                unread -= 1
            elif is_required:
                raise OutOfTheOrdinary
            elif default is not Undefined:
                coerced[name] = default
        if unread or (self._kind.is_one_of and not _is_one(coerced)):
            raise OutOfTheOrdinary
        return coerced

    def _opened(self) -> tuple[tuple[str, Coerce, Any, bool], ...]:
        if self._members is None:
            members = []
            for name, member in self._kind.fields.items():
                default = coerce_default_value(member)
                is_required = default is Undefined and isinstance(member.type, GraphQLNonNull)
                members.append((name, self._coercers.of(member.type), default, is_required))
            self._members = tuple(members)
        return self._members


def _is_one(members: dict[str, Any]) -> bool:
    return len(members) == 1 and None not in members.values()


def _required(coerce: Coerce) -> Coerce:
    def read(value: Any, depth: int) -> Any:
        if value is None:
            raise OutOfTheOrdinary
        return coerce(value, depth)

    return read


def _list(coerce: Coerce) -> Coerce:
    def read(value: Any, depth: int) -> Any:
        if value is None:
            return None
        if type(value) is not list:
            raise OutOfTheOrdinary
        return [coerce(item, depth + 1) for item in value]

    return read


def _leaf(kind: GraphQLScalarType | GraphQLEnumType, *, is_required: bool) -> Coerce:
    read_leaf = kind.coerce_input_value

    def read(value: Any, _depth: int) -> Any:
        if value is None:
            if is_required:
                raise OutOfTheOrdinary
            return None
        try:
            coerced = read_leaf(value)
        except (GraphQLError, ValueError, TypeError) as error:
            raise OutOfTheOrdinary from error
        if coerced is Undefined:
            raise OutOfTheOrdinary
        return coerced

    return read
