"""Audit entries tell of a record what the actor may read of it, and nothing of others.

Entries of a record that is gone are shown to those only who may read every record of its model:
nobody can tell any more whether the others might have read this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

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
    conditions: Conditions, entry: sa.FromClause, column: sa.ColumnElement[Any]
) -> sa.ColumnElement[Any]:
    """Return the values of an entry without the fields that are limited to other groups."""
    hidden: dict[str, list[str]] = {}
    for model, name in sorted(conditions.hidden):
        hidden.setdefault(model, []).append(name)
    if not hidden:
        return column
    without = {
        model: sa.cast(column, JSONB()).op("-")(sa.literal_column(_texts(names)))
        for model, names in hidden.items()
    }
    return sa.case(
        *(
            (entry.c["model"] == sa.literal_column(f"'{model}'"), value)
            for model, value in without.items()
        ),
        else_=column,
    )


def _texts(names: list[str]) -> str:
    quoted = (f"'{name}'" for name in names)
    return f"ARRAY[{', '.join(quoted)}]"
