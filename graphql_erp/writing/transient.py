"""Records of transient models are gone after a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import sqlalchemy as sa

from graphql_erp.registry.model import ModelDef, RelationKind
from graphql_erp.writing.statements import run_rows
from graphql_erp.writing.writer import Writer

LIFETIME = timedelta(days=1)
"""Time for which a record is kept."""
MOST = 1_000
"""Records deleted at once, so that no creation waits for long."""


async def expire(writer: Writer, model: ModelDef) -> None:
    """Delete old records of a transient model, in one statement.

    Those that somebody else is deleting and those to which others still refer are left for the
    next time: nobody's creation fails or waits because of them.
    """
    table = writer.tables.of(model.name)
    before = sa.bindparam(None, writer.now - LIFETIME, type_=sa.DateTime(timezone=True))
    old = (
        sa.select(table.c["id"])
        .where(table.c["created_at"] < before, *_unused(writer, model, table))
        .order_by(table.c["created_at"])
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    await run_rows(writer.connection, table.delete().where(table.c["id"].in_(old)))
    writer.journal.changes += 1


def _unused(writer: Writer, model: ModelDef, table: sa.Table) -> Iterator[sa.ColumnElement[bool]]:
    """Give the conditions that no other record keeps one from being deleted."""
    for other in writer.registry.models.values():
        for field in other.fields.values():
            relation = field.relation
            if relation is None or relation.kind is not RelationKind.TO_ONE:
                continue
            if relation.target == model.name and relation.on_delete == "restrict":
                user = writer.tables.of(other.name).alias()
                refers = user.c[relation.column] == table.c["id"]
                yield ~sa.exists().where(refers)
