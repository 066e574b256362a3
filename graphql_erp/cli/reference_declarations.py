"""The reference pages of what a module author writes: field types, lookups, YAML keys."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any, get_args, get_type_hints

from graphql_erp.cli.markdown import code, page, section, table
from graphql_erp.declarations.docstrings import attribute_docs, summary
from graphql_erp.declarations.nodes import (
    CheckDecl,
    FieldDecl,
    IndexDecl,
    ManifestDecl,
    ModelDecl,
    RecordDecl,
    UniqueDecl,
)
from graphql_erp.declarations.sections import MODEL_HEADS, SECTIONS
from graphql_erp.declarations.shape import Role, shape_of
from graphql_erp.fields import FIELD_TYPES
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.lookups import LOOKUPS

_FIELD_TYPES = (
    "What `type:` of a field may say. A bare type is a field without options: `email: Email`\n"
    "means `email: {type: Email}`."
)
_LOOKUPS = (
    'What may follow the path in a Q, after two underscores: `Q(name__icontains="acme")`. Those\n'
    "that need no more than a value of the field's type have the same names in the typed filter."
)
_YAML_KEYS = (
    "What the YAML files of a module may say. Every file but the manifest holds any of these\n"
    "sections, and at most one model."
)
_EXAMPLE = re.compile(r"Example:\n(?P<lines>(?:[ ]+.*\n?)+)")
_BODIES: Mapping[str, tuple[str, type]] = {
    "manifest.yaml": ("The manifest of a module.", ManifestDecl),
    "model": (
        "A model, or with `extend:` what a module adds to a model of another one.",
        ModelDecl,
    ),
    "fields": ("A field of a model, by its name; see [field types](field-types.md).", FieldDecl),
    "checks": ("A check of a model, by its name.", CheckDecl),
    "unique": ("A key of a model, by its name.", UniqueDecl),
    "indexes": ("An index of a model, by its name.", IndexDecl),
}
_REST: Mapping[type, str] = {
    FieldDecl: "\nAll further keys are options of the type.",
    RecordDecl: "The keys are fields of the model, under the model and the record's identifier.",
}


def field_types_reference() -> str:
    """Return the page of field types, made from their classes."""
    common = section("Options of every type", _options(FieldType, list(fields(FieldType))))
    return page(
        "Field types", _FIELD_TYPES, common, *(_field_type(t) for t in FIELD_TYPES.values())
    )


def lookups_reference() -> str:
    """Return the page of lookups, made from their table."""
    rows = [
        (
            code(item.name),
            item.sentence,
            str(item.operand),
            ", ".join(sorted(str(kind) for kind in item.kinds)),
            "SQL" if item.sql_only else "SQL, Python",
        )
        for item in LOOKUPS.values()
    ]
    columns = ["lookup", "matches when", "operand", "kinds of values", "evaluated in"]
    return page("Lookups", _LOOKUPS, table(columns, rows))


def yaml_keys_reference() -> str:
    """Return the page of YAML keys, made from the declarations."""
    bodies = dict(_BODIES) | {name: (summary(cls), cls) for name, cls in SECTIONS.items()}
    heads = ", ".join(code(f"{head}:") for head in MODEL_HEADS)
    introduction = f"{_YAML_KEYS} A file with a model begins with one of {heads}."
    sections = [section(name, f"{text}\n", _keys(cls)) for name, (text, cls) in bodies.items()]
    return page("YAML keys", introduction, *sections)


def _field_type(cls: type[FieldType]) -> str:
    base = {item.name for item in fields(FieldType)}
    own = [item for item in fields(cls) if item.name not in base]
    allowed = ", ".join(code(name) for name in LOOKUPS if name in cls.lookups)
    return section(
        cls.name,
        f"{summary(cls)}\n",
        _example(cls),
        f"GraphQL: {code(cls.graphql_type) or 'a type of its own'}."
        f" Lookups: {allowed or 'none'}.\n",
        _options(cls, own),
        *_keys_of_options(cls, own),
    )


def _keys_of_options(cls: type, options: list[Field[Any]]) -> Iterator[str]:
    """Give the keys of the options that are mappings."""
    hints = get_type_hints(cls)
    for item in options:
        for kind in get_args(hints[item.name]):
            if is_dataclass(kind) and isinstance(kind, type):
                yield f"The keys of {code(item.name)}:\n\n{_keys(kind)}"


def _example(cls: type) -> str:
    found = _EXAMPLE.search(inspect.getdoc(cls) or "")
    if found is None:
        return ""
    lines = inspect.cleandoc("\n" + found["lines"]).rstrip()
    return f"```yaml\n{lines}\n```\n"


def _options(cls: type, options: list[Field[Any]]) -> str:
    docs = attribute_docs(cls)
    rows = [(code(item.name), _default(item), docs.get(item.name, "")) for item in options]
    return table(["option", "default", "meaning"], rows) if rows else ""


def _keys(cls: type) -> str:
    docs = attribute_docs(cls)
    rows = [(code(item.name), _default(item), docs.get(item.name, "")) for item in _written(cls)]
    listing = table(["key", "default", "meaning"], rows) if rows else ""
    if any(shape_of(item).role is Role.REST for item in fields(cls)):
        return f"{listing}{_REST[cls]}\n"
    return listing


def _written(cls: type) -> Iterator[Field[Any]]:
    for item in fields(cls):
        if shape_of(item).role in {Role.OPTION, Role.BARE}:
            yield item


def _default(item: Field[Any]) -> str:
    if item.default is MISSING:
        return "required" if item.default_factory is MISSING else ""
    match item.default:
        case None | "" | ():
            return ""
        case bool() as flag:
            return code(str(flag).lower())
        case tuple() as values:
            return code(list(values))
        case value:
            return code(value)
