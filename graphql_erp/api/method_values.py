"""Types of arguments and results in GraphQL's notation, and the defaults clients see."""

from __future__ import annotations

import orjson

from graphql_erp.api.scalars import output_value
from graphql_erp.api.shapes import ArgumentShape, Default
from graphql_erp.behaviour.annotations import (
    DataType,
    EnumType,
    ListType,
    Member,
    RecordType,
    ScalarType,
    Typed,
)
from graphql_erp.behaviour.signature import parts

ACTION_UNION = "ActionResult"


def input_name(cls: type) -> str:
    """Return the name of the input object of a dataclass."""
    return f"{cls.__name__.removesuffix('Input')}Input"


def output_type(kind: Typed) -> str:
    """Return the type of a result; a single record is nullable, as it may be hidden."""
    end = "" if kind.nullable else "!"
    match kind:
        case ScalarType(name=name):
            return name + end
        case EnumType(cls=cls) | DataType(cls=cls):
            return cls.__name__ + end
        case RecordType(model=model):
            return model
        case ListType(item=RecordType(model=model)):
            return f"[{model}!]{end}"
        case ListType(item=item):
            return f"[{output_type(item)}]{end}"
        case _:
            return ACTION_UNION + end


def argument_shape(member: Member) -> ArgumentShape:
    """Return an argument of a method, or a field of an input object."""
    default = _default(member)
    reference = _given_type(member.type)
    if member.has_default and default is None:
        # Left out, or null: Python's default.
        reference = reference.removesuffix("!")
    return ArgumentShape(member.graphql_name, reference, default, member.description)


def _given_type(kind: Typed) -> str:
    end = "" if kind.nullable else "!"
    match kind:
        case ScalarType(name=name):
            return name + end
        case EnumType(cls=cls):
            return cls.__name__ + end
        case DataType(cls=cls):
            return input_name(cls) + end
        case ListType(item=item):
            return f"[{_given_type(item)}]{end}"
        case _:
            return f"ID{end}"


def _default(member: Member) -> Default | None:
    """Return a default clients see: a value, an enum's member or a list of these."""
    if not member.has_default or member.default is None:
        return None
    if any(isinstance(part, DataType) for part in parts(member.type)):
        return None
    return _shown(member.type, member.default)


def _shown(kind: Typed, value: object) -> Default:
    match kind:
        case _ if value is None:
            return Default("null", None)
        case EnumType():
            name = next(name for name, item in kind.members.items() if item is value)
            return Default(name, name)
        case ListType(item=item) if isinstance(value, list):
            items = [_shown(item, part) for part in value]
            literal = ", ".join(part.literal for part in items)
            return Default(f"[{literal}]", tuple(part.value for part in items))
        case ScalarType(name=name):
            return Default(orjson.dumps(output_value(name, value)).decode(), value)
        case _:
            raise TypeError(f"{value!r} is no default of {kind}.")
