"""PageRows: the page of a connection, cut first, and what hangs on it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.planning.plan import Member, PageFact, PagePlan, TypeName
from graphql_erp.reading.order import Term, beyond, cursor_column, order_terms, signature
from graphql_erp.reading.pieces import (
    Column,
    json_list,
    json_object,
    json_text,
    labelled,
)
from graphql_erp.reading.scope import Build, Scope
from graphql_erp.reading.statement import Slot
from graphql_erp.reading.values import read_offset

# Fields never begin with an underscore.
_ORDINAL = "_ordinal"
_CURSOR = "_cursor"


class PageRows:
    """The rows of one page: a subselect, or a common table when several members read it."""

    def __init__(
        self, build: Build, plan: PagePlan, page: sa.FromClause, matches: sa.CTE | None
    ) -> None:
        self.build = build
        self.plan = plan
        self.page = page
        self.matches = matches
        """All matching records, when the plan keeps them for the total."""

    def list_of(self, columns: Callable[[Scope], list[Column]]) -> Column:
        """Return the JSON list of the page's rows, each made of the columns given for it."""
        return json_list(self.build, self.select(columns))

    def array_of(self, columns: Callable[[Scope], list[Column]]) -> Column:
        """Return the page's rows as tuples, each made of the columns given for it."""
        rows = self.select(lambda scope: [sa.func.row(*columns(scope))])
        return sa.func.array(rows.scalar_subquery())

    def select(self, columns: Callable[[Scope], list[Column]]) -> sa.Select[Any]:
        """Return the select of the page's rows in their order, each made of the columns given."""
        scope = Scope(self.build, self.plan.model, self.page)
        statement = scope.select(*columns(scope))
        if self._is_numbered:
            ordinal = self.page.c[_ORDINAL]
            statement = statement.order_by(ordinal.desc() if self.plan.is_backward else ordinal)
            if self.plan.is_backward:
                statement = statement.where(ordinal <= self._limit)
        if isinstance(self.page, sa.CTE) and not self.plan.is_backward:
            statement = statement.limit(self._limit)
        return statement

    def cursor(self) -> Column:
        """Return the cursor of a row."""
        return self.page.c[_CURSOR]

    def info(self, members: Iterable[Member]) -> Column:
        """Return the `pageInfo` object."""
        columns = [labelled(self._fact(member), member.key) for member in members]
        return json_object(self.build, columns)

    def total(self, matches: sa.CTE) -> Column:
        """Return how many records match."""
        return sa.select(sa.func.count()).select_from(matches).scalar_subquery()

    @property
    def _limit(self) -> Column:
        return sa.literal_column(str(self.plan.limit))

    @property
    def _is_numbered(self) -> bool:
        return _ORDINAL in self.page.c

    def _fact(self, member: Member) -> Column:
        plan = self.plan
        match member.value:
            case PageFact("hasNextPage"):
                return self._passed(plan.before) if plan.is_backward else self._has_more()
            case PageFact("hasPreviousPage"):
                return self._has_more() if plan.is_backward else self._passed(plan.after)
            case PageFact("startCursor"):
                return self._edge_cursor(is_first=not plan.is_backward)
            case PageFact("endCursor"):
                return self._edge_cursor(is_first=plan.is_backward)
            case TypeName(name):
                return json_text(name)
            case other:
                raise TypeError(f"{type(other).__name__} is not a member of pageInfo.")

    def _has_more(self) -> Column:
        return sa.select(sa.func.count() > self._limit).select_from(self.page).scalar_subquery()

    def _passed(self, cursor: object) -> Column:
        if cursor is not None:
            return sa.literal_column("true")
        if self.plan.offset is None:
            return sa.literal_column("false")
        return offset_parameter(self.build, self.plan) > sa.literal_column("0")

    def _edge_cursor(self, *, is_first: bool) -> Column:
        ordinal = self.page.c[_ORDINAL]
        statement = sa.select(self.page.c[_CURSOR]).where(ordinal <= self._limit)
        ordered = statement.order_by(ordinal if is_first else ordinal.desc())
        return ordered.limit(sa.literal_column("1")).scalar_subquery()


