"""The top-level keys of a module's files and the dataclass behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.names import NameKind, refuse_name
from graphql_erp.declarations.nodes import (
    AccessDecl,
    GroupDecl,
    ManifestDecl,
    ModelDecl,
    RecordDecl,
    RuleDecl,
)
from graphql_erp.declarations.read import read_body, read_keyed
from graphql_erp.declarations.reading import Reading
from graphql_erp.declarations.shape import Role, shape_of
from graphql_erp.declarations.source import Located, Source
from graphql_erp.naming import did_you_mean, nearest

SECTIONS: Mapping[str, type[Any]] = {
    "records": RecordDecl,
    "groups": GroupDecl,
    "access": AccessDecl,
    "rules": RuleDecl,
}
"""Sections that may stand in any file of a module but the manifest."""

MODEL_HEADS = ("model", "extend")
"""First key of a file that declares or extends a model; its value is the model's name."""

MODEL_KEYS = tuple(item.name for item in fields(ModelDecl) if shape_of(item).role is Role.OPTION)
"""Keys that belong to the model of the file."""

LATER = ("views", "actions", "menus")
"""Sections of the language that this version does not read yet."""

_NAMED_IN_FULL = {"records": "identifier"}
_TEXTS_THAT_NAME = ("plural", "table")


