"""What the engine needs in a database before its tables: extensions and functions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

SORT_KEY = "erp_sort_key"
"""Function by which human text is ordered: without accents and case."""

ENGINE_EXTENSIONS = ("pg_trgm", "unaccent")
"""Extensions of PostgreSQL, all trusted: the owner of a database may create them."""

# unaccent(text) looks its dictionary up along the search path, so it is not immutable; named in
# full it is, which an index needs.
ENGINE_FUNCTIONS = (
    f"""\
CREATE OR REPLACE FUNCTION {SORT_KEY}(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN lower(public.unaccent('public.unaccent'::regdictionary, value))""",
)
"""Statements that create the engine's functions."""


def prerequisites() -> tuple[str, ...]:
    """Return the statements to run, as owner, before the tables are created."""
    extensions = (
        f"CREATE EXTENSION IF NOT EXISTS {name} WITH SCHEMA public" for name in ENGINE_EXTENSIONS
    )
    return (*extensions, *ENGINE_FUNCTIONS)


def sort_key(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """Return the expression by which human text is ordered; the value itself breaks ties."""
    return sa.Function(SORT_KEY, column, type_=sa.Text())
