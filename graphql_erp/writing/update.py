"""Update one record."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import ModelDef
from graphql_erp.writing.checks import broken_checks
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.targets import resolve_references
from graphql_erp.writing.values import Row, read_row
from graphql_erp.writing.writer import Writer, Written


async def update(
    writer: Writer, model_name: str, record_id: int, data: Mapping[str, Any]
) -> Written:
    """Change the fields given; omitted ones stay, null clears.

    Raises:
        asyncpg.IntegrityConstraintViolationError: The database refused; see `problem_of`.
    """
    model = writer.model(model_name)
    row = read_row(writer, model, data, None)
    await resolve_references(writer, model, [row])
    if row.problems:
        return Written(problems=tuple(row.problems))
    if not await run_rows(writer.connection, _statement(writer, model, record_id, row)):
        return Written(problems=(not_found(model.label, record_id),))
    return Written((record_id,), await broken_checks(writer, model, (record_id,), [row]))


def _statement(writer: Writer, model: ModelDef, record_id: int, row: Row) -> sa.sql.Executable:
    """Return the statement that gives the id of the record, changed where a field was given."""
    table = writer.tables.of(model.name)
    if not row.values:
        return sa.select(table.c["id"]).where(table.c["id"] == record_id)
    changes: dict[str, Any] = {}
    for name, value in row.values.items():
        field = model.fields[name]
        changes[field.column] = None if value is None else field.type.to_parameter(value)
    changes["version"] = table.c["version"] + 1
    changes["updated_at"] = sa.func.now()
    if "updated_by" in model.fields:
        changes[model.fields["updated_by"].column] = writer.actor.user
    changed = table.update().where(table.c["id"] == record_id).values(changes)
    return changed.returning(table.c["id"])


def not_found(label: str, record_id: int) -> UserProblem:
    """Return the problem that a record does not exist, or may not be seen."""
    return UserProblem("NOT_FOUND", f"There is no {label} {record_id}.", ("id",))
