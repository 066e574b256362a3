"""The schema as SDL text, written straight from its shapes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping

from graphql.language.block_string import is_printable_as_block_string, print_block_string
from graphql.language.print_string import print_string

from graphql_erp.api.directives import CONSTRAINT_ARGUMENTS, CONSTRAINT_LOCATIONS
from graphql_erp.api.shapes import ArgumentShape, FieldShape, TypeKind, TypeShape


def print_sdl(shapes: Mapping[str, TypeShape]) -> str:
    """Return the SDL of a schema; the same shapes always give the same text."""
    blocks = [*_directives(shapes.values()), *(_type(shape) for shape in shapes.values())]
    return "\n\n".join(blocks) + "\n"


def schema_hash(sdl: str) -> str:
    """Return the name of a schema's version: the SHA-256 of its SDL."""
    return hashlib.sha256(sdl.encode()).hexdigest()


def uses_constraint(shapes: Iterable[TypeShape]) -> bool:
    """Tell whether an input says a constraint."""
    return any(field.max_length for shape in shapes for field in shape.fields)


def _directives(shapes: Iterable[TypeShape]) -> Iterator[str]:
    if uses_constraint(shapes):
        locations = " | ".join(CONSTRAINT_LOCATIONS)
        yield f"directive @constraint{_arguments(CONSTRAINT_ARGUMENTS)} on {locations}"


def _type(shape: TypeShape) -> str:
    heading = f"{_description(shape.description)}{shape.kind} {shape.name}"
    if shape.kind is TypeKind.SCALAR:
        return heading
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
    text = f"{field.name}{_arguments(field.arguments)}: {field.type}"
    if field.default:
        text += f" = {field.default.literal}"
    if field.max_length:
        text += f" @constraint(maxLength: {field.max_length})"
    return _description(field.description, "  ") + text


def _arguments(arguments: Iterable[ArgumentShape]) -> str:
    texts = [
        f"{argument.name}: {argument.type}"
        + (f" = {argument.default.literal}" if argument.default else "")
        for argument in arguments
    ]
    return f"({', '.join(texts)})" if texts else ""


def _description(text: str, indent: str = "") -> str:
    if not text:
        return ""
    block = is_printable_as_block_string(text)
    printed = print_block_string(text) if block else print_string(text)
    return printed.replace("\n", f"\n{indent}") + f"\n{indent}"
