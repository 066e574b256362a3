"""Ancestors and descendants: the ids reached by walking a tree up or down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from graphql_erp.registry.model import Relation, RelationKind


def lineage(
    open_rows: Callable[[], sa.FromClause],
    relation: Relation,
    start: sa.ColumnElement[Any],
    name: str,
) -> sa.CTE:
    """Return the ids above or below a record, as a table with the column `id`.

    UNION leaves out what was found before, so that the walk ends even where records were made
    their own ancestors behind the engine's back. It does not lead past records that are not among
    the rows: whoever may not read them may not learn where they hang.

    Args:
        open_rows: Gives the tree's table, or those rows of it that may be walked over.
        relation: Of kind ANCESTORS or DESCENDANTS.
        start: Id of the record, of a statement around this one.
        name: Name of the table to be made, not used elsewhere in the statement.
    """
    near, far = "id", relation.column
    if relation.kind is RelationKind.DESCENDANTS:
        near, far = far, near
    first, next_one = open_rows(), open_rows()
    outer = sa.select(first.c[far].label("id")).where(first.c[near] == start)
    walk = outer.correlate_except(first).cte(name, recursive=True, nesting=True)
    step = sa.select(next_one.c[far]).where(next_one.c[near] == walk.c["id"])
    return walk.union(step)