def offset_parameter(build: Build, plan: PagePlan) -> Column:
    """Return the parameter of `offset`."""
    if plan.offset is None:
        raise TypeError("The page has no offset.")
    slot = Slot(plan.offset, ValueType(Kind.INTEGER), read_offset)
    return build.bind_slot(slot, "offset")


def cut_page(
    build: Build,
    plan: PagePlan,
    scope: Scope,
    needed: Iterable[str],
    *,
    is_shared: bool,
    wants_cursor: bool,
    wants_edges: bool,
    is_joined: bool,
) -> PageRows:
    """Return the page: filtered, ordered and cut before anything is joined to it.

    Args:
        build: The statement at hand.
        plan: The page's plan.
        scope: The filtered records.
        needed: Columns the answer is made of.
        is_shared: Several members read the page.
        wants_cursor: A cursor was asked for.
        wants_edges: `pageInfo` was asked for: one row more tells whether there is a next page.
        is_joined: Other tables are joined to the page, after which its rows come in any order.
    """
    terms = order_terms(scope, plan.order, reverse=plan.is_backward)
    mark = signature(plan.model, plan.order)
    conditions = []
    if plan.after is not None:
        is_against = plan.is_backward
        conditions.append(beyond(build, terms, plan.after, mark, before=is_against))
    if plan.before is not None:
        is_against = not plan.is_backward
        conditions.append(beyond(build, terms, plan.before, mark, before=is_against))
    columns = [scope.source.c[name] for name in needed]
    if wants_cursor:
        columns.append(cursor_column(_key_columns(terms), mark).label(_CURSOR))
    if not columns:
        columns.append(sa.literal_column("1").label("_one"))
    limit = plan.limit + 1 if wants_edges else plan.limit
    statement = scope.select(*columns).where(*conditions)
    matches = None
    if plan.keeps_matches:
        statement, terms, matches = _kept(build, statement, terms)
    statement = statement.order_by(*(term.sorted() for term in terms))
    statement = statement.limit(sa.literal_column(str(limit)))
    if plan.offset is not None:
        statement = statement.offset(offset_parameter(build, plan))
    is_numbered = plan.is_backward or is_joined or (wants_edges and wants_cursor)
    page = _named(build, statement, is_numbered=is_numbered, is_shared=is_shared)
    return PageRows(build, plan, page, matches)


def _kept(
    build: Build, statement: sa.Select[Any], terms: list[Term]
) -> tuple[sa.Select[Any], list[Term], sa.CTE]:
    """Return the page's select over all matches, found once and sorted by kept columns."""
    selected = list(statement.selected_columns)
    names = [str(column.key) for column in selected]
    places: list[str] = []
    for number, term in enumerate(terms):
        known = next(
            (name for name, column in zip(names, selected, strict=True) if column is term.column),
            None,
        )
        places.append(known or f"order_{number}")
        if known is None:
            statement = statement.add_columns(term.column.label(places[-1]))
    matches = statement.cte(build.alias_name("_matches"))
    placed = [
        replace(term, column=matches.c[place]) for term, place in zip(terms, places, strict=True)
    ]
    return sa.select(*(matches.c[name] for name in names)), placed, matches


def _named(
    build: Build, statement: sa.Select[Any], *, is_numbered: bool, is_shared: bool
) -> sa.FromClause:
    if is_numbered:
        cut = statement.subquery(build.alias_name("cut"))
        ordinal = sa.func.row_number().over().label(_ORDINAL)
        statement = sa.select(*cut.c, ordinal)
    name = build.alias_name("_page")
    return statement.cte(name) if is_shared else statement.subquery(name)


def _key_columns(terms: Iterable[Term]) -> list[Column]:
    return [term.column for term in terms if not term.is_sort_key]


def page_columns(columns: list[Column], rows: PageRows | None) -> sa.Select[Any]:
    """Return the select of a connection's members, one row, with the page they share."""
    statement = sa.select(*columns)
    for table in () if rows is None else (rows.matches, rows.page):
        if isinstance(table, sa.CTE):
            statement = statement.add_cte(table, nest_here=True)
    return statement
