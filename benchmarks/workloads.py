"""The six workloads: document, variables that vary, and how many records an answer must hold."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from random import Random
from typing import Any

import orjson

from benchmarks.data import DAYS, FIRST_DAY, FULL, LAST_NAMES, Size

Variables = Mapping[str, Any]
SEED = 20_261_121
STATES = ("CANCELLED", "CONFIRMED", "DONE", "DRAFT", "SENT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """One kind of request.

    Attributes:
        name: Its number in the result table.
        title: What it reads, for people.
        document: GraphQL document of every request.
        draw: Draws the variables of one request.
        path: Keys under `data` that lead to the records.
        records: Fewest and most records an answer holds on the full data.
    """

    name: str
    title: str
    document: str
    draw: Callable[[Random, Size], Variables]
    path: tuple[str, ...]
    records: tuple[int, int]

    def variables(self, size: Size = FULL) -> Iterator[Variables]:
        """Yield the variables of request after request: endless, and the same in every run."""
        random = Random(f"{SEED}/{self.name}")
        while True:
            yield self.draw(random, size)

    def bodies(self, count: int, size: Size = FULL) -> list[bytes]:
        """Return the HTTP bodies of the first requests."""
        return [
            orjson.dumps({"query": self.document, "variables": variables})
            for variables in islice(self.variables(size), count)
        ]

    def found(self, answer: Any) -> list[Any]:
        """Return the records of an answer; a single record is a list of one."""
        value = answer["data"]
        for key in self.path:
            value = value[key]
        return value if isinstance(value, list) else [value]


ORDER_BY_ID = """
query OneOrder($id: ID!) {
  benchOrder(by: {id: $id}) {
    id number state priority orderedOn confirmedAt reference total
  }
}
"""

ORDER_LIST = """
query OrderList($state: BenchOrderState!, $until: Date!) {
  benchOrders(
    filter: {state: {eq: $state}, orderedOn: {lte: $until}}
    orderBy: [{orderedOn: DESC}, {id: DESC}]
    first: 100
  ) {
    nodes {
      id number state priority orderedOn dueOn currencyCode isPaid net total
      contact { name email company { name } }
    }
  }
}
"""

ORDERS_WITH_LINES = """
query OrdersWithLines($until: Date!) {
  benchOrders(
    filter: {orderedOn: {lte: $until}}
    orderBy: [{orderedOn: DESC}, {id: DESC}]
    first: 50
  ) {
    nodes {
      id number state orderedOn total
      contact { id name email }
      lines(orderBy: [{position: ASC}], first: 50) {
        nodes { id position description quantity unitPrice subtotal product { id code name } }
      }
    }
  }
}
"""

CONTACT_LIST = """
query ContactList($number: Int!) {
  benchContacts(filter: {number: {gt: $number}}, orderBy: [{number: ASC}], first: 1000) {
    nodes {
      id number name email phone city kind active creditLimit lastSeenAt
    }
  }
}
"""

TOTALS_BY_STATE = """
query TotalsByState($since: Date!) {
  benchOrders(filter: {orderedOn: {gte: $since}}) {
    groups(by: [{field: STATE}], orderBy: [{key: STATE, direction: ASC}]) {
      nodes { key { state } count aggregate { sum { total } } }
    }
  }
}
"""

CONTACT_SEARCH = """
query ContactSearch($text: String!) {
  benchContacts(
    filter: {active: {eq: true}, OR: [{name: {icontains: $text}}, {email: {icontains: $text}}]}
    orderBy: [{number: ASC}]
    first: 50
  ) {
    totalCount
    nodes { id number name email phone jobTitle city kind }
  }
}
"""


def _day(random: Random, first: int, last: int) -> str:
    return (FIRST_DAY + timedelta(days=random.randint(first, last))).isoformat()


def _one_order(random: Random, size: Size) -> Variables:
    return {"id": str(random.randint(1, size.orders))}


def _order_list(random: Random, _size: Size) -> Variables:
    return {"state": random.choice(STATES), "until": _day(random, DAYS // 3, DAYS)}


def _orders_with_lines(random: Random, _size: Size) -> Variables:
    return {"until": _day(random, DAYS // 3, DAYS)}


def _contact_list(random: Random, size: Size) -> Variables:
    return {"number": random.randint(10_000, 10_000 + size.contacts - 1_000)}


def _totals(random: Random, _size: Size) -> Variables:
    return {"since": _day(random, 0, DAYS // 10)}


def _search(random: Random, _size: Size) -> Variables:
    name = random.choice(LAST_NAMES)
    start = random.randint(0, 1)
    return {"text": name[start : start + random.randint(5, len(name))]}


WORKLOADS: Mapping[str, Workload] = {
    workload.name: workload
    for workload in (
        Workload(
            name="1",
            title="one order by id",
            document=ORDER_BY_ID,
            draw=_one_order,
            path=("benchOrder",),
            records=(1, 1),
        ),
        Workload(
            name="2",
            title="100 orders, contact, company",
            document=ORDER_LIST,
            draw=_order_list,
            path=("benchOrders", "nodes"),
            records=(100, 100),
        ),
        Workload(
            name="3",
            title="50 orders, contact, lines, products",
            document=ORDERS_WITH_LINES,
            draw=_orders_with_lines,
            path=("benchOrders", "nodes"),
            records=(50, 50),
        ),
        Workload(
            name="4",
            title="1 000 contacts",
            document=CONTACT_LIST,
            draw=_contact_list,
            path=("benchContacts", "nodes"),
            records=(1_000, 1_000),
        ),
        Workload(
            name="5",
            title="count and sum by state",
            document=TOTALS_BY_STATE,
            draw=_totals,
            path=("benchOrders", "groups", "nodes"),
            records=(len(STATES), len(STATES)),
        ),
        Workload(
            name="8",
            title="search page with total",
            document=CONTACT_SEARCH,
            draw=_search,
            path=("benchContacts", "nodes"),
            records=(1, 50),
        ),
    )
}
