"""Custom fields: rows of a tenant that become one more module (decision 10)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from graphql_erp import naming
from graphql_erp.declarations.nodes import FieldDecl, ManifestDecl, ModelDecl, ModuleDecl
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.text import Text
from graphql_erp.fields.selection import Selection
from graphql_erp.registry.registry import Registry

CUSTOM_FIELD_MODEL = "CustomField"
"""Model of core whose records are the custom fields."""

CUSTOM = "custom fields"
"""Identifier of the module they become; no folder can be called so."""

PREFIX = "x_"
"""What the name of every custom field begins with; the installer leaves such columns alone."""

_NAME_RULE = (
    "The name must begin with x_ and a letter; lower-case letters, digits and single underscores"
    " follow, none before a digit."
)
_OPTIONS = ("label", "hint", "options")


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomField:
    """One field a tenant added to a model."""

    model: str
    name: str
    type: str
    label: str = ""
    hint: str = ""
    options: Any = None
    """Values of a selection."""

    @property
    def key(self) -> tuple[str, str]:
        """Model and name, which no other custom field has."""
        return self.model, self.name


_ATTRIBUTES = tuple(item.name for item in fields(CustomField))


def shipped(modules: Sequence[ModuleDecl]) -> tuple[ModuleDecl, ...]:
    """Return the modules that are folders, without the custom fields of a tenant."""
    return tuple(module for module in modules if module.identifier != CUSTOM)


def with_custom_fields(
    modules: Sequence[ModuleDecl], custom: Sequence[CustomField]
) -> tuple[ModuleDecl, ...]:
    """Return modules and, when there are any, the custom fields as one that depends on all."""
    if not custom:
        return tuple(modules)
    ordered = sorted(custom, key=lambda item: item.key)
    models = tuple(
        ModelDecl(
            name=item.model,
            fields=(_field(item, number),),
            is_extension=True,
            source=_place(number, "model"),
        )
        for number, item in enumerate(ordered)
    )
    manifest = ManifestDecl(
        name="Custom fields",
        identifier=CUSTOM,
        version="",
        dependencies=tuple(Text(module.identifier) for module in modules),
    )
    digest = hashlib.sha256(repr(ordered).encode()).hexdigest()
    own = ModuleDecl(manifest=manifest, folder=Path(CUSTOM), models=models, digest=digest)
    return (*modules, own)


def place_of(source: Source, custom: Sequence[CustomField]) -> tuple[CustomField, str] | None:
    """Return the custom field and the attribute of it that a place of their module stands for."""
    if source.path != CUSTOM:
        return None
    ordered = sorted(custom, key=lambda item: item.key)
    return ordered[source.line - 1], _ATTRIBUTES[source.column - 1]


def faults(field: CustomField, registry: Registry) -> Iterator[tuple[str, str]]:
    """Give what is wrong with a custom field: the attribute, and a sentence.

    Args:
        field: The field.
        registry: The models, with or without the field.
    """
    model = registry.models.get(field.model)
    if model is None:
        hint = naming.did_you_mean(field.model, list(registry.models))
        yield "model", f'There is no model "{field.model}". {hint}'.rstrip()
    elif model.api != "full" or model.name == CUSTOM_FIELD_MODEL:
        yield "model", f"{model.name} cannot have custom fields."
    if not (field.name.startswith(PREFIX) and naming.is_field_name(field.name)):
        yield "name", _NAME_RULE
    elif model is not None and (known := model.fields.get(field.name)) and known.module != CUSTOM:
        yield "name", f'{model.name} has a field "{field.name}" of module "{known.module}".'
    yield from _option_faults(field)


def _option_faults(field: CustomField) -> Iterator[tuple[str, str]]:
    if field.type != "Selection":
        if field.options is not None:
            yield "options", f"A {field.type} field has no options."
        return
    is_list = isinstance(field.options, list) and bool(field.options)
    if not is_list or not all(isinstance(item, str) and item.strip() for item in field.options):
        yield "options", 'A selection needs its values as a list of texts, such as ["a", "b"].'
        return
    for fault in Selection(options=tuple(field.options)).faults():
        yield "options", fault


def _field(field: CustomField, number: int) -> FieldDecl:
    options: Mapping[str, Any] = {name: getattr(field, name) for name in _OPTIONS}
    return FieldDecl(
        name=field.name,
        type=field.type,
        options={
            name: _located(value, _place(number, name)) for name, value in options.items() if value
        },
        source=_place(number, "name"),
    )


def _located(value: Any, place: Source) -> Located:
    if isinstance(value, list):
        return Located([_located(item, place) for item in value], place)
    return Located(value, place)


def _place(number: int, attribute: str) -> Source:
    return Source(CUSTOM, number + 1, _ATTRIBUTES.index(attribute) + 1)
