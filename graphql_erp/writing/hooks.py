"""Behaviour around a write: setters, `before_` and `after_` hooks, and overridden steps."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from graphql_erp.behaviour.model import Model, record, siblings
from graphql_erp.errors import UserError
from graphql_erp.fields.base import InvalidValue
from graphql_erp.reading.records import read_records
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import NO_CONDITIONS, Operation
from graphql_erp.writing.allowed import is_limited
from graphql_erp.writing.lock import Held, lock_rows, note_refused
from graphql_erp.writing.returned import kept_returned
from graphql_erp.writing.rows import Batch, Row
from graphql_erp.writing.scoped_values import shown_value
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.values import clean_value, clear, is_nothing
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer

Put = Callable[[Work, Batch], Awaitable[None]]


async def with_behaviour(work: Work, batch: Batch, put: Put) -> None:
    """Write a batch through the behaviour of its model.

    Setters and `before_` hooks see the records with their new values and may assign more; then
    `create_many`, `update_many` or `delete_many` of the class writes them by `put`.
    """
    writer, model, operation = work.writer, batch.model, batch.operation
    if operation is Operation.CREATE and not model.logic.precedes(operation):
        _later_records(writer, model, batch.rows)
        await put(work, batch)
        return
    if operation is Operation.CREATE:
        _new_records(writer, model, batch.rows)
    else:
        await _stored_records(writer, model, batch.rows, operation)
    records = [row.record for row in batch.rows if row.record is not None]
    for row in batch.rows:
        _set_inverses(model, row)
    refuse(batch.rows)
    rows = {id(row.record): row for row in batch.rows}
    await call_each(model, f"before_{operation}", records, rows)

    async def step(given: Sequence[Any]) -> None:
        chosen = [rows[id(item)] for item in given]
        for row in chosen:
            take_assigned(writer, model, row)
        await resolve_references(writer, [Batch(model, operation, chosen)])
        refuse(chosen)
        await put(work, Batch(model, operation, chosen))

    for item in records:
        item.__dict__["_store"] = step
    try:
        await getattr(writer.registry.classes[model.name], f"{operation}_many")(records)
    finally:
        for item in records:
            state = item.__dict__
            state.pop("_store", None)
            state["_changed"] = frozenset(state.pop("_pending", None) or ())


def _new_records(writer: Writer, model: ModelDef, rows: Iterable[Row]) -> None:
    """Give rows the records that hooks see: all own columns, null where nothing was given."""
    for row in rows:
        values = _given_values(writer, model, row)
        row.record = record(writer.registry.classes[model.name], values, writer.env)
        _begin(writer, model, row)
    siblings(row.record for row in rows if row.record is not None)


def _given_values(writer: Writer, model: ModelDef, row: Row) -> dict[str, Any]:
    own = [field.name for field in model.fields.values() if field.is_stored and not field.is_system]
    return {name: seen(writer, model, name, row.values.get(name)) for name in own}


def _later_records(writer: Writer, model: ModelDef, rows: Iterable[Row]) -> None:
    """Give rows records that nobody sees before they are stored: what they hold is read then."""
    for row in rows:
        row.record = record(writer.registry.classes[model.name], {}, writer.env)
        row.record.__dict__["_changed"] = frozenset(row.values)


async def _stored_records(
    writer: Writer, model: ModelDef, rows: Sequence[Row], operation: Operation
) -> None:
    """Lock the records of rows, load their own columns and lay the changes over them."""
    ids = [row.id for row in rows if row.id is not None]
    reader = writer.record_reader()
    if is_limited(writer.permission, model, operation):
        await lock_rows(writer, model, rows, operation)
        refuse(rows)
    found = {item.id: item for item in await read_records(reader, model.name, ids=ids, lock=True)}
    held = {key: Held(item.version, is_allowed=True) for key, item in found.items()}
    note_refused(model, rows, held, operation)
    refuse(rows)
    for row in rows:
        # From here on only hooks can raise the version: nobody else, until the end.
        row.version = None
        row.record = found[row.id or 0]
        state = row.record.__dict__
        state["_before"] = {name: state[name] for name in row.values if name in state}
        before = {name: state.get(name) for name in row.values}
        state.update(
            {
                name: seen(writer, model, name, value, before[name])
                for name, value in row.values.items()
            }
        )
        _begin(writer, model, row)


def _begin(writer: Writer, model: ModelDef, row: Row) -> None:
    if row.record is not None:
        row.record.__dict__["_pending"] = {
            name: seen(writer, model, name, value) for name, value in row.values.items()
        }


def seen(writer: Writer, model: ModelDef, name: str, value: Any, before: Any = None) -> Any:
    """Return a clean value as behaviour sees it: a to-one value as a record, a text as one."""
    relation = model.fields[name].relation
    if relation is None:
        return shown_value(model.fields[name], value, writer.actor, before)
    if not isinstance(value, int):
        return None
    return record(writer.registry.classes[relation.target], {"id": value}, writer.env)


def _set_inverses(model: ModelDef, row: Row) -> None:
    for name, value in row.inverses.items():
        try:
            getattr(row.record, model.logic.inverses[name])(value)
        except UserError as error:
            _note(row, error, model.fields[name].graphql_name)


def take_assigned(writer: Writer, model: ModelDef, row: Row) -> None:
    """Put what behaviour assigned into the row, cleaned."""
    state = row.record.__dict__ if row.record is not None else {}
    for name, value in (state.get("_pending") or {}).items():
        known = row.values.get(name)
        if name in row.values and value == seen(writer, model, name, known):
            continue
        definition = model.fields[name]
        if is_nothing(definition, value):
            clear(row, definition, definition.graphql_name)
            continue
        try:
            row.values[name] = clean_value(writer, definition, value)
        except InvalidValue as error:
            row.problem("INVALID", f"{definition.label}: {error}", definition.graphql_name)


# ---- calling ---------------------------------------------------------------------------------


async def call_each(
    model: ModelDef, name: str, records: Sequence[Model], rows: dict[int, Row]
) -> None:
    """Call a hook for each record, or once where it is a class method.

    Args:
        model: The records' model.
        name: Of the hook; nothing happens when the class has none.
        records: The records, in order.
        rows: Row of each record by the record's identity; gets the errors raised for it.

    Raises:
        UserError: With the errors of all records.
    """
    hook = model.logic.hooks.get(name)
    if hook is None or not records:
        return
    if hook.is_batch:
        try:
            await _awaited(getattr(type(records[0]), name)(list(records)))
        except UserError as error:
            if any(id(problem.record) not in rows for problem in error.problems):
                # Numbers are those of a bulk the hook wrote, not of the rows it was called for.
                raise UserError(
                    "", *(replace(item, index=None, record=None) for item in error.problems)
                ) from error
            for problem in error.problems:
                rows[id(problem.record)].note(replace(problem, record=None))
            refuse(rows.values())
        return
    for item in records:
        try:
            await _awaited(getattr(item, name)())
        except UserError as error:
            _note(rows[id(item)], error)
    refuse(rows[id(item)] for item in records)


async def _awaited(made: Any) -> Any:
    return await made if inspect.isawaitable(made) else made


def _note(row: Row, error: UserError, *path: str) -> None:
    for problem in error.problems:
        row.note(problem.under(path))


async def after(work: Work) -> None:
    """Call the `after_` hooks of everything that was written, computed fields being right."""
    for batch in list(work.done):
        name = f"after_{batch.operation}"
        if name not in batch.model.logic.hooks:
            continue
        rows = [row for row in batch.rows if row.record is not None]
        if batch.operation is not Operation.DELETE:
            await _refresh(work.writer, batch, rows)
        records = [row.record for row in rows if row.record is not None]
        await call_each(batch.model, name, records, {id(row.record): row for row in rows})


async def _refresh(writer: Writer, batch: Batch, rows: Sequence[Row]) -> None:
    """Give the records what the database holds of them now."""
    name = batch.model.name
    stored = kept_returned(writer, name, batch.operation, rows)
    if stored is None:
        ids = [row.id for row in rows if row.id is not None]
        # Also those the write has taken out of the actor's sight.
        reader = replace(writer.record_reader(), conditions=NO_CONDITIONS)
        stored = await read_records(reader, name, ids=ids)
    found = {item.id: item.__dict__ for item in stored}
    for row in rows:
        if row.record is not None and row.id in found:
            loaded = {name: value for name, value in found[row.id].items() if name[0] != "_"}
            row.record.__dict__.update(loaded)
        elif row.record is not None:
            # Another hook has deleted it: what it was written with is all there is to see.
            for field_name, value in _given_values(writer, batch.model, row).items():
                row.record.__dict__.setdefault(field_name, value)
    siblings(row.record for row in rows if row.record is not None)
