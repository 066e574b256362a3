"""Drafts: what a form shows before anything is written.

Defaults, methods marked with `@onchange` and computed fields, on records that are in memory alone;
hooks and checks are for what is really written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.behaviour.model import Model, record
from graphql_erp.drafts.onchange import Form, plain
from graphql_erp.drafts.places import place_of
from graphql_erp.drafts.sheets import Sheet, SheetMaker
from graphql_erp.drafts.values import DraftValues
from graphql_erp.errors import UserProblem
from graphql_erp.reading.records import load_paths
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.writing.allowed import require_fields
from graphql_erp.writing.defaults import default_methods
from graphql_erp.writing.lock import not_found
from graphql_erp.writing.rows import Batch, nested
from graphql_erp.writing.scoped_values import shown_value
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.values import PARENT, read_row
from graphql_erp.writing.writer import Writer

_Named = dict[tuple[str, object], Any]
"""Display names by model and id."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form shows beside what the client knows."""

    values: Mapping[str, Any] = field(default_factory=dict)
    """What differs from the data, and where the data says nothing from the stored record."""
    warnings: tuple[str, ...] = ()
    problems: tuple[UserProblem, ...] = ()


async def draft(
    writer: Writer,
    model: ModelDef,
    data: Mapping[str, Any],
    *,
    record_id: int | None = None,
    changed: Collection[str] | None = None,
) -> Draft:
    """Return what a form shows; nothing is written.

    Args:
        writer: On whose behalf.
        model: The record's model.
        data: What was filled in, by name in GraphQL or YAML.
        record_id: The record that is edited; None for a new one.
        changed: Names of the fields that were changed; default: all that are given.
    """
    operation = Operation.CREATE if record_id is None else Operation.UPDATE
    row = read_row(writer, model, data, operation=operation)
    row.id = record_id
    every = list(nested(Batch(model, operation, [row]), writer.registry.models))
    require_fields(writer, every)
    await default_methods(writer, every)
    await resolve_references(writer, every)
    place, maker = place_of(writer.registry, model, [row]), SheetMaker(writer)
    sheet = await maker.root(place, row)
    if sheet is None:
        return Draft(problems=(not_found(model, record_id or 0),))
    warnings: list[str] = []
    sheet.record.__dict__["_warnings"] = warnings
    form = Form(writer, place, sheet, maker, DraftValues(writer, sheet))
    follows = await form.set_inverses()
    lists = {name for name in row.given if model.fields[name].is_to_many}
    await form.change({*(row.given if changed is None else changed), *lists, *follows})
    named = await _display_names(writer, sheet)
    return Draft(_shown(writer, sheet, named), tuple(warnings), _problems(every))


def _problems(every: list[Batch]) -> tuple[UserProblem, ...]:
    """Return what is wrong with what was filled in; what is missing is not wrong yet."""
    rows = (row for batch in every for row in batch.rows)
    return tuple(item for row in rows for item in row.problems if item.code != "REQUIRED")


# ---- what differs ------------------------------------------------------------------------------


def _differing(permission: Permission, sheet: Sheet) -> Iterator[tuple[FieldDef, Any]]:
    """Give the fields of a record whose value is another one than the client knows."""
    row, state = sheet.row, sheet.record.__dict__
    for name, definition in sheet.model.fields.items():
        if definition.type.is_secret or not permission.sees(sheet.model.name, name):
            continue
        known = sheet.before.get(name)
        if definition.is_computed:
            if name not in sheet.unknown and plain(state[name]) != plain(known):
                yield definition, state[name]
        elif name in row.values and row.values[name] is not PARENT:
            is_given = not row.given.isdisjoint((name, definition.member_of))
            known = sheet.given.get(name) if is_given else known
            if plain(row.values[name]) != plain(known):
                yield definition, row.values[name]


def _shown(writer: Writer, sheet: Sheet, named: _Named) -> dict[str, Any]:
    """Return what differs as JSON, by GraphQL name."""
    values: dict[str, Any] = {}
    for definition, value in _differing(writer.permission, sheet):
        *reference, name = definition.input_path
        shown = _json(writer, definition, value, named)
        if not reference:
            values[name] = shown
        elif shown is not None or reference[0] not in values:
            values[reference[0]] = shown and {name: shown}
    for name, sheets in sheet.parts.items():
        definition = sheet.model.fields[name]
        inner = [(item, _shown(writer, item, named)) for item in sheets]
        beneath = _commands(inner) if definition.is_to_many else {"create": inner[0][1]}
        if any(beneath.values()):
            values[definition.graphql_name] = beneath
    return values


def _commands(inner: list[tuple[Sheet, dict[str, Any]]]) -> dict[str, Any]:
    """Return what differs in lines in the shape of the input: new ones all, in their order."""
    created = [values for item, values in inner if item.is_new]
    updated = [
        {"id": str(item.row.id), "data": values}
        for item, values in inner
        if values and not item.is_new
    ]
    found = {"create": created if any(created) else [], "update": updated}
    return {part: values for part, values in found.items() if values}


def _json(writer: Writer, definition: FieldDef, value: Any, named: _Named) -> Any:
    if value is None:
        return None
    if definition.relation is None:
        shown = shown_value(definition, value, writer.actor)
        return None if shown is None else definition.type.to_json_python(shown)
    key, target = plain(value), definition.relation.target
    if (target, key) not in named:
        return None
    return {"id": str(key), "displayName": named[target, key]}


async def _display_names(writer: Writer, sheet: Sheet) -> _Named:
    """Return the names of the records that drafted fields lead to now, those one may read."""
    wanted: dict[str, dict[object, Model]] = {}
    for drafted in sheet.all():
        for definition, value in _differing(writer.permission, drafted):
            if definition.relation is not None and value is not None:
                target, key = definition.relation.target, plain(value)
                cls = writer.registry.classes[target]
                wanted.setdefault(target, {})[key] = record(cls, {"id": key}, writer.env)
    named: _Named = {}
    for target, found in wanted.items():
        if not writer.permission.sees(target, "display_name"):
            continue
        await load_paths(writer.record_reader(), list(found.values()), ("display_name",))
        for key, item in found.items():
            if "display_name" in item.__dict__:
                named[target, key] = item.__dict__["display_name"]
    return named
