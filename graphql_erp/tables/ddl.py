"""Tables -> the statements that create them."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.schema import (
    AddConstraint,
    CreateIndex,
    CreateTable,
    ExecutableDDLElement,
    SetTableComment,
)

from graphql_erp.tables.build import Tables


def create_statements(tables: Tables) -> tuple[str, ...]:
    """Return the statements that create all tables, always in the same order.

    Foreign keys come last but for triggers: relations may go round in a circle.
    """
    dialect = asyncpg.dialect()  # type: ignore[no-untyped-call]
    created = (_text(element.compile(dialect=dialect)) for element in _elements(tables))
    return (*created, *tables.triggers)


def _elements(tables: Tables) -> Iterator[ExecutableDDLElement]:
    created = tables.metadata.tables.values()
    for table in created:
        yield CreateTable(table, include_foreign_key_constraints=[])
        yield SetTableComment(table)
    for table in created:
        for index in sorted(table.indexes, key=lambda item: str(item.name)):
            yield CreateIndex(index)
    for table in created:
        for key in sorted(table.foreign_key_constraints, key=lambda item: str(item.name)):
            yield AddConstraint(key)


def _text(compiled: object) -> str:
    lines = (line.rstrip() for line in str(compiled).strip().splitlines())
    return "\n".join(line for line in lines if line)


def protect(tables: Tables, role: str) -> tuple[str, ...]:
    """Return the statements that let a role read, not write, what triggers write."""
    rights = "INSERT, UPDATE, DELETE, TRUNCATE"
    return tuple(f'REVOKE {rights} ON {name} FROM "{role}"' for name in tables.protected)
