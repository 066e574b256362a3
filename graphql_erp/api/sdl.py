"""The schema as SDL text, written straight from its shapes."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from graphql.language.block_string import is_printable_as_block_string, print_block_string
from graphql.language.print_string import print_string

from graphql_erp.api.directives import ATOMIC, CONSTRAINT, IDEMPOTENT, DirectiveShape
from graphql_erp.api.shapes import ArgumentShape, FieldShape, TypeKind, TypeShape


def print_sdl(shapes: Mapping[str, TypeShape]) -> str:
    """Return the SDL of a schema; the same shapes always give the same text."""
    blocks = [
        *(_directive(shape) for shape in directives(shapes)),
        *(_type(shape) for shape in shapes.values()),
    ]
    return "\n\n".join(blocks) + "\n"


def schema_hash(sdl: str) -> str:
    """Return the name of a schema's version: the SHA-256 of its SDL."""
    return hashlib.sha256(sdl.encode()).hexdigest()


def directives(shapes: Mapping[str, TypeShape]) -> tuple[DirectiveShape, ...]:
    """Return the directives a schema has beside those of every GraphQL schema."""
    is_constrained = any(field.max_length for shape in shapes.values() for field in shape.fields)
    running = (IDEMPOTENT, ATOMIC) if "Mutation" in shapes else ()
    return (*((CONSTRAINT,) if is_constrained else ()), *running)


def _directive(shape: DirectiveShape) -> str:
    locations = " | ".join(shape.locations)
    arguments = _arguments(shape.arguments)
    return f"{_description(shape.description)}directive @{shape.name}{arguments} on {locations}"


def _type(shape: TypeShape) -> str:
    heading = f"{_description(shape.description)}{shape.kind} {shape.name}"
    if shape.kind is TypeKind.SCALAR:
        return heading
    if shape.kind is TypeKind.UNION:
        return f"{heading} = {' | '.join(shape.types)}"
    if shape.interfaces:
        heading += f" implements {' & '.join(shape.interfaces)}"
    if shape.one_of:
        heading += " @oneOf"
    if shape.kind is TypeKind.ENUM:
        members = (_description(member.description, "  ") + member.name for member in shape.members)
        return _block(heading, members)
    return _block(heading, (_field(field) for field in shape.fields))


def _block(heading: str, lines: Iterable[str]) -> str:
    body = ""
    for line in lines:
        # As every printer of SDL does: a blank line before what has a description.
        gap = "\n" if body and line.startswith('"') else ""
        body += f"{gap}  {line}\n"
    return f"{heading} {{\n{body}}}"


def _field(field: FieldShape) -> str:
    text = f"{field.name}{_described(field.arguments)}: {field.type}"
    if field.default:
        text += f" = {field.default.literal}"
    if field.max_length:
        text += f" @constraint(maxLength: {field.max_length})"
    return _description(field.description, "  ") + text


def _described(arguments: Sequence[ArgumentShape]) -> str:
    """Return the arguments of a field: a line for each when there is something to say of one."""
    if not any(argument.description for argument in arguments):
        return _arguments(arguments)
    lines = ""
    for argument in arguments:
        gap = "\n" if lines and argument.description else ""
        lines += f"{gap}    {_description(argument.description, '    ')}{_argument(argument)}\n"
    return f"(\n{lines}  )"


def _arguments(arguments: Iterable[ArgumentShape]) -> str:
    texts = [_argument(argument) for argument in arguments]
    return f"({', '.join(texts)})" if texts else ""


def _argument(argument: ArgumentShape) -> str:
    default = f" = {argument.default.literal}" if argument.default else ""
    return f"{argument.name}: {argument.type}{default}"


def _description(text: str, indent: str = "") -> str:
    if not text:
        return ""
    block = is_printable_as_block_string(text)
    printed = print_block_string(text) if block else print_string(text)
    return printed.replace("\n", f"\n{indent}") + f"\n{indent}"
