"""Expressions of SQLAlchemy and values of Python as SQL text."""

from __future__ import annotations

import re
from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.fields.base import FieldType
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry

_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")
_NAMED = {"now": "now()", "today": "CURRENT_DATE"}


def expression_sql(expression: sa.ClauseElement) -> str:
    """Return an expression as DDL writes it: bare columns, constants in place."""
    compiler = _DIALECT.statement_compiler(_DIALECT, None)
    return str(compiler.process(expression, include_table=False, literal_binds=True))


def name_sql(name: str) -> str:
    """Return a name as SQL takes it: in quotes where it is a word of the language."""
    return str(_DIALECT.identifier_preparer.quote(name))


def without_parameters(sql: str) -> str:
    r"""Return SQL in which no `:word` is read as a parameter: it gets a backslash in front."""
    return _PARAMETER.sub(r"\\:", sql)


def fills_of(registry: Registry) -> Mapping[tuple[str, str], str]:
    """Return for table and column the value that existing records get in a new column."""
    found = {}
    for model in registry.models.values():
        for field in model.fields.values():
            if field.column and (value := _fill(field)):
                found[model.table, field.column] = value
    return found


def _fill(field: FieldDef) -> str:
    kind: FieldType = field.type
    if field.is_system or field.is_computed:
        return ""
    if kind.named_default:
        return _in_source(kind, _NAMED.get(kind.named_default, ""))
    if kind.default is None or field.relation is not None:
        return ""
    column_type = kind.column_type()
    value = kind.clean(kind.default)
    if isinstance(column_type, sa.JSON):
        return ""
    return _in_source(kind, expression_sql(sa.literal(value, column_type)))


def _in_source(kind: FieldType, sql: str) -> str:
    return source_sql(kind.varies_by.source_key, sql) if sql and kind.varies_by else sql


def source_sql(key: str, value: str) -> str:
    """Return the SQL of the object of values by language or company that has only one."""
    return f"jsonb_build_object('{key}', {value})"
