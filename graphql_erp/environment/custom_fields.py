"""The custom fields of a tenant: read, and accepted before they are written."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from graphql_erp.behaviour.model import Model
from graphql_erp.declarations.source import Source
from graphql_erp.environment.serving import Serving
from graphql_erp.errors import DeclarationError, Problem, UserError, UserProblem
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.custom_fields import (
    CustomField,
    faults,
    place_of,
    shipped,
    with_custom_fields,
)
from graphql_erp.writing.writer import Writer

_EXISTS = "SELECT to_regclass('custom_field') IS NOT NULL"
_STAMP = "SELECT coalesce(sum(version), 0)::bigint FROM custom_field"
_ROWS = (
    "SELECT id, model, name, type, label, hint, options::text AS options, active, version"
    " FROM custom_field ORDER BY id"
)
# Whoever adds a field waits for the others: what they added must be in the registry it fits.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('erp custom fields', 0))"


class RowConnection(Protocol):
    """What reading asks of a connection."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row."""


@dataclass(frozen=True, slots=True)
class StoredFields:
    """The custom fields a database holds."""

    active: tuple[CustomField, ...] = ()
    hidden: tuple[CustomField, ...] = ()
    """Their columns stay."""
    stamp: int = 0
    """Another one after every change of them."""


async def read_custom_fields(
    connection: RowConnection, *, without: Collection[int] = ()
) -> StoredFields:
    """Return the custom fields of a database; none where there is no table of them.

    Args:
        connection: Of the database.
        without: Ids of those left out.
    """
    if not await connection.fetchval(_EXISTS):
        return StoredFields()
    rows = [row for row in await connection.fetch(_ROWS) if row["id"] not in without]
    return StoredFields(
        tuple(_stored(row) for row in rows if row["active"]),
        tuple(_stored(row) for row in rows if not row["active"]),
        sum(row["version"] for row in rows),
    )


async def read_stamp(connection: RowConnection) -> int:
    """Return a number that changes with the custom fields of a database that has their table."""
    stamp: int = await connection.fetchval(_STAMP)
    return stamp


async def accept_custom_fields(writer: Writer, serving: Serving, records: Sequence[Model]) -> None:
    """Refuse custom fields about to be written that the models cannot have.

    The registry and the schema are built with them, so that what is kept can be served. It is
    once the transaction has been committed.

    Raises:
        UserError: With what is wrong, each problem knowing its record.
    """
    await writer.connection.fetchval(_LOCK)
    known = {record.__dict__.get("id", 0) for record in records}
    others = await read_custom_fields(writer.connection, without=known)
    # What is incomplete is refused by the steps of every write.
    given = {id(item): _given(item) for item in records if item.model and item.name and item.type}
    owners = {given[id(item)].key: item for item in records if id(item) in given}
    wrong = [
        UserProblem("INVALID", message, (attribute,), record=item)
        for item in records
        if id(item) in given
        for attribute, message in faults(given[id(item)], writer.registry)
    ]
    if wrong:
        raise UserError("", *wrong)
    shown = [given[id(item)] for item in records if id(item) in given and item.active]
    custom = {item.key: item for item in (*others.active, *shown)}
    modules = with_custom_fields(shipped(writer.registry.modules), tuple(custom.values()))
    try:
        await serving.accept(await asyncio.to_thread(build_registry, modules))
    except DeclarationError as error:
        told = (_told(item, tuple(custom.values()), owners) for item in error.problems)
        raise UserError("", *told) from error
    if serving.renew not in writer.journal.after_commit:
        writer.journal.after_commit.append(serving.renew)


def _told(
    problem: Problem, custom: Sequence[CustomField], owners: Mapping[tuple[str, str], Model]
) -> UserProblem:
    source = Source(problem.path, problem.line, problem.column)
    found = place_of(source, custom)
    if found is None or found[0].key not in owners:
        return UserProblem("INVALID", problem.message, record=next(iter(owners.values())))
    field, attribute = found
    return UserProblem("INVALID", problem.message, (attribute,), record=owners[field.key])


def _given(record: Any) -> CustomField:
    return CustomField(
        model=record.model,
        name=record.name,
        type=record.type,
        label=record.label or "",
        hint=record.hint or "",
        options=record.options,
    )


def _stored(row: Mapping[str, Any]) -> CustomField:
    options = row["options"]
    return CustomField(
        model=row["model"],
        name=row["name"],
        type=row["type"],
        label=row["label"] or "",
        hint=row["hint"] or "",
        options=None if options is None else orjson.loads(options),
    )
