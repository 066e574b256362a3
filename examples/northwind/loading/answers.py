"""The same figures, asked of the server: it does the sums."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
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
  shipped: northwindOrders(filter: {state: {eq: SHIPPED}}) { totalCount }
  northwindProducts { aggregate { sum { unitsInStock } } }
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
  northwindOrders(orderBy: [{externalRef: ASC}], first: $first, after: $after) {
    nodes { externalRef number total }
    pageInfo { hasNextPage endCursor }
  }
}
"""

CUSTOMERS = """
query Customers($first: Int!, $after: String) {
  northwindCustomers(filter: {turnover: {gt: 0}}, first: $first, after: $after) {
    nodes { code turnover }
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
    first = {"first": ORDERS_PER_PAGE}
    orders = list(_nodes(client, ORDERS, first, ("northwindOrders",)))
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
        by_order={str(order["externalRef"]): _decimal(order["total"]) for order in orders},
        by_customer={
            str(customer["code"]): _decimal(customer["turnover"])
            for customer in _nodes(client, CUSTOMERS, first, ("northwindCustomers",))
        },
        shipped=totals["shipped"]["totalCount"],
        pieces=int(totals["northwindProducts"]["aggregate"]["sum"]["unitsInStock"] or 0),
        numbered=without_a_gap(str(order["number"]) for order in orders),
    )


def without_a_gap(numbers: Iterable[str]) -> Mapping[str, int]:
    """Return how far the numbers of each year, such as `1996-0001`, go from 1 on.

    A number that is there twice is a gap, too: one of the orders has none of its own.
    """
    by_year: defaultdict[str, list[int]] = defaultdict(list)
    for year, _, place in (number.partition("-") for number in numbers):
        by_year[year].append(int(place or 0))
    return {
        year: next(
            (count for count, place in enumerate(sorted(places)) if place != count + 1), len(places)
        )
        for year, places in by_year.items()
    }


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
