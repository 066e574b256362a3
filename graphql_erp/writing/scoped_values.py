"""Values per language or company: what a create stores and what an update changes of it.

The rule for texts in several languages: a new text is the source's and the writer's own; an update
sets the writer's language alone, so that the others stay; null removes the writer's language, which
then reads the source again, and removes all of them when the writer's language is the source.

The rule for values of companies: a new value holds for all companies; an update sets the value of
the company the writer works in, that of all others when they work in none; null removes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from graphql_erp.fields.varies_by import ALL_COMPANIES, SOURCE_LANGUAGE, VariesBy
from graphql_erp.fields.varying import entry_of
from graphql_erp.registry.model import FieldDef
from graphql_erp.security.actor import Actor

_NULL = sa.literal_column("'null'::jsonb", JSONB())
_NOTHING = sa.literal_column("'{}'::jsonb", JSONB())
_FIRST: sa.ColumnElement[Any] = sa.literal_column("'$.* ? (@ != null)'::jsonpath")


def is_made(field: FieldDef, column: sa.Column[Any]) -> bool:
    """Tell whether what is sent of a field's clean values must be made of them."""
    return field.type.varies_by is not None or isinstance(column.type, sa.JSON | JSONB)


def stored_value(field: FieldDef, value: Any, actor: Actor) -> Any:
    """Return a clean value as a new record stores it.

    Args:
        field: The field; a value that does not vary is returned as it is.
        value: The value; of a translated field also texts by language, as `translations` gives.
        actor: On whose behalf it is written.
    """
    if value is None or field.type.varies_by is None:
        return value
    if field.type.varies_by is VariesBy.COMPANY:
        return {ALL_COMPANIES: entry_of(value)}
    texts = {code: text for code, text in _texts(value, actor).items() if text is not None}
    if not texts:
        return None
    source = texts.get(SOURCE_LANGUAGE, next(iter(texts.values())))
    return {SOURCE_LANGUAGE: source, **texts}


def change(field: FieldDef, value: Any, actor: Actor) -> Any:
    """Return what an update sets of a value that varies: entries by key, None for a removed one.

    A value that does not vary is returned as it is. The result travels to `changed_value` as the
    field's column would have it: as JSON.
    """
    match field.type.varies_by:
        case None:
            return value
        case VariesBy.COMPANY:
            return {company_key(actor): entry_of(value)}
    return _texts(value, actor)


def changed_value(
    field: FieldDef,
    column: sa.ColumnElement[Any],
    new: sa.ColumnElement[Any],
    company: sa.ColumnElement[str],
) -> sa.ColumnElement[Any]:
    """Return the SQL an update sets a column to.

    Args:
        field: The field; of one that does not vary it is the new value.
        column: The column as it is.
        new: What `change` gave, as JSONB.
        company: What `company_key` gives.
    """
    match field.type.varies_by:
        case None:
            return new
        case VariesBy.COMPANY:
            return _changed_company(column, new, company)
    return _changed_texts(column, new)


def shown_value(field: FieldDef, value: Any, actor: Actor, before: Any = None) -> Any:
    """Return what behaviour sees of a clean value that is written: one text of several.

    Args:
        field: The field.
        value: The value; of a translated field also texts by language.
        actor: On whose behalf it is written.
        before: What the actor read so far, which stays when other languages are written.
    """
    if not isinstance(value, Mapping) or field.type.varies_by is not VariesBy.LANGUAGE:
        return value
    if before is not None and value.get(actor.language) is None:
        return before
    texts = stored_value(field, value, actor) or {}
    return texts.get(actor.language, texts.get(SOURCE_LANGUAGE))


def _texts(value: Any, actor: Actor) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {actor.language: value}


def company_key(actor: Actor) -> str:
    """Return the key under which the values of the company are in which somebody works."""
    return ALL_COMPANIES if actor.company is None else str(actor.company)


def _changed_company(
    column: sa.ColumnElement[Any], new: sa.ColumnElement[Any], key: sa.ColumnElement[str]
) -> sa.ColumnElement[Any]:
    removed = sa.func.nullif(column.op("-", return_type=JSONB())(key), _NOTHING)
    merged = sa.func.coalesce(column, _NOTHING, type_=JSONB()).op("||")(new)
    is_removed = new.op("->", return_type=JSONB())(key) == _NULL
    return sa.case((is_removed, removed), else_=merged)


def _changed_texts(
    column: sa.ColumnElement[Any], new: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    source = sa.literal_column(f"'{SOURCE_LANGUAGE}'", sa.Text())
    first = sa.func.jsonb_path_query_first(new, _FIRST)
    known = sa.func.coalesce(column, sa.func.jsonb_build_object(source, first), type_=JSONB())
    texts = sa.func.jsonb_strip_nulls(known.op("||", return_type=JSONB())(new))
    is_removed = new.op("->", return_type=JSONB())(source) == _NULL
    return sa.case((is_removed, sa.null()), else_=sa.func.nullif(texts, _NOTHING))
