"""Fields with a value per language or company: their column, their SQL and their entries."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.varies_by import VariesBy

_CASTABLE = frozenset(
    {
        *(Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.BOOLEAN),
        *(Kind.DATE, Kind.DATETIME, Kind.TIME, Kind.JSON),
    }
)
"""Kinds whose values JSON holds, as themselves or as text."""
_LANGUAGE = re.compile(r"[a-z]{2,3}(_[A-Za-z0-9]{2,8})*")


def varying_faults(kind: FieldType) -> tuple[str, ...]:
    """Return what is wrong with the options of a field that holds a value per key, as sentences."""
    varies_by = kind.varies_by
    if varies_by is None:
        return ()
    option = "translate" if varies_by is VariesBy.LANGUAGE else "per_company"
    if option == "translate" and kind.per_company:
        return ("`per_company` does not go together with `translate`.",)
    if kind.kind is Kind.RECORD:
        return ("`per_company` does not apply to relations: their column is a foreign key.",)
    if kind.kind not in _CASTABLE:
        return (f"`per_company` does not apply to {kind.name} fields.",)
    if kind.compute is not None:
        return (f"`{option}` does not apply to computed fields: their inputs may vary.",)
    faults = [
        f"`{name}` does not apply to a field with a value per {varies_by.value}."
        for name in ("unique", "index")
        if getattr(kind, name)
    ]
    if option == "per_company" and kind.required and kind.default is None:
        faults.append("`per_company` on a required field needs a `default`.")
    return tuple(faults)


def stored_type(kind: FieldType) -> sa.types.TypeEngine[Any]:
    """Return the type of a field's column: JSONB when it holds a value per key."""
    return JSONB() if kind.varies_by else kind.column_type()


def value_for(
    kind: FieldType, column: sa.ColumnElement[Any], key: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Return the value of a column that holds several: the key's own, else the source's."""
    if kind.varies_by is None:
        return column
    source = sa.literal_column(f"'{kind.varies_by.source_key}'", sa.Text())
    if kind.kind is Kind.JSON:
        return sa.func.coalesce(_member("->", column, key), _member("->", column, source))
    text = sa.func.coalesce(_member("->>", column, key), _member("->>", column, source))
    return text if kind.kind is Kind.TEXT else sa.cast(text, kind.column_type())


def _member(
    operator: str, column: sa.ColumnElement[Any], key: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    kind: sa.types.TypeEngine[Any] = JSONB() if operator == "->" else sa.Text()
    return column.op(operator, return_type=kind)(key)


def entry_of(value: Any) -> Any:
    """Return a clean value as it stands in the object: PostgreSQL casts its text back, exactly."""
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return value


def clean_shipped(kind: FieldType, value: Any) -> Any:
    """Return the clean form of what a module ships: a value, or texts by language.

    Raises:
        InvalidValue: The value does not fit.
    """
    is_texts = kind.varies_by is VariesBy.LANGUAGE and isinstance(value, Mapping)
    return clean_entries(kind, value) if is_texts else kind.clean(value)


def clean_entries(kind: FieldType, entries: Mapping[Any, Any]) -> dict[str, Any]:
    """Return the clean texts of several languages; None removes one.

    Raises:
        InvalidValue: A key is no code of a language, or a text does not fit the field.
    """
    if kind.varies_by is not VariesBy.LANGUAGE:
        raise InvalidValue("has no value per language.")
    for code in entries:
        if not isinstance(code, str) or not _LANGUAGE.fullmatch(code):
            raise InvalidValue(f'"{code}" is no code of a language such as fr or fr_CA.')
    return {code: None if value is None else kind.clean(value) for code, value in entries.items()}
