"""The same figures, asked of the server: it does the sums."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from loading.figures import Figures
from loading.graphql import Client

# Smaller than most lists of groups, so that the pages are part of what is checked.
GROUPS_PER_PAGE = 10
ORDERS_PER_PAGE = 500

TOTALS = """
query Totals {
  northwindCustomers { totalCount }
  northwindOrders { totalCount }
  northwindOrderLines {
    totalCount
    aggregate { sum { gross lineTotal lineTotalExact } }
  }
}
"""

GROUPS = """
query Groups($by: NorthwindOrderLineGroupingBy!, $first: Int!, $after: String) {
  northwindOrderLines {
    groups(by: [$by], first: $first, after: $after) {
      nodes { values count aggregate { sum { lineTotal } } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
"""

ORDERS = """
query Orders($first: Int!, $after: String) {
  northwindOrders(orderBy: [{number: ASC}], first: $first, after: $after) {
    nodes { number orderTotal }
    pageInfo { hasNextPage endCursor }
  }
}
"""

BY_CATEGORY = {"product": {"category": {"field": "NAME"}}, "as": "group"}
BY_EMPLOYEE = {"order": {"employee": {"field": "NUMBER"}}, "as": "group"}
BY_MONTH = {"order": {"field": "ORDERED_ON", "granularity": "MONTH"}, "as": "group"}


def figures_of_server(client: Client) -> Figures:
    """Return the figures of the records a server has.

    Raises:
        Failure: The server does not answer these documents.
    """
    totals = client.execute(TOTALS)
    lines = totals["northwindOrderLines"]
    sums = lines["aggregate"]["sum"]
    by_month = _group_sums(client, BY_MONTH)
    return Figures(
        customers=totals["northwindCustomers"]["totalCount"],
        orders=totals["northwindOrders"]["totalCount"],
        lines=lines["totalCount"],
        gross=_decimal(sums["gross"]),
        exact=_decimal(sums["lineTotalExact"]),
        rounded=_decimal(sums["lineTotal"]),
        by_category=_group_sums(client, BY_CATEGORY),
        by_employee=_group_sums(client, BY_EMPLOYEE),
        by_month={month[: len("yyyy-mm")]: amount for month, amount in by_month.items()},
        by_order={
            str(order["number"]): _decimal(order["orderTotal"])
            for order in _nodes(client, ORDERS, {"first": ORDERS_PER_PAGE}, ("northwindOrders",))
        },
    )


def _group_sums(client: Client, by: Mapping[str, object]) -> Mapping[str, Decimal]:
    variables = {"by": by, "first": GROUPS_PER_PAGE}
    groups = _nodes(client, GROUPS, variables, ("northwindOrderLines", "groups"))
    return {
        str(group["values"]["group"]): _decimal(group["aggregate"]["sum"]["lineTotal"])
        for group in groups
    }


def _nodes(
    client: Client, document: str, variables: Mapping[str, object], path: tuple[str, ...]
) -> Iterator[Any]:
    """Give the nodes of all pages of the list at a path of the answer."""
    after = None
    while True:
        page = client.execute(document, {**variables, "after": after})
        for name in path:
            page = page[name]
        yield from page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


def _decimal(text: str | None) -> Decimal:
    """Return a sum as a number; the sum of nothing is null."""
    return Decimal(text or 0)
