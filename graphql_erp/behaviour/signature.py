"""Signature: what a marked method takes and gives, from its annotations and its docstring."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from graphql_erp import naming
from graphql_erp.behaviour.annotations import (
    NO_DEFAULT,
    ActionType,
    AnnotationError,
    AnnotationReader,
    DataType,
    ListType,
    Member,
    RecordType,
    Typed,
    fits,
)
from graphql_erp.behaviour.decorators import MethodKind
from graphql_erp.behaviour.docstring import argument_texts, first_line
from graphql_erp.behaviour.exposed import Exposed

_RECORDS = "records"
_ENVIRONMENT = "env"
_NAME_HINT = "Use lower-case letters and digits in words joined by single underscores."
_ROOT_HINT = 'Only class methods with `env` as first argument have one: `@query(name="me")`.'
_FIRST_HINT = (
    "A class method takes `records: list[Self]` to be called on several records, or"
    " `env: Environment` to be called on the model."
)


class MethodPlace(StrEnum):
    """What a method is called on."""

    RECORD = "record"
    """One record: a plain method."""
    RECORDS = "records"
    """Several records at once: a class method whose first argument is `records`."""
    MODEL = "model"
    """No record: a class method whose first argument is `env`."""


_TAKEN = {
    MethodPlace.RECORD: frozenset({"id", "version"}),
    MethodPlace.RECORDS: frozenset({"ids"}),
    MethodPlace.MODEL: frozenset[str](),
}
"""Arguments the schema has beside those of the method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What a method takes and gives."""

    place: MethodPlace
    arguments: tuple[Member, ...]
    result: Typed | None
    """None when it returns None."""
    description: str


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in a method's signature that no client could understand."""

    message: str
    """What is wrong, as the rest of a sentence about the subject."""
    hint: str = ""
    subject: str = ""
    """The argument or the result it is about, "" for the method itself."""
    unknown: str = ""
    """The name nobody declares, where that is the mistake."""

    def told(self, method: str) -> str:
        """Return the whole sentence about a method."""
        subject = f"{self.subject} of {method}" if self.subject else method
        return f"{subject} {self.message}."


def read_signature(exposed: Exposed, reader: AnnotationReader) -> Signature | list[Misfit]:
    """Return the signature of a method, or everything that is wrong with it."""
    misfits: list[Misfit] = []
    parameters = list(inspect.signature(exposed.function).parameters.values())
    place = _place(exposed, parameters, reader, misfits)
    arguments = tuple(_arguments(exposed, parameters, place, reader, misfits))
    result = _result(exposed, reader, misfits)
    if place is MethodPlace.MODEL and exposed.mark.load:
        misfits.append(Misfit("has paths to load, but no record", "Remove `load=`."))
    if exposed.mark.name and (
        place is not MethodPlace.MODEL or naming.GRAPHQL_NAME.fullmatch(exposed.mark.name) is None
    ):
        misfits.append(Misfit("has a name of its own that cannot be used", _ROOT_HINT))
    description = first_line(exposed.function)
    if not description:
        misfits.append(Misfit("has no docstring", "Its first line tells clients what it does."))
    if not naming.is_field_name(exposed.name):
        misfits.append(Misfit("has a name that is no GraphQL name", _NAME_HINT))
    if misfits or place is None:
        return misfits
    return Signature(place=place, arguments=arguments, result=result, description=description)


def _place(
    exposed: Exposed,
    parameters: list[inspect.Parameter],
    reader: AnnotationReader,
    misfits: list[Misfit],
) -> MethodPlace | None:
    if exposed.wrapper is staticmethod:
        misfits.append(Misfit("is a static method", _FIRST_HINT))
        return None
    if exposed.wrapper is None:
        return MethodPlace.RECORD
    first = parameters[1] if len(parameters) > 1 else None
    if first is not None and first.name == _ENVIRONMENT:
        return MethodPlace.MODEL
    if first is None or first.name != _RECORDS:
        misfits.append(
            Misfit("says neither `records` nor `env` as its first argument", _FIRST_HINT)
        )
        return None
    expected = ListType(nullable=False, item=RecordType(nullable=False, model=reader.model))
    what = f'argument "{_RECORDS}"'
    kind = _read(exposed, reader, first.annotation, what, misfits)
    if kind not in {None, expected}:
        misfits.append(Misfit("is not list[Self]", _FIRST_HINT, what))
    return MethodPlace.RECORDS


def _arguments(
    exposed: Exposed,
    parameters: list[inspect.Parameter],
    place: MethodPlace | None,
    reader: AnnotationReader,
    misfits: list[Misfit],
) -> Iterator[Member]:
    texts = argument_texts(exposed.function)
    given = 1 if place in {None, MethodPlace.RECORD} else 2
    taken = _TAKEN[place] if place else frozenset()
    for parameter in parameters[given:]:
        name = parameter.name
        what = f'argument "{name}"'
        if parameter.kind not in _BY_NAME:
            hint = "Name each argument; clients give arguments by name."
            misfits.append(Misfit("cannot be given by name", hint, what))
            continue
        if name in taken or name == "node_id":
            misfits.append(Misfit("has a name that is taken", "Choose another name.", what))
        if not naming.is_field_name(name):
            misfits.append(Misfit("has a name that is no GraphQL name", _NAME_HINT, what))
        kind = _read(exposed, reader, parameter.annotation, what, misfits)
        if kind is None:
            continue
        if any(isinstance(part, ActionType) for part in parts(kind)):
            misfits.append(Misfit("is an action; methods give actions, they take none", "", what))
        default = NO_DEFAULT if parameter.default is parameter.empty else parameter.default
        if default is not NO_DEFAULT and not fits(kind, default):
            hint = "Give a default of the annotated type, or add `| None`."
            misfits.append(Misfit(f"has the default {default!r}, not of its type", hint, what))
        text = texts.get(name, "")
        yield Member(name=name, type=kind, default=default, description=text)


_BY_NAME = {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}


def _result(exposed: Exposed, reader: AnnotationReader, misfits: list[Misfit]) -> Typed | None:
    annotation = exposed.function.__annotations__.get("return", inspect.Signature.empty)
    is_query = exposed.mark.kind is MethodKind.QUERY
    if annotation in {None, "None", type(None)}:
        if is_query:
            misfits.append(Misfit("is None", "A query returns something.", "the result"))
        return None
    kind = _read(exposed, reader, annotation, "the result", misfits)
    if kind is None:
        return None
    inner = [part for part in parts(kind) if isinstance(part, ActionType)]
    if inner and (is_query or inner != [kind]):
        hint = "An action is the whole result of a mutation."
        misfits.append(Misfit("holds an action where none can be", hint, "the result"))
    members = kind.members if isinstance(kind, DataType) and not is_query else ()
    if any(member.graphql_name == "errors" for member in members):
        misfits.append(Misfit('has a field "errors", as every payload', "Rename it.", "the result"))
    return kind


def _read(
    exposed: Exposed, reader: AnnotationReader, annotation: Any, what: str, misfits: list[Misfit]
) -> Typed | None:
    if annotation is inspect.Parameter.empty:
        misfits.append(Misfit("has no type", "Annotate it.", what))
        return None
    try:
        return reader.read(annotation, exposed.function.__globals__)
    except AnnotationError as error:
        misfits.append(Misfit(error.message, error.hint, what, error.unknown))
        return None


def parts(kind: Typed) -> Iterator[Typed]:
    """Give a type and all types inside it."""
    yield kind
    match kind:
        case ListType(item=item):
            yield from parts(item)
        case DataType(members=members):
            for member in members:
                yield from parts(member.type)
