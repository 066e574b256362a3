"""Input -> clean values: one rule for GraphQL, data files and clients alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql_erp.errors import UserErrorCode, UserProblem
from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.relation import Id
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.writing.writer import Writer

_NAMED_DEFAULTS = ("today", "now", "user", "company")

_ID = Id()


@dataclass(frozen=True, slots=True)
class Reference:
    """A to-one target not looked up yet: values of one of its unique keys, the id included."""

    target: str
    key: tuple[str, ...]
    values: tuple[Any, ...]


@dataclass(slots=True)
class Row:
    """Clean values of one record by field name; references are looked up later, all together."""

    index: int | None
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[UserProblem] = field(default_factory=list)

    def problem(self, code: UserErrorCode, message: str, *path: str) -> None:
        """Note what is wrong with this row."""
        self.problems.append(UserProblem(code, message, path, self.index))


def read_row(writer: Writer, model: ModelDef, data: Mapping[str, Any], index: int | None) -> Row:
    """Return the clean values of one input object; keys are GraphQL names.

    Omitted fields stay out, null clears. Mistakes are noted in the row, all of them.
    """
    row = Row(index)
    for name, value in data.items():
        definition = model.by_graphql_name[name]
        if value is None or (definition.type.required and _is_blank(value)):
            if definition.type.required:
                row.problem("REQUIRED", f"{definition.label} is required.", name)
            else:
                row.values[definition.name] = None
            continue
        try:
            row.values[definition.name] = _clean(writer, definition, value)
        except InvalidValue as error:
            row.problem("INVALID", f"{definition.label}: {error}", name)
    return row


def fill_defaults(writer: Writer, model: ModelDef, row: Row) -> None:
    """Give a new record the defaults of fields that were omitted, and miss required ones."""
    for definition in model.fields.values():
        if definition.is_system or not definition.is_stored or definition.is_computed:
            continue
        if definition.name in row.values or _is_noted(row, definition):
            continue
        value = default_value(writer, definition)
        if value is not None:
            row.values[definition.name] = value
        elif definition.type.required:
            row.problem("REQUIRED", f"{definition.label} is required.", definition.graphql_name)


def _is_blank(value: object) -> bool:
    """Tell whether a text says nothing: that does not do where a value is required."""
    return isinstance(value, str) and not value.strip()


def _is_noted(row: Row, definition: FieldDef) -> bool:
    return any(problem.path[:1] == (definition.graphql_name,) for problem in row.problems)


def default_value(writer: Writer, definition: FieldDef) -> Any:
    """Return the value of a new record's field: declared, or named and known only now."""
    match definition.type.named_default:
        case "today":
            return writer.today
        case "now":
            return writer.now
        case "user":
            return writer.actor.user
        case "company":
            return writer.actor.company
    if definition.type.default is None:
        return None
    return definition.type.clean(definition.type.default)


def _clean(writer: Writer, definition: FieldDef, value: Any) -> Any:
    if definition.relation is None:
        return definition.type.clean(value)
    return _reference(writer.model(definition.relation.target), value)


def _reference(target: ModelDef, value: Any) -> Reference:
    """Return the reference of a to-one input: {id: ...} or {key: {...}}."""
    if not isinstance(value, Mapping):
        return Reference(target.name, ("id",), (_ID.clean(value),))
    given = [(name, item) for name, item in value.items() if item is not None]
    if len(given) != 1:
        raise InvalidValue("give exactly one of id and key")
    name, item = given[0]
    if name == "id":
        return Reference(target.name, ("id",), (_ID.clean(item),))
    members = [(key, part) for key, part in item.items() if part is not None]
    if len(members) != 1:
        raise InvalidValue("give exactly one key")
    key, part = members[0]
    parts = part if isinstance(part, Mapping) else {key: part}
    fields = [_key_field(target, member) for member in parts]
    values = tuple(
        _ID.clean(item)
        if definition.name == "id" or definition.relation
        else definition.type.clean(item)
        for definition, item in zip(fields, parts.values(), strict=True)
    )
    return Reference(target.name, tuple(definition.name for definition in fields), values)


def _key_field(target: ModelDef, name: str) -> FieldDef:
    known = target.by_graphql_name.get(name)
    return known or target.by_graphql_name[name.removesuffix("Id")]
