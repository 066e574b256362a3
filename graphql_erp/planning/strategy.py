"""Choices between ways to the same answer."""

from __future__ import annotations

from graphql_erp.expressions.tree import Condition, Lookup, walk
from graphql_erp.planning.pages import Page
from graphql_erp.planning.plan import (
    EdgeNode,
    Edges,
    FieldValue,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    Member,
    MethodValue,
    Nodes,
    OneOf,
    Strategy,
    ToMany,
    ToOne,
    TotalCount,
    Value,
)
from graphql_erp.registry.model import ModelDef

_SUBSTRING_LOOKUPS = frozenset({"contains", "icontains", "endswith", "iendswith", "search"})


def strategy_of(model: ModelDef, members: tuple[Member, ...]) -> Strategy:
    """Return who builds a record's answer object: PostgreSQL, unless something needs Python."""
    fields = (member.value.field for member in members if isinstance(member.value, FieldValue))
    needs_python = any(not model.fields[name].is_sql for name in fields)
    return Strategy.ROWS if needs_python or needs_rows(members) else Strategy.SQL


def needs_rows(members: tuple[Member, ...]) -> bool:
    """Tell whether a record, a connection or groups hold a record that Python finishes."""
    return any(_needs_rows(member.value) for member in members)


def _needs_rows(value: Value) -> bool:
    match value:
        case MethodValue():
            return True
        case ToOne(object=plan) | Nodes(plan) | EdgeNode(plan):
            return plan.strategy is Strategy.ROWS
        case ToMany(page=page) | GroupRecords(page):
            return needs_rows(page.members)
        case Edges(members) | GroupNodes(members) | GroupKeyValue(members) | OneOf(members):
            return needs_rows(members)
        case Groups(members=members):
            return needs_rows(members)
        case _:
            return False


def keeps_matches(members: tuple[Member, ...], where: Condition | None, page: Page) -> bool:
    """Tell whether a page and its total share one pass over the matching records.

    Worth it for a search: it reads all matches for the total anyway, and PostgreSQL cannot tell
    how many there are, so that for the page alone it may walk through the whole order instead of
    the text index. A plain filter is left alone: its page comes from an index without its total.
    """
    if page.after is not None or page.before is not None or where is None:
        return False
    values = [type(member.value) for member in members]
    if TotalCount not in values or not (Nodes in values or Edges in values):
        return False
    return any(
        isinstance(node, Lookup) and node.lookup in _SUBSTRING_LOOKUPS for node in walk(where)
    )
