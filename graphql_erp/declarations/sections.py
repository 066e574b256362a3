"""The top-level keys of a module's files and the dataclass behind each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from graphql_erp.declarations.names import NameKind, did_you_mean, name_problem
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
from graphql_erp.errors import Problem

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

_NAMED_IN_FULL = {"records": "identifier"}


@dataclass(frozen=True, slots=True)
class FileDecl:
    """What one file of a module declares."""

    models: tuple[ModelDecl, ...] = ()
    sections: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    """Declarations by the name of their section."""


def read_manifest(item: Located, folder: str, problems: list[Problem]) -> ManifestDecl | None:
    """Return the manifest of a folder; None when it has mistakes."""
    mapping = _mapping(item, "the manifest", problems)
    if mapping is None:
        return None
    source = item.source if mapping else Source(item.source.path)
    reading = Reading(problems, {"dependency_sources": _sources_of(mapping.get("dependencies"))})
    manifest = read_body(ManifestDecl, mapping, source, "the manifest", reading)
    if manifest is not None and manifest.identifier != folder:
        message = f'the identifier "{manifest.identifier}" differs from the folder "{folder}".'
        place = mapping["identifier"].source
        problems.append(place.problem("identifier_mismatch", message, "Make them the same."))
    return manifest


def read_file(item: Located, module: str, problems: list[Problem], *, demo: bool) -> FileDecl:
    """Return what a file of a module declares.

    Args:
        item: The file's value.
        module: Identifier of the module.
        problems: Mistakes are added to it.
        demo: Whether the file is in `demo/`, where records alone may be declared.
    """
    mapping = _mapping(item, "a module's file", problems) or {}
    reading = Reading(problems, {"module": module, "demo": demo})
    heads = [head for head in MODEL_HEADS if head in mapping]
    _refuse_unknown(mapping, heads, problems)
    if demo:
        _refuse_in_demo(mapping, problems)
    model = _read_model(mapping, heads, reading)
    sections = {
        name: _in_full(name, read_keyed(cls, mapping[name], f'section "{name}"', reading), module)
        for name, cls in SECTIONS.items()
        if name in mapping
    }
    return FileDecl((model,) if model else (), sections)


def _mapping(item: Located, what: str, problems: list[Problem]) -> Mapping[str, Located] | None:
    if item.value is None:
        return {}
    if isinstance(item.value, dict):
        return item.value
    message = f"{what} must be a mapping of keys to values."
    problems.append(item.source.problem("wrong_type", message))
    return None


def _sources_of(item: Located | None) -> tuple[Source, ...]:
    if item is None or not isinstance(item.value, list):
        return ()
    return tuple(part.source for part in item.value)


def _refuse_unknown(
    mapping: Mapping[str, Located], heads: list[str], problems: list[Problem]
) -> None:
    known = (*MODEL_HEADS, *MODEL_KEYS, *SECTIONS)
    for name, item in mapping.items():
        if name not in known:
            hint = did_you_mean(name, known)
            message = f'unknown section "{name}".'
            problems.append(item.place.problem("unknown_section", message, hint))
        elif name in MODEL_KEYS and not heads:
            message = f'"{name}" belongs to a model, but the file names none.'
            hint = "Start the file with `model: <Name>` or `extend: <Name>`."
            problems.append(item.place.problem("no_model", message, hint))


def _refuse_in_demo(mapping: Mapping[str, Located], problems: list[Problem]) -> None:
    for name in (*MODEL_HEADS, *SECTIONS):
        if name in mapping and name != "records":
            message = f'"{name}" cannot stand in demo/, which holds records alone.'
            hint = "Move it to another folder of the module."
            problems.append(mapping[name].place.problem("misplaced_section", message, hint))


def _read_model(
    mapping: Mapping[str, Located], heads: list[str], reading: Reading
) -> ModelDecl | None:
    if not heads:
        return None
    head = mapping[heads[0]]
    if len(heads) > 1:
        message = "a file either declares a model or extends one."
        hint = "Move `extend:` and its fields to a file of its own."
        reading.problems.append(mapping["extend"].place.problem("two_models", message, hint))
        return None
    if not isinstance(head.value, str):
        message = f'"{heads[0]}" must be the name of a model.'
        reading.problems.append(head.place.problem("wrong_type", message))
        return None
    if problem := name_problem(NameKind.MODEL, head.value, "model", head.source):
        reading.problems.append(problem)
    is_extension = heads[0] == "extend"
    engine = {**reading.engine, "is_extension": is_extension}
    inner = replace(reading, engine=engine, owner=head.value)
    options = {name: mapping[name] for name in MODEL_KEYS if name in mapping}
    model = read_body(ModelDecl, options, head.source, head.value, inner, name=head.value)
    if model is not None and not is_extension:
        _require_types(model, reading.problems)
    return model


def _require_types(model: ModelDecl, problems: list[Problem]) -> None:
    for item in model.fields:
        if not item.type:
            message = f'field "{item.name}" of {model.name} needs "type".'
            problems.append(item.source.problem("missing_key", message))


def _in_full(section: str, items: tuple[Any, ...], module: str) -> tuple[Any, ...]:
    attribute = _NAMED_IN_FULL.get(section)
    if attribute is None:
        return items
    return tuple(
        replace(item, **{attribute: f"{module}.{getattr(item, attribute)}"}) for item in items
    )
