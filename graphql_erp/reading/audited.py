"""Audit entries tell of a record what the actor may read of it, and nothing of others.

Entries of a record that is gone are shown to those only who may read every record of its model:
nobody can tell any more whether the others might have read this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB, array

from graphql_erp.registry.model import ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Conditions

VALUES = frozenset({"old_values", "new_values"})
"""Fields of an entry that hold the values of a record."""


def entries_readable(
    registry: Registry,
    conditions: Conditions,
    entry: sa.FromClause,
    readable_ids: Callable[[str], sa.Select[Any]],
) -> list[sa.ColumnElement[bool]]:
    """Return what must hold of an audit entry besides the condition of its own model.

    Args:
        registry: The models.
        conditions: What the actor may read.
        entry: The entries.
        readable_ids: Gives the ids of the records of a model that may be read.
    """
    limited = [
        name for name, model in registry.models.items() if model.is_audited and name in conditions
    ]
    if not limited:
        return []
    others = entry.c["model"].not_in([sa.literal_column(f"'{name}'") for name in limited])
    seen = (
        sa.and_(
            entry.c["model"] == sa.literal_column(f"'{name}'"),
            entry.c["record_id"].in_(readable_ids(name)),
        )
        for name in limited
    )
    return [sa.or_(others, *seen)]


def shown_values(
    registry: Registry,
    conditions: Conditions,
    entry: sa.FromClause,
    name: str,
    is_readable: Callable[[str, sa.ColumnElement[Any]], sa.ColumnElement[bool]],
) -> sa.ColumnElement[Any]:
    """Return the values of an entry as far as the actor may see them.

    Fields that are limited to other groups are left out. A record one may not read is none in a
    to-one field: it is null there, and left out where the other side of the change has none either.

    Args:
        registry: The models.
        conditions: What the actor may read.
        entry: The entries.
        name: One of `VALUES`.
        is_readable: Tells whether a model has a record of some id that may be read.
    """
    column = entry.c[name]
    if not conditions:
        return column
    (other,) = VALUES - {name}
    sides = (sa.cast(column, JSONB()), sa.cast(entry.c[other], JSONB()))
    shown: list[tuple[sa.ColumnElement[bool], sa.ColumnElement[Any]]] = []
    for model in registry.models.values():
        if not model.is_audited:
            continue
        hidden = sorted(field for owner, field in conditions.hidden if owner == model.name)
        limited = [item for item in _limited(model, conditions) if item[0] not in hidden]
        if hidden or limited:
            value = _shown(*sides, hidden, limited, is_readable)
            shown.append((entry.c["model"] == sa.literal_column(f"'{model.name}'"), value))
    return sa.case(*shown, else_=column) if shown else column


def _limited(model: ModelDef, conditions: Conditions) -> list[tuple[str, str]]:
    """Return the to-one fields of a model whose records are not all to be read, and their model."""
    return [
        (field.name, field.relation.target)
        for field in model.fields.values()
        if field.relation is not None
        and field.relation.kind is RelationKind.TO_ONE
        and field.relation.target in conditions
    ]


def _shown(
    values: sa.ColumnElement[Any],
    others: sa.ColumnElement[Any],
    hidden: list[str],
    limited: list[tuple[str, str]],
    is_readable: Callable[[str, sa.ColumnElement[Any]], sa.ColumnElement[bool]],
) -> sa.ColumnElement[Any]:
    gone: list[sa.ColumnElement[Any]] = [_text(name) for name in hidden]
    nulls: list[sa.ColumnElement[Any]] = []
    for name, target in limited:
        ids = (_record_id(side, name) for side in (values, others))
        here, there = (sa.func.coalesce(is_readable(target, key), sa.false()) for key in ids)
        gone.append(sa.case((sa.not_(sa.or_(here, there)), _text(name))))
        null = sa.func.jsonb_build_object(_text(name), sa.null())
        is_null = sa.and_(values.op("?", is_comparison=True)(_text(name)), sa.not_(here), there)
        nulls.append(sa.case((is_null, null), else_=sa.literal_column("'{}'::jsonb")))
    found: sa.ColumnElement[Any] = values.op("-")(array(gone, type_=sa.Text()))
    for part in nulls:
        found = found.op("||")(part)
    return found


def _record_id(values: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[Any]:
    """Return the id in a to-one field; what is none, from when it was another field, gives null."""
    text = values.op("->>", return_type=sa.Text())(_text(name))
    is_id = text.regexp_match(sa.literal_column("'^[0-9]{1,18}$'"))
    return sa.case((is_id, sa.cast(text, sa.BigInteger())))


def _text(name: str) -> sa.ColumnElement[str]:
    """Return the name of a field as text in SQL."""
    return sa.literal_column(f"'{name}'", sa.Text())
