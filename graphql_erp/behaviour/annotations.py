"""Annotations of Python -> types of arguments and results, as plain values."""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from graphql_erp import naming
from graphql_erp.behaviour.actions import ACTIONS, RecordId
from graphql_erp.behaviour.model import Model
from graphql_erp.declarations.docstrings import attribute_docs

NO_DEFAULT = object()
"""What stands for the default of an argument that must be given."""

SCALARS: Mapping[object, str] = types.MappingProxyType(
    {
        str: "String",
        int: "Int",
        float: "Float",
        bool: "Boolean",
        Decimal: "Decimal",
        date: "Date",
        datetime: "DateTime",
        time: "Time",
        bytes: "Binary",
        RecordId: "ID",
    }
)
"""GraphQL scalar by Python type."""

ALLOWED = (
    "Allowed are str, int, float, bool, Decimal, date, datetime, time, bytes, enums, models,"
    " frozen dataclasses, Upload, list[...] of these, and `| None`."
)
"""The sentence that helps when an annotation is none that can be used."""


class AnnotationError(Exception):
    """An annotation that means nothing to a client; says what it is, and what to do."""

    def __init__(self, message: str, hint: str = ALLOWED, unknown: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.unknown = unknown
        """The name nobody declares, where that is the mistake."""


@dataclass(frozen=True, slots=True)
class Typed:
    """Type of an argument, a member of a dataclass, or a result."""

    nullable: bool


@dataclass(frozen=True, slots=True)
class ScalarType(Typed):
    """A value on its own."""

    name: str
    """GraphQL scalar."""


@dataclass(frozen=True, slots=True)
class EnumType(Typed):
    """One of the members of a Python enum."""

    cls: type[Enum]

    @property
    def members(self) -> Mapping[str, Enum]:
        """The members by GraphQL name."""
        return {naming.constant(item.name): item for item in self.cls}


@dataclass(frozen=True, slots=True)
class RecordType(Typed):
    """A record of a model; its id as an argument."""

    model: str


@dataclass(frozen=True, slots=True)
class ListType(Typed):
    """Several values of one type."""

    item: Typed


@dataclass(frozen=True, slots=True)
class DataType(Typed):
    """A frozen dataclass: an input object as an argument, an object in a result."""

    cls: type
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class ActionType(Typed):
    """Something the client shall do next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An argument of a method, or a field of a dataclass."""

    name: str
    type: Typed
    default: Any = NO_DEFAULT
    description: str = ""

    @property
    def graphql_name(self) -> str:
        """Name clients write."""
        return naming.camel(self.name)

    @property
    def has_default(self) -> bool:
        """Whether it can be left out."""
        return self.default is not NO_DEFAULT


@dataclass(frozen=True, slots=True)
class AnnotationReader:
    """Reads the annotations of the methods of one model."""

    model: str
    """What `Self` means."""
    models: Mapping[str, type[Model]]
    """A class that stands for each model, so that models can be named in quotes."""

    def read(
        self, annotation: Any, scope: Mapping[str, Any], within: tuple[type, ...] = ()
    ) -> Typed:
        """Return the type an annotation means.

        Args:
            annotation: The annotation, in quotes or not.
            scope: The names its file knows.
            within: The dataclasses that lead to it.

        Raises:
            AnnotationError: It means nothing to a client.
        """
        return self._typed(self._resolve(annotation, scope), within)

    def _resolve(self, annotation: Any, scope: Mapping[str, Any]) -> Any:
        holder = types.SimpleNamespace(__annotations__={"it": annotation})
        unknown = {name: cls for name, cls in self.models.items() if name not in scope}
        try:
            return typing.get_type_hints(holder, dict(scope), unknown)["it"]
        except NameError as error:
            name = str(error.name)
            hint = naming.did_you_mean(name, self.models) or ALLOWED
            raise AnnotationError(f'names unknown "{name}"', hint, name) from None
        except (SyntaxError, TypeError) as error:
            raise AnnotationError(f"cannot be read: {error}") from None

    def _typed(self, annotation: Any, within: tuple[type, ...]) -> Typed:
        parts, nullable = _parts(annotation)
        if parts and all(part in ACTIONS for part in parts):
            return ActionType(nullable)
        if len(parts) != 1:
            raise AnnotationError(f"is {_shown(annotation)}")
        (part,) = parts
        if part in SCALARS:
            return ScalarType(nullable, SCALARS[part])
        if part is typing.Self:
            return RecordType(nullable, self.model)
        if typing.get_origin(part) is list:
            return ListType(nullable, self._typed(typing.get_args(part)[0], within))
        if not inspect.isclass(part):
            raise AnnotationError(f"is {_shown(annotation)}")
        return self._class(part, nullable, within)

    def _class(self, cls: type, nullable: bool, within: tuple[type, ...]) -> Typed:  # noqa: FBT001
        if issubclass(cls, Enum):
            return _enum(cls, nullable)
        if issubclass(cls, Model):
            if cls.__name__ not in self.models:
                hint = naming.did_you_mean(cls.__name__, self.models)
                message = f"is {cls.__name__}, which is no model"
                raise AnnotationError(message, hint or ALLOWED, cls.__name__)
            return RecordType(nullable, cls.__name__)
        if not dataclasses.is_dataclass(cls):
            raise AnnotationError(f"is {_shown(cls)}")
        return DataType(nullable, cls, tuple(self.members(cls, within)))

    def members(self, cls: type, within: tuple[type, ...] = ()) -> Iterator[Member]:
        """Give the fields of a frozen dataclass.

        Raises:
            AnnotationError: It cannot be used.
        """
        parameters: Any = cls
        if not parameters.__dataclass_params__.frozen:
            hint = "Write `@dataclass(frozen=True)`."
            raise AnnotationError(f"is the dataclass {cls.__name__}, which is not frozen", hint)
        if cls in within:
            raise AnnotationError(
                f"is the dataclass {cls.__name__}, which contains itself", "Use a list of items."
            )
        docs, scope = attribute_docs(cls), vars(sys.modules[cls.__module__])
        for item in dataclasses.fields(parameters):
            if not item.init:
                continue
            if not naming.is_field_name(item.name):
                hint = "Use lower-case letters and digits in words joined by single underscores."
                raise AnnotationError(f"has {cls.__name__}.{item.name}, no name of a field", hint)
            try:
                kind = self.read(item.type, scope, (*within, cls))
            except AnnotationError as error:
                where = f"{cls.__name__}.{item.name}, which {error.message}"
                raise AnnotationError(f"has {where}", error.hint, error.unknown) from None
            yield Member(
                name=item.name,
                type=kind,
                default=_default(item),
                description=docs.get(item.name, ""),
            )


def fits(kind: Typed, value: Any) -> bool:
    """Tell whether a default is a value of a type."""
    match kind:
        case _ if value is None:
            return kind.nullable
        case ScalarType(name=name):
            return SCALARS.get(type(value)) == name
        case EnumType(cls=cls) | DataType(cls=cls):
            return isinstance(value, cls)
        case ListType(item=item):
            return isinstance(value, list) and all(fits(item, part) for part in value)
        case _:
            return False


def _parts(annotation: Any) -> tuple[list[Any], bool]:
    """Return the members of a union, and whether None is one of them."""
    is_union = typing.get_origin(annotation) in {typing.Union, types.UnionType}
    parts = list(typing.get_args(annotation)) if is_union else [annotation]
    kept = [part for part in parts if part not in {None, type(None)}]
    return kept, len(kept) < len(parts)


def _enum(cls: type[Enum], nullable: bool) -> EnumType:  # noqa: FBT001
    found = EnumType(nullable, cls)
    if len(found.members) < len(cls) or not cls.__members__:
        raise AnnotationError(
            f"is the enum {cls.__name__}, whose members have one name in upper case",
            "Give members names that differ by more than case.",
        )
    return found


def _default(item: dataclasses.Field[Any]) -> Any:
    if item.default is not dataclasses.MISSING:
        return item.default
    if item.default_factory is not dataclasses.MISSING:
        return item.default_factory()
    return NO_DEFAULT


def _shown(annotation: Any) -> str:
    if inspect.isclass(annotation) and not typing.get_args(annotation):
        return annotation.__name__
    return str(annotation).replace("typing.", "")