@dataclass(frozen=True, slots=True)
class FileDecl:
    """What one file of a module declares."""

    models: tuple[ModelDecl, ...] = ()
    sections: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Declarations by the name of their section."""


def read_manifest(item: Located, folder: str, mistakes: Mistakes) -> ManifestDecl | None:
    """Return the manifest of a folder; None when too much of it is wrong."""
    mapping = _mapping(item, "the manifest", mistakes)
    if mapping is None:
        return None
    source = item.source if mapping else Source(item.source.path)
    manifest = read_body(ManifestDecl, mapping, source, "the manifest", Reading(mistakes))
    if manifest is not None and manifest.identifier != folder:
        message = f'the identifier "{manifest.identifier}" differs from the folder "{folder}".'
        place = mapping["identifier"].source
        problem = place.problem("identifier_mismatch", message, "Make them the same.")
        mistakes.problems.append(problem)
    return manifest


def read_file(item: Located, module: str, mistakes: Mistakes, *, demo: bool) -> FileDecl:
    """Return what a file of a module declares.

    Args:
        item: The file's value.
        module: Identifier of the module.
        mistakes: Gets the mistakes and the names lost by them.
        demo: Whether the file is in `demo/`, where records alone may be declared.
    """
    mapping = _mapping(item, "a module's file", mistakes) or {}
    reading = Reading(mistakes, {"module": module, "demo": demo})
    heads = [head for head in MODEL_HEADS if head in mapping]
    _refuse_unknown(mapping, mistakes)
    if not heads:
        _refuse_without_head(mapping, mistakes)
    if demo:
        _refuse_in_demo(mapping, mistakes)
    model = _read_model(mapping, heads, reading)
    if heads and model is None:
        mistakes.lose(*(mapping[name] for name in (*heads, *MODEL_KEYS) if name in mapping))
    sections = {
        name: _in_full(name, read_keyed(cls, mapping[name], f'section "{name}"', reading), module)
        for name, cls in SECTIONS.items()
        if name in mapping
    }
    return FileDecl((model,) if model else (), sections)


def _mapping(item: Located, what: str, mistakes: Mistakes) -> Mapping[str, Located] | None:
    if item.value is None:
        return {}
    if isinstance(item.value, dict):
        return item.value
    message = f"{what} must be a mapping of keys to values."
    mistakes.problems.append(item.source.problem("wrong_type", message))
    mistakes.lose(item)
    return None


def _refuse_unknown(mapping: Mapping[str, Located], mistakes: Mistakes) -> None:
    known = (*MODEL_HEADS, *MODEL_KEYS, *SECTIONS)
    for name, item in mapping.items():
        if name in known:
            continue
        check, message, hint = "unknown_section", f'unknown section "{name}".', ""
        if name in LATER:
            check, message = "not_supported", f'this version does not read "{name}" yet.'
            hint = "Take the section out: a later version reads views, actions and menus."
        hint = hint or did_you_mean(name, known)
        mistakes.problems.append(item.place.problem(check, message, hint))
        mistakes.lose(name, item)


def _refuse_without_head(mapping: Mapping[str, Located], mistakes: Mistakes) -> None:
    """Refuse the parts of a model nobody names, once, unless the head is only misspelt."""
    parts = [mapping[name] for name in mapping if name in MODEL_KEYS]
    if not parts:
        return
    mistakes.lose(*parts)
    known = (*MODEL_HEADS, *MODEL_KEYS, *SECTIONS)
    if any(nearest(name, known) in MODEL_HEADS for name in mapping if name not in known):
        return
    mistakes.anything = True
    first = next(name for name in mapping if name in MODEL_KEYS)
    message = f'"{first}" belongs to a model, but the file names none.'
    hint = "Start the file with `model: <Name>` or `extend: <Name>`."
    mistakes.problems.append(mapping[first].place.problem("no_model", message, hint))


def _refuse_in_demo(mapping: Mapping[str, Located], mistakes: Mistakes) -> None:
    for name in (*MODEL_HEADS, *SECTIONS):
        if name in mapping and name != "records":
            message = f'"{name}" cannot stand in demo/, which holds records alone.'
            hint = "Move it to another folder of the module."
            problem = mapping[name].place.problem("misplaced_section", message, hint)
            mistakes.problems.append(problem)


def _read_model(
    mapping: Mapping[str, Located], heads: list[str], reading: Reading
) -> ModelDecl | None:
    """Return the model of a file; None when it has none, or none whose names are known."""
    if not heads:
        return None
    head = mapping[heads[0]]
    if len(heads) > 1:
        message = "a file either declares a model or extends one."
        hint = "Move `extend:` and its fields to a file of its own."
        reading.problems.append(mapping["extend"].place.problem("two_models", message, hint))
        return None
    if not isinstance(head.value, str):
        reading.mistakes.anything = True
        message = f'"{heads[0]}" must be the name of a model.'
        reading.problems.append(head.place.problem("wrong_type", message))
        return None
    is_misnamed = refuse_name(NameKind.MODEL, head.value, "model", head.source, reading.mistakes)
    is_extension = heads[0] == "extend"
    engine = {**reading.engine, "is_extension": is_extension}
    inner = replace(reading, engine=engine, owner=head.value)
    options = {name: mapping[name] for name in MODEL_KEYS if name in mapping}
    model = read_body(ModelDecl, options, head.source, head.value, inner, name=head.value)
    named = [options[name].value for name in _TEXTS_THAT_NAME if name in options]
    if is_misnamed or model is None or not all(isinstance(value, str) for value in named):
        return None
    return model if is_extension else _with_types(model, reading.mistakes)


def _with_types(model: ModelDecl, mistakes: Mistakes) -> ModelDecl:
    """Refuse and leave out the fields that have no type."""
    for item in model.fields:
        if not item.type:
            message = f'field "{item.name}" of {model.name} needs "type".'
            hint = "Write `{type: Char}`, with the type that suits it."
            if near := next((key for key in item.options if nearest(key, ["type"])), ""):
                hint = f'Did you mean "type", not "{near}"?'
            mistakes.problems.append(item.source.problem("missing_key", message, hint))
            mistakes.lose(item.name, *item.options, *item.options.values())
    return replace(model, fields=tuple(item for item in model.fields if item.type))


def _in_full(section: str, items: tuple[Any, ...], module: str) -> tuple[Any, ...]:
    attribute = _NAMED_IN_FULL.get(section)
    if attribute is None:
        return items
    return tuple(
        replace(item, **{attribute: f"{module}.{getattr(item, attribute)}"}) for item in items
    )
