"""Methods in the schema: their fields, arguments, payloads, enums and objects."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from graphql_erp import naming
from graphql_erp.api.method_values import ACTION_UNION, argument_shape, input_name, output_type
from graphql_erp.api.offer import Offer
from graphql_erp.api.roles import RootMeaning, RootRole, TypeMeaning, TypeRole
from graphql_erp.api.shapes import (
    ENGINE,
    ArgumentShape,
    FieldShape,
    MemberShape,
    Origin,
    TypeKind,
    TypeShape,
)
from graphql_erp.behaviour.actions import ACTIONS
from graphql_erp.behaviour.annotations import (
    ActionType,
    AnnotationReader,
    DataType,
    EnumType,
    ListType,
    RecordType,
    Typed,
)
from graphql_erp.behaviour.signature import MethodPlace, parts
from graphql_erp.declarations.docstrings import summary
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.model import ModelDef

_ERRORS = FieldShape("errors", "[UserError!]!")
_OBJECTS = {
    MethodPlace.RECORD: (ArgumentShape("id", "ID!"),),
    MethodPlace.RECORDS: (ArgumentShape("ids", "[ID!]!"),),
    MethodPlace.MODEL: (),
}
_VERSION = ArgumentShape("version", "Int")


class PayloadKind(StrEnum):
    """Which payload a mutation answers with."""

    RECORD = "record"
    """That of every mutation of one record of the model."""
    RECORDS = "records"
    """That of every bulk of the model."""
    OWN = "own"
    """One of its own."""


@dataclass(frozen=True, slots=True)
class PayloadMember:
    """A member of a payload of a method's own."""

    graphql_name: str
    type: Typed
    attribute: str
    """Attribute of the result that holds it, "" for the result itself."""
    description: str = ""


# ---- which methods there are ----------------------------------------------------------------


def shown_methods(offer: Offer) -> Iterator[MethodDef]:
    """Give the methods the schema shows: none that gives records of a model it does not show."""
    for model in offer.models.values():
        for method in model.methods.values():
            inner = parts(method.result) if method.result else ()
            models = {part.model for part in inner if isinstance(part, RecordType)}
            if models <= offer.models.keys():
                yield method


def method_roots(offer: Offer, *, mutations: bool) -> Iterator[tuple[FieldShape, RootMeaning]]:
    """Give the root fields that are methods, those of Mutation or those of Query."""
    for method in shown_methods(offer):
        if method.is_mutation is mutations and not method.is_field:
            meaning = RootMeaning(RootRole.METHOD, method.model, method.name)
            yield _field(method, (*_given(method), *map(argument_shape, method.arguments))), meaning


def record_methods(offer: Offer, model: ModelDef) -> Iterator[FieldShape]:
    """Give the fields of a model's type that are methods: queries on one record."""
    for method in shown_methods(offer):
        if method.model == model.name and method.is_field:
            yield _field(method, tuple(map(argument_shape, method.arguments)))


def _field(method: MethodDef, arguments: tuple[ArgumentShape, ...]) -> FieldShape:
    return FieldShape(
        method.graphql_name,
        f"{payload_name(method)}!" if method.is_mutation else output_type(_result(method)),
        arguments,
        description=method.description,
        origin=_origin(method),
    )


def _given(method: MethodDef) -> tuple[ArgumentShape, ...]:
    """Return the arguments that say what a method is called on."""
    has_version = method.is_mutation and method.where is MethodPlace.RECORD
    return (*_OBJECTS[method.where], *((_VERSION,) if has_version else ()))


def _result(method: MethodDef) -> Typed:
    if method.result is None:
        raise TypeError(f"{method.model}.{method.name} has no result.")
    return method.result


def _origin(method: MethodDef, part: str = "") -> Origin:
    words = f"method {method.name} of model {method.model}"
    return Origin(f"{part} of {words}" if part else words, method.source)


# ---- payloads -------------------------------------------------------------------------------


def payload_kind(method: MethodDef) -> PayloadKind:
    """Return which payload a mutation answers with."""
    is_batch = method.where is MethodPlace.RECORDS
    match method.result:
        case None if method.where is MethodPlace.RECORD:
            return PayloadKind.RECORD
        case None if is_batch:
            return PayloadKind.RECORDS
        case RecordType(model=model) if model == method.model:
            return PayloadKind.RECORD
        case ListType(item=RecordType(model=model)) if is_batch and model == method.model:
            return PayloadKind.RECORDS
        case _:
            return PayloadKind.OWN


def payload_name(method: MethodDef) -> str:
    """Return the name of the type of a mutation's payload."""
    match payload_kind(method):
        case PayloadKind.RECORD:
            return f"{method.model}Payload"
        case PayloadKind.RECORDS:
            return f"{method.model}BulkPayload"
        case _:
            return f"{method.model}{naming.pascal(method.name)}Payload"


