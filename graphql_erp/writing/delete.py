"""Delete one record."""

from __future__ import annotations

from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.update import not_found
from graphql_erp.writing.writer import Writer, Written


async def delete(writer: Writer, model_name: str, record_id: int) -> Written:
    """Delete a record.

    Raises:
        asyncpg.IntegrityConstraintViolationError: Other records refer to it.
    """
    model = writer.model(model_name)
    table = writer.tables.of(model.name)
    statement = table.delete().where(table.c["id"] == record_id).returning(table.c["id"])
    if not await run_rows(writer.connection, statement):
        return Written(problems=(not_found(model.label, record_id),))
    return Written((record_id,))
