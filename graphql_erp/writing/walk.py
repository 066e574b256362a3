"""Paths of relations walked over sets of records, forwards and backwards."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.computed.path import Hop, Path
from graphql_erp.registry.model import RelationKind
from graphql_erp.tables.build import Tables
from graphql_erp.writing.statements import text_of

_Ids = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class _Edge:
    """Pairs of ids: those at the near end of a relation and those at its far end."""

    table: sa.Table
    near: str
    far: str
    is_closed: bool = False
    """Whether the far end's far ends are reached too, and so on."""


@lru_cache(maxsize=1024)
def owners_sql(tables: Tables, path: Path) -> str:
    """Return the statement for the records from which a path leads to the records `$1`."""
    edges = [_turned(_edge(tables, hop)) for hop in reversed(path)]
    return text_of(_walk(edges).distinct())


@lru_cache(maxsize=1024)
def guard_sql(tables: Tables, path: Path, *, is_exclusive: bool) -> str:
    """Return the statement that locks the records to which a path leads from the records `$1`."""
    table = tables.of(path[-1].relation.target)
    reached = _walk([_edge(tables, hop) for hop in path])
    select = sa.select(table.c["id"]).where(table.c["id"].in_(reached)).order_by(table.c["id"])
    lock = select.with_for_update(read=not is_exclusive, key_share=is_exclusive)
    return text_of(lock)


@lru_cache(maxsize=256)
def lock_sql(table: sa.Table) -> str:
    """Return the statement that locks the records `$1` in the order of their ids.

    Other records may refer to them meanwhile: a lock of the key too would make two transactions
    wait for each other that both add lines to one order.
    """
    select = sa.select(table.c["id"]).where(table.c["id"] == _given()).order_by(table.c["id"])
    return text_of(select.with_for_update(key_share=True))


def _given() -> Any:
    return sa.any_(sa.literal_column("$1::bigint[]", sa.ARRAY(sa.BigInteger())))


def _edge(tables: Tables, hop: Hop) -> _Edge:
    relation = hop.relation
    match relation.kind:
        case RelationKind.TO_ONE:
            return _Edge(tables.of(hop.model), "id", relation.column)
        case RelationKind.INVERSE | RelationKind.INVERSE_ONE:
            return _Edge(tables.of(relation.target), relation.column, "id")
        case RelationKind.LINK:
            link = tables.link(relation.link_table)
            return _Edge(link, relation.link_own, relation.link_target)
        case RelationKind.ANCESTORS:
            return _Edge(tables.of(hop.model), "id", relation.column, is_closed=True)
        case RelationKind.DESCENDANTS:
            return _Edge(tables.of(hop.model), relation.column, "id", is_closed=True)
    raise TypeError(f"Nothing is computed over {hop.model}.{hop.name}.")


def _turned(edge: _Edge) -> _Edge:
    return _Edge(edge.table, edge.far, edge.near, edge.is_closed)


def _walk(edges: list[_Edge]) -> sa.Select[Any]:
    reached: sa.Select[Any] | None = None
    for number, edge in enumerate(edges, start=1):
        reached = _step(edge, reached, f"walk_{number}")
    if reached is None:
        raise TypeError("An empty path leads nowhere.")
    return reached


def _step(edge: _Edge, start: sa.Select[Any] | None, name: str) -> sa.Select[Any]:
    """Return the ids at the far end of an edge."""
    first = edge.table.alias(f"{name}_first")
    near, far = first.c[edge.near], first.c[edge.far]
    begins: _Ids = near == _given() if start is None else near.in_(start)
    reached = sa.select(far.label("id")).where(begins, far.is_not(None))
    if not edge.is_closed:
        return reached
    walk = reached.cte(name, recursive=True, nesting=True)
    following = edge.table.alias(f"{name}_next")
    step = sa.select(following.c[edge.far]).where(
        following.c[edge.near] == walk.c["id"], following.c[edge.far].is_not(None)
    )
    return sa.select(walk.union(step).c["id"])
