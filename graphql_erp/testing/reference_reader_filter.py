"""Which records a list is about: filter, q and search, tried on one record after another."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.evaluate import holds
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.expressions.tree import Kind, Literal, Lookup, Path
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.fields.selection import Selection
from graphql_erp.naming import uncamel
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

_READ: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.INTEGER: int,
    Kind.RECORD: int,
    Kind.DECIMAL: lambda given: Decimal(str(given)),
    Kind.FLOAT: float,
    Kind.DATE: date.fromisoformat,
    Kind.DATETIME: datetime.fromisoformat,
    Kind.TIME: time.fromisoformat,
    Kind.TEXT: lambda given: unicodedata.normalize("NFC", given),
}


def chosen(
    snapshot: Snapshot, model: str, records: list[Record], arguments: Mapping[str, Any]
) -> list[Record]:
    """Return the records that `filter`, `q`, `search` and `archived` let through."""
    found, archive = records, snapshot.model(model).archive
    archived = arguments.get("archived", "EXCLUDE")
    if archive and archived != "INCLUDE":
        found = [item for item in found if getattr(item, archive) is (archived == "EXCLUDE")]
    if arguments.get("filter") is not None:
        found = [item for item in found if matches(snapshot, model, item, arguments["filter"])]
    if arguments.get("q") is not None:
        raw = parse_condition(arguments["q"])
        condition = bind_condition(snapshot.registry, LOOKUPS, model, raw)
        found = [item for item in found if holds(condition, item, model, snapshot.context)]
    if arguments.get("search") is not None:
        names = snapshot.model(model).search
        found = [
            item
            for item in found
            if any(
                looks_up(snapshot, model, item, n, "icontains", arguments["search"]) for n in names
            )
        ]
    return found


def matches(snapshot: Snapshot, model: str, record: Record | None, data: Mapping[str, Any]) -> bool:
    """Tell whether a typed filter is true of a record; None is the record that is not there."""
    return all(_member(snapshot, model, record, key, value) for key, value in data.items())


def _member(snapshot: Snapshot, model: str, record: Record | None, key: str, value: Any) -> bool:
    match key:
        case "AND":
            return all(matches(snapshot, model, record, item) for item in value)
        case "OR":
            return any(matches(snapshot, model, record, item) for item in value)
        case "NOT":
            return not matches(snapshot, model, record, value)
    fields = snapshot.model(model).by_graphql_name
    if key not in fields:  # companyId speaks of the id in company
        return _lookups(snapshot, model, record, fields[key.removesuffix("Id")].name, value)
    field = fields[key]
    if field.is_to_many:
        related = [] if record is None else getattr(record, field.name)
        return _quantified(snapshot, target_of(field), related, value)
    if field.is_to_one:
        target = None if record is None else getattr(record, field.name)
        return matches(snapshot, target_of(field), target, value)
    if field.members:
        return all(
            _chosen(snapshot, field, record, name, operand) for name, operand in value.items()
        )
    return _lookups(snapshot, model, record, field.name, value)


def _chosen(
    snapshot: Snapshot, field: FieldDef, record: Record | None, name: str, operand: Any
) -> bool:
    """Tell whether a member of a Reference's filter is true."""
    targets = {item: getattr(record, item, None) for item in field.members}
    if name == "isnull":
        return (not any(targets.values())) is operand
    member = f"{field.name}_{uncamel(name)}"
    target = target_of(snapshot.field(field.model, (member,)))
    return matches(snapshot, target, targets[member], operand)


def _quantified(
    snapshot: Snapshot, model: str, records: list[Record], data: Mapping[str, Any]
) -> bool:
    for key, value in data.items():
        if key == "count":
            if not all(_counts(len(records), name, operand) for name, operand in value.items()):
                return False
            continue
        found = [matches(snapshot, model, record, value) for record in records]
        expected = {"some": any(found), "every": all(found), "none": not any(found)}
        if not expected[key]:
            return False
    return True


def _counts(count: int, name: str, operand: Any) -> bool:
    match name:
        case "eq":
            return bool(count == operand)
        case "neq":
            return bool(count != operand)
        case "in":
            return count in operand
        case "nin":
            return count not in operand
        case "isnull":
            return operand is False
        case "gt":
            return bool(count > operand)
        case "gte":
            return bool(count >= operand)
        case "lt":
            return bool(count < operand)
        case "lte":
            return bool(count <= operand)
    raise ValueError(f"{name} does not apply to a count.")


def _lookups(
    snapshot: Snapshot, model: str, record: Record | None, field: str, data: Mapping[str, Any]
) -> bool:
    return all(
        looks_up(snapshot, model, record, field, name, given) for name, given in data.items()
    )


def looks_up(
    snapshot: Snapshot, model: str, record: Record | None, field: str, lookup: str, given: Any
) -> bool:
    """Tell whether one lookup on a field holds; the operand is as the client wrote it."""
    operand = Literal(_operand(snapshot.model(model).fields[field].type, lookup, given))
    return holds(Lookup(Path((field,)), lookup, operand), record, model, snapshot.context)


def _operand(kind: FieldType, lookup: str, given: Any) -> Any:
    if lookup == "isnull":
        return given
    if lookup == "has":
        return _READ[Kind.TEXT](given)
    if isinstance(given, list):
        return tuple(_value(kind, item) for item in given)
    return _value(kind, given)


def _value(kind: FieldType, given: Any) -> Any:
    if isinstance(kind, Selection):
        return kind.values_by_member[given]
    return given if kind.kind is Kind.BOOLEAN else _READ[kind.kind](given)
