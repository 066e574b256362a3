"""Catalogue: what a schema of a database holds, as PostgreSQL itself writes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from graphql_erp.tables.catalogue_queries import (
    COLUMNS,
    CONSTRAINTS,
    EXTENSIONS,
    FUNCTIONS,
    INDEXES,
    TABLES,
    TRIGGERS,
)

# Quoted or not, depending on words that PostgreSQL reserves.
_REFERENCES = re.compile(r'\bREFERENCES (?:"(?:[^"]|"")+"|[^(]+)\(')


class CatalogueConnection(Protocol):
    """What reading a catalogue asks of a connection in a transaction."""

    async def execute(self, query: str, *args: Any) -> Any:
        """Run a statement."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnState:
    """One column."""

    name: str
    type: str
    """Type with its length or digits, such as `numeric(16,2)`."""
    is_nullable: bool = True
    default: str = ""
    """Expression of the default, "" without one."""
    generated: str = ""
    """Expression of a generated column, "" for any other."""
    identity: str = ""
    """`d` for an identity by default, `a` for one that is always generated."""
    reads: frozenset[str] = frozenset()
    """Columns a generated column is made of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConstraintState:
    """One key, foreign key or check."""

    name: str
    kind: str
    """p, u, f, c or x, as in pg_constraint."""
    definition: str
    columns: frozenset[str] = frozenset()
    target: str = ""
    """Table a foreign key leads to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexState:
    """One index that no constraint owns."""

    name: str
    definition: str
    """What follows the name of the table; UNIQUE in front where it is."""
    columns: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class TableState:
    """One table; everything in it by name."""

    name: str
    comment: str = ""
    columns: Mapping[str, ColumnState] = field(default_factory=dict)
    constraints: Mapping[str, ConstraintState] = field(default_factory=dict)
    indexes: Mapping[str, IndexState] = field(default_factory=dict)
    triggers: Mapping[str, str] = field(default_factory=dict)
    """Definition of each trigger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Tables and functions of a schema, extensions of its database."""

    tables: Mapping[str, TableState] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)
    """Definition of each function by its name and argument types."""
    extensions: frozenset[str] = frozenset()


async def read_catalogue(
    connection: CatalogueConnection, schema: str, *, leave_out: frozenset[str] = frozenset()
) -> Catalogue:
    """Return what a schema holds, in as many statements as there are kinds of things.

    Names are written without the schema, so that two schemas compare equal when all they differ
    in is their name.

    Args:
        connection: In a transaction, whose search path is changed until its end.
        schema: The schema.
        leave_out: Tables that are no part of it.
    """
    path = schema if schema == "public" else f"{schema}, public"
    await connection.execute(f"SET LOCAL search_path = {path}")
    columns = await _by_table(connection, COLUMNS, schema)
    constraints = await _by_table(connection, CONSTRAINTS, schema)
    indexes = await _by_table(connection, INDEXES, schema)
    triggers = await _by_table(connection, TRIGGERS, schema)
    tables = {
        row["name"]: TableState(
            name=row["name"],
            comment=row["comment"],
            columns={item["name"]: _column(item) for item in columns.get(row["name"], ())},
            constraints={
                item["name"]: _constraint(item) for item in constraints.get(row["name"], ())
            },
            indexes={item["name"]: _index(item) for item in indexes.get(row["name"], ())},
            triggers={
                item["name"]: item["definition"].replace(f"{schema}.", "")
                for item in triggers.get(row["name"], ())
            },
        )
        for row in await connection.fetch(TABLES, schema)
        if row["name"] not in leave_out
    }
    functions = await connection.fetch(FUNCTIONS, schema)
    extensions = await connection.fetch(EXTENSIONS)
    return Catalogue(
        tables=tables,
        functions={
            row["name"]: row["definition"].replace(f"FUNCTION {schema}.", "FUNCTION ")
            for row in functions
        },
        extensions=frozenset(row["name"] for row in extensions),
    )


async def _by_table(
    connection: CatalogueConnection, query: str, schema: str
) -> Mapping[str, Sequence[Any]]:
    found: dict[str, list[Any]] = {}
    for row in await connection.fetch(query, schema):
        found.setdefault(row["table_name"], []).append(row)
    return found


def _column(row: Any) -> ColumnState:
    is_generated = bool(row["generated"])
    return ColumnState(
        name=row["name"],
        type=row["type"],
        is_nullable=row["is_nullable"],
        default="" if is_generated else row["expression"],
        generated=row["expression"] if is_generated else "",
        identity=row["identity"],
        reads=frozenset(row["reads"]) if is_generated else frozenset(),
    )


def _constraint(row: Any) -> ConstraintState:
    return ConstraintState(
        name=row["name"],
        kind=row["kind"],
        definition=_REFERENCES.sub(f"REFERENCES {row['target']}(", row["definition"]),
        columns=frozenset(row["columns"]),
        target=row["target"],
    )


def _index(row: Any) -> IndexState:
    unique = "UNIQUE " if row["is_unique"] else ""
    return IndexState(
        name=row["name"],
        definition=unique + row["definition"].partition(" USING ")[2],
        columns=frozenset(row["columns"]),
    )
