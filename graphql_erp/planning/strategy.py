"""Choices between ways to the same answer."""

from __future__ import annotations

from graphql_erp.expressions.tree import Condition, Lookup, walk
from graphql_erp.planning.pages import Page
from graphql_erp.planning.plan import Edges, FieldValue, Member, Nodes, Strategy, TotalCount
from graphql_erp.registry.model import ModelDef

_SUBSTRING_LOOKUPS = frozenset({"contains", "icontains", "endswith", "iendswith", "search"})


def strategy_of(model: ModelDef, members: tuple[Member, ...]) -> Strategy:
    """Return who builds a record's answer object: PostgreSQL, unless a field needs Python."""
    fields = (member.value.field for member in members if isinstance(member.value, FieldValue))
    needs_python = any(not model.fields[name].is_sql for name in fields)
    return Strategy.ROWS if needs_python else Strategy.SQL


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
