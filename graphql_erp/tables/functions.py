"""What the engine needs in a database before its tables: extensions and functions."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from graphql_erp.tables.audit import AUDIT_FUNCTIONS

SORT_KEY = "erp_sort_key"
"""Function by which human text is ordered: without accents and case."""

ENGINE_EXTENSIONS = ("pg_trgm", "unaccent")
"""Extensions of PostgreSQL, all trusted: the owner of a database may create them."""

_PLAIN_TEXT = "erp_unaccent"

# unaccent() is not immutable, for its dictionary may be changed; an index needs a function that
# says it is. Calling that costs a microsecond, so that text without accents goes another way, which
# PostgreSQL writes into the statement in place of the call: why the second one is not STRICT.
ENGINE_FUNCTIONS = (
    f"""\
CREATE OR REPLACE FUNCTION {_PLAIN_TEXT}(value text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS
$$ BEGIN RETURN public.unaccent('public.unaccent'::regdictionary, value); END $$""",
    f"""\
CREATE OR REPLACE FUNCTION {SORT_KEY}(value text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN octet_length(value) = length(value) THEN lower(value)
ELSE lower({_PLAIN_TEXT}(value)) END""",
    *AUDIT_FUNCTIONS,
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
