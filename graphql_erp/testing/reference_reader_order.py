"""Orderings as lists of keys, sorting by one key after another, and cursors that name records.

The reference reader writes cursors that say what they mean: `cursor Contact 5 name:ASC id:ASC`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from graphql_erp.expressions.tree import Kind
from graphql_erp.registry.model import FieldDef, OrderKey
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

RECORD_CURSOR = "cursor"
GROUP_CURSOR = "group-cursor"


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an ordering."""

    path: tuple[str, ...]
    direction: str
    """ASC, DESC, ASC_NULLS_FIRST or DESC_NULLS_LAST."""

    def __str__(self) -> str:
        return f"{'.'.join(self.path)}:{self.direction}"


def ordering(
    snapshot: Snapshot, model: str, given: list[Mapping[str, Any]] | None
) -> tuple[Key, ...]:
    """Return the keys of `orderBy`, else of the model; they always end in the id."""
    if not given:
        return tuple(_declared(key) for key in snapshot.model(model).order_by)
    keys: dict[tuple[str, ...], Key] = {}
    for item in given:
        key = _key(snapshot, model, item)
        keys.setdefault(key.path, key)
    last = list(keys.values())[-1]
    direction = "DESC" if last.direction.startswith("DESC") else "ASC"
    keys.setdefault(("id",), Key(("id",), direction))
    return tuple(keys.values())


def _declared(key: OrderKey) -> Key:
    nulls = {None: "", True: "_NULLS_FIRST", False: "_NULLS_LAST"}[key.nulls_first]
    return Key(key.path, ("DESC" if key.descending else "ASC") + nulls)


def _key(snapshot: Snapshot, model: str, item: Mapping[str, Any]) -> Key:
    (name, value), *_ = item.items()
    field = snapshot.model(model).by_graphql_name[name]
    if isinstance(value, str):
        return Key((field.name,), value)
    inner = _key(snapshot, target_of(field), value)
    return Key((field.name, *inner.path), inner.direction)


def in_order(
    snapshot: Snapshot, model: str, records: Iterable[Record], keys: Iterable[Key]
) -> list[Record]:
    """Return records sorted: by the last key first, as sorting keeps what is equal in place."""
    found = list(records)
    for key in reversed(tuple(keys)):
        field = snapshot.field(model, key.path)
        values = {item.id: snapshot.value(model, item, key.path) for item in found}
        nulls = [item for item in found if values[item.id] is None]
        known = sorted(
            (item for item in found if values[item.id] is not None),
            key=lambda item, field=field, values=values: sortable(  # type: ignore[misc]
                snapshot, field, values[item.id]
            ),
            reverse=key.direction.startswith("DESC"),
        )
        found = nulls + known if key.direction in {"DESC", "ASC_NULLS_FIRST"} else known + nulls
    return found


def sortable(snapshot: Snapshot, field: FieldDef, value: Any) -> Any:
    """Return what a value that is not null is compared by."""
    if field.type.kind is Kind.TEXT and not field.type.value_type().choices:
        return (snapshot.sort_keys[value], value)
    return value


# ---- cursors --------------------------------------------------------------------------------


def cursor_of(model: str, record: Record, keys: Iterable[Key]) -> str:
    """Return the cursor of a record within an ordering."""
    return " ".join((RECORD_CURSOR, model, str(record.id), *map(str, keys)))


def record_of(snapshot: Snapshot, model: str, cursor: str, keys: Iterable[Key]) -> Record:
    """Return the record a cursor belongs to.

    Raises:
        ValueError: The cursor belongs to another ordering.
    """
    _, owner, number, *written = cursor.split(" ")
    if (owner, written) != (model, [str(key) for key in keys]):
        raise ValueError(f"{cursor} does not belong to {model} by {list(map(str, keys))}.")
    return snapshot.records[owner][int(number)]
