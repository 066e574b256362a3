"""Upsert: records found by a key are changed, the others are created."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.fields.base import InvalidValue
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.security.permission import Operation
from graphql_erp.writing.refusals import Refused
from graphql_erp.writing.rows import Batch, Reference, Row
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.targets import look_up, resolve_references
from graphql_erp.writing.values import clean_value, read_row
from graphql_erp.writing.writer import Writer

T = TypeVar("T")
_ATTEMPTS = 3


def key_fields(model: ModelDef, names: Sequence[str]) -> tuple[FieldDef, ...]:
    """Return the fields of a key records are found by.

    Raises:
        UserError: They are no unique key of the model.
    """
    known = {**model.fields, **model.by_graphql_name}
    wanted = {known[name].name if name in known else name for name in names}
    keys = [key.fields for key in model.unique]
    for key in keys:
        if set(key) == wanted:
            return tuple(model.fields[name] for name in key)
    shown = "; ".join(", ".join(model.fields[name].graphql_name for name in key) for key in keys)
    message = f"{model.label} has no unique key of these fields; it has: {shown or 'none'}."
    raise UserError("", UserProblem("INVALID", message, ("on",)))


async def where_overtaken(
    writer: Writer, model: ModelDef, on: Sequence[FieldDef], attempt: Callable[[], Awaitable[T]]
) -> T:
    """Return what an attempt gives that looks for records by a key and creates those it misses.

    Who creates one of them in between is seen by the next attempt.

    Raises:
        Refused: As the attempt does.
    """
    wanted = {field.name for field in on}
    names = {key.name for key in model.unique if set(key.fields) == wanted}
    for left in reversed(range(_ATTEMPTS)):
        try:
            async with savepoint(writer):
                return await attempt()
        except Refused as refused:
            is_overtaken = getattr(refused.error, "constraint_name", None) in names
            if not (left and is_overtaken):
                raise
    raise AssertionError


async def upserted(
    writer: Writer,
    model: ModelDef,
    data: Sequence[Mapping[str, Any]],
    on: Sequence[FieldDef],
    numbers: Sequence[int],
) -> tuple[Batch, Batch]:
    """Return the batch that creates and the one that changes records.

    A row whose key an earlier row has too is a mistake: which of the two shall count is not ours
    to say.

    Args:
        writer: On whose behalf.
        model: The records' model.
        data: Create inputs; of a record that exists the fields given are changed.
        on: Fields of a unique key.
        numbers: Numbers of the rows in the input.
    """
    keys = await _keys(writer, model, data, on, numbers)
    names = tuple(field.name for field in on)
    complete = [key for key in keys if key is not None and None not in key]
    found = await look_up(writer, model, names, complete) if complete else {}
    new, known = Batch(model, Operation.CREATE, []), Batch(model, Operation.UPDATE, [])
    seen: dict[tuple[Any, ...], int] = {}
    for key, item, number in zip(keys, data, numbers, strict=True):
        record_id = found.get(key) if key is not None else None
        batch = new if record_id is None else known
        row = read_row(writer, model, item, operation=batch.operation, index=number)
        row.id = record_id
        if key is not None and key in seen:
            message = f"Row {seen[key]} has the same key."
            row.problem("UNIQUE", message, on[0].graphql_name)
        elif key is not None and None not in key:
            seen[key] = number
        batch.rows.append(row)
    return new, known


async def _keys(
    writer: Writer,
    model: ModelDef,
    data: Sequence[Mapping[str, Any]],
    on: Sequence[FieldDef],
    numbers: Sequence[int],
) -> list[tuple[Any, ...] | None]:
    """Return the values of the key in each row, None where they are no values of such a key."""
    rows = [
        Row(number, values=_values(writer, item, on))
        for item, number in zip(data, numbers, strict=True)
    ]
    if any(isinstance(value, Reference) for row in rows for value in row.values.values()):
        await resolve_references(writer, [Batch(model, Operation.UPDATE, rows)])
    names = [field.name for field in on]
    return [
        tuple(row.values[name] for name in names)
        if all(name in row.values for name in names)
        else None
        for row in rows
    ]


def _values(writer: Writer, item: Mapping[str, Any], on: Sequence[FieldDef]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in on:
        given = item.get(field.graphql_name, item.get(field.name))
        try:
            values[field.name] = clean_value(writer, field, given)
        except InvalidValue:
            # Reading the whole row says so, with its place.
            continue
    return values
