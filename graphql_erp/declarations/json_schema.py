"""JSON Schemas of a module's files, made from the dataclasses, for completion in editors.

Draft 7 is what editors understand. What is meant (names of models, expressions) is checked when
the registry is built; the schemas know keys, types and choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, get_args, get_origin, get_type_hints

from graphql_erp.declarations.docstrings import attribute_docs, summary
from graphql_erp.declarations.names import pattern_of
from graphql_erp.declarations.nodes import FieldDecl, ManifestDecl, ModelDecl
from graphql_erp.declarations.reading import UNIONS
from graphql_erp.declarations.sections import MODEL_HEADS, SECTIONS
from graphql_erp.declarations.shape import Role, Shape, shape_of
from graphql_erp.declarations.text import Text

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"

_FIELD = "#/definitions/field"
_CHANGE = "#/definitions/changedField"
_SCALARS: Mapping[Any, str] = {
    str: "string",
    Text: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    Decimal: "number",
}
_HEADS = {
    "model": "Name of the model this file declares.",
    "extend": "Name of the model of another module this file adds to.",
}


def schemas(field_types: Mapping[str, type]) -> Mapping[str, Schema]:
    """Return the schema of each kind of file, by the name of the schema's file.

    Args:
        field_types: The dataclass behind each type of field; its attributes are its options.
    """
    return {
        "manifest.json": _file(_body(ManifestDecl)),
        "model.json": _model_file(field_types),
        "records.json": _sections_file("records"),
        "security.json": _sections_file("groups", "access", "rules"),
    }


# ---- files ------------------------------------------------------------------------------------


def _file(body: Schema) -> Schema:
    return {"$schema": DRAFT, **body}


def _sections_file(*names: str) -> Schema:
    return _file({"type": "object", **_closed(_sections(names))})


def _sections(names: Iterable[str]) -> Schema:
    return {name: _keyed(SECTIONS[name]) for name in names}


def _model_file(field_types: Mapping[str, type]) -> Schema:
    """Return the schema of a model or an extension; one may leave out `type` of a field."""
    body = _body(ModelDecl)
    heads = {
        head: {"type": "string", "pattern": _anchored(ModelDecl, "name"), "description": text}
        for head, text in _HEADS.items()
    }
    named = body["properties"]
    named["fields"] = {"type": "object", "description": named["fields"]["description"]}
    return _file(
        {
            "type": "object",
            "description": summary(ModelDecl),
            "properties": {**heads, **named, **_sections(SECTIONS)},
            "additionalProperties": False,
            "oneOf": [{"required": [head]} for head in MODEL_HEADS],
            "if": {"required": ["extend"]},
            "then": {"properties": {"fields": _names_to(FieldDecl, {"$ref": _CHANGE})}},
            "else": {"properties": {"fields": _names_to(FieldDecl, {"$ref": _FIELD})}},
            "definitions": _field_definitions(field_types),
        }
    )


def _field_definitions(field_types: Mapping[str, type]) -> Schema:
    types = {f"type{name}": _options(name, cls) for name, cls in field_types.items()}
    type_doc = attribute_docs(FieldDecl)["type"]
    type_word = {"type": "string", "enum": list(field_types), "description": type_doc}
    chosen = [
        {
            "if": {"properties": {"type": {"const": name}}, "required": ["type"]},
            "then": {"$ref": f"#/definitions/type{name}"},
        }
        for name in field_types
    ]
    written = {"type": "object", "properties": {"type": type_word}, "allOf": chosen}
    everything: Schema = {key: {} for schema in types.values() for key in schema["properties"]}
    untyped = {"if": {"not": {"required": ["type"]}}, "then": _closed(everything)}
    return {
        "field": {"anyOf": [type_word, {**written, "required": ["type"]}]},
        "changedField": {"anyOf": [type_word, {**written, "allOf": [*chosen, untyped]}]},
        **types,
    }


def _closed(properties: Schema) -> Schema:
    return {"properties": properties, "additionalProperties": False}


def _options(name: str, cls: type) -> Schema:
    body = _body(cls)
    word = {"const": name, "description": summary(cls)}
    return {**body, "properties": {"type": word, **body["properties"]}}


# ---- dataclasses ------------------------------------------------------------------------------


def _attributes(cls: Any) -> list[Field[Any]]:
    return [item for item in fields(cls) if item.init]


def _body(cls: type) -> Schema:
    """Return the schema of a mapping that fills a dataclass."""
    hints, docs = get_type_hints(cls), attribute_docs(cls)
    properties: Schema = {}
    required: list[str] = []
    is_open = False
    for attribute in _attributes(cls):
        shape = shape_of(attribute)
        is_open = is_open or shape.role is Role.REST
        if shape.role not in {Role.OPTION, Role.BARE}:
            continue
        schema = _value(hints[attribute.name], shape)
        if doc := docs.get(attribute.name):
            schema = {**schema, "description": doc}
        properties[attribute.name] = schema
        if attribute.default is MISSING and attribute.default_factory is MISSING:
            required.append(attribute.name)
    body: Schema = {"type": "object", "description": summary(cls), "properties": properties}
    if required:
        body["required"] = required
    return body if is_open else {**body, "additionalProperties": False}


def _keyed(cls: type) -> Schema:
    """Return the schema of a mapping whose keys are the names of declarations."""
    keys = [item.name for item in _attributes(cls) if shape_of(item).role is Role.KEY]
    schema = _keyed_body(cls)
    for key in reversed(keys):
        schema = _names_to(cls, schema, key)
    return {**schema, "description": summary(cls)}


def _names_to(cls: type, schema: Schema, key: str = "name") -> Schema:
    return {
        "type": "object",
        "patternProperties": {_anchored(cls, key): schema},
        "additionalProperties": False,
    }


def _anchored(cls: type, key: str) -> str:
    kind = next(shape_of(item).name for item in _attributes(cls) if item.name == key)
    return f"^(?:{pattern_of(kind)})$" if kind else ""


def _keyed_body(cls: type) -> Schema:
    body = _body(cls)
    bare = [item for item in _attributes(cls) if shape_of(item).role is Role.BARE]
    if not bare:
        return body
    forms = [body["properties"][bare[0].name], body]
    if shape_of(bare[0]).several:
        forms.append({"type": "array", "items": body})
    return {"anyOf": forms}


# ---- type hints -------------------------------------------------------------------------------


def _value(hint: Any, shape: Shape | None = None) -> Schema:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in UNIONS:
        members = [_value(item) for item in arguments]
        return {"anyOf": members}
    if hint is type(None):
        return {"type": "null"}
    if origin is Literal:
        return {"enum": list(arguments)}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if origin is tuple:
        return _tuple(arguments, shape)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _value(arguments[1])}
    if is_dataclass(hint) and isinstance(hint, type):
        return _body(hint)
    return {"type": _SCALARS[hint]} if hint in _SCALARS else {}


def _tuple(arguments: tuple[Any, ...], shape: Shape | None) -> Schema:
    first = arguments[0]
    if is_dataclass(first) and isinstance(first, type):
        return _keyed(first)
    if arguments[-1] is not ...:
        items = [_value(item) for item in arguments]
        return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}
    schema: Schema = {"type": "array", "items": _value(first)}
    return {"anyOf": [{"const": shape.word}, schema]} if shape and shape.word else schema