def payload_members(method: MethodDef) -> tuple[PayloadMember, ...]:
    """Return the members of a payload of a method's own, the errors excepted."""
    match method.result:
        case None:
            return ()
        case ActionType():
            return (PayloadMember("action", method.result, ""),)
        case DataType(members=members):
            return tuple(
                PayloadMember(item.graphql_name, item.type, item.name, item.description)
                for item in members
            )
        case result:
            return (PayloadMember("result", result, ""),)


def _payload(method: MethodDef) -> TypeShape:
    fields = (
        FieldShape(
            member.graphql_name,
            _in_payload(member.type),
            description=member.description,
        )
        for member in payload_members(method)
    )
    return TypeShape(
        kind=TypeKind.OBJECT,
        name=payload_name(method),
        fields=(*fields, _ERRORS),
        meaning=TypeMeaning(TypeRole.METHOD_PAYLOAD, method.model),
        origin=_origin(method, "the Payload"),
    )


def _in_payload(kind: Typed) -> str:
    # There is no value when the method failed; a list is then empty.
    return output_type(kind) if isinstance(kind, ListType) else output_type(kind).removesuffix("!")


# ---- the types methods need -----------------------------------------------------------------


def method_types(offer: Offer) -> Iterator[TypeShape]:
    """Give the payloads, enums and dataclasses of all methods, each class once."""
    yield from action_types()
    seen: set[tuple[type, bool]] = set()
    for method in shown_methods(offer):
        if method.is_mutation and payload_kind(method) is PayloadKind.OWN:
            yield _payload(method)
        given = [part for item in method.arguments for part in parts(item.type)]
        yield from _classes(given, _origin(method), seen, is_input=True)
        # The members of a result that is a dataclass are members of the payload.
        inner = list(parts(method.result)) if method.result else []
        is_spread = method.is_mutation and isinstance(method.result, DataType)
        yield from _classes(inner[1:] if is_spread else inner, _origin(method), seen)


def action_types() -> Iterator[TypeShape]:
    """Give the union of what a method can tell the client to do, and its types."""
    names = tuple(action.__name__ for action in ACTIONS)
    yield TypeShape(
        kind=TypeKind.UNION,
        name=ACTION_UNION,
        types=names,
        description="What a client shall do after a method.",
    )
    seen: set[tuple[type, bool]] = set()
    for action in ACTIONS:
        yield from _classes(list(parts(action_type(action))), ENGINE, seen)


@cache
def action_type(action: type) -> DataType:
    """Return an action as the dataclass it is."""
    return DataType(nullable=False, cls=action, members=tuple(_READER.members(action)))


_READER = AnnotationReader("", {})


def _classes(
    kinds: list[Typed], origin: Origin, seen: set[tuple[type, bool]], *, is_input: bool = False
) -> Iterator[TypeShape]:
    for kind in kinds:
        if isinstance(kind, EnumType) and (kind.cls, False) not in seen:
            seen.add((kind.cls, False))
            yield _enum(kind, origin)
        if isinstance(kind, DataType) and (kind.cls, is_input) not in seen:
            seen.add((kind.cls, is_input))
            yield _input(kind, origin) if is_input else _object(kind, origin)


def _enum(kind: EnumType, origin: Origin) -> TypeShape:
    members = tuple(MemberShape(name, name) for name in kind.members)
    return TypeShape(
        kind=TypeKind.ENUM,
        name=kind.cls.__name__,
        members=members,
        description=_description(kind.cls),
        origin=origin,
    )


def _input(kind: DataType, origin: Origin) -> TypeShape:
    arguments = (argument_shape(member) for member in kind.members)
    return TypeShape(
        kind=TypeKind.INPUT,
        name=input_name(kind.cls),
        fields=tuple(
            FieldShape(item.name, item.type, default=item.default, description=item.description)
            for item in arguments
        ),
        description=_description(kind.cls),
        origin=origin,
    )


def _object(kind: DataType, origin: Origin) -> TypeShape:
    return TypeShape(
        kind=TypeKind.OBJECT,
        name=kind.cls.__name__,
        fields=tuple(
            FieldShape(item.graphql_name, output_type(item.type), description=item.description)
            for item in kind.members
        ),
        description=_description(kind.cls),
        meaning=TypeMeaning(TypeRole.DATA),
        origin=origin,
    )


def _description(cls: type) -> str:
    """Return what an author says of a class; Python writes docstrings of its own."""
    text = summary(cls) if inspect.getdoc(cls) and "__doc__" in vars(cls) else ""
    return "" if text.startswith(f"{cls.__name__}(") else text
