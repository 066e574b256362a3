"""Checks: figures that ought to be equal, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from loading.figures import Figures


@dataclass(frozen=True, slots=True)
class Check:
    """One figure: what it should be and what it is; None where there is no such figure."""

    name: str
    expected: Decimal | int | None
    found: Decimal | int | None

    @property
    def is_met(self) -> bool:
        """Whether both are the same number."""
        return self.expected == self.found


KNOWN: Mapping[str, Decimal | int] = {
    "customers": 91,
    "orders": 830,
    "order lines": 2155,
    "gross": Decimal("1354458.59"),
    "after discount, exact": Decimal("1265793.0395"),
    "after discount, lines rounded": Decimal("1265793.29"),
}
"""What Northwind is known to add up to."""


def known_checks(found: Figures) -> list[Check]:
    """Return the checks of figures against what Northwind is known to add up to."""
    return [Check(name, KNOWN[name], value) for name, value in _totals(found).items()]


def checks(expected: Figures, found: Figures) -> list[Check]:
    """Return the checks of figures against others, group by group.

    Orders and customers are too many to be shown: one check counts those that differ.
    """
    totals = _totals(found)
    years = sorted(expected.numbered.keys() | found.numbered.keys())
    return [
        *(Check(name, value, totals[name]) for name, value in _totals(expected).items()),
        *_pairs("category ", expected.by_category, found.by_category),
        *_pairs("employee ", expected.by_employee, found.by_employee),
        *_pairs("month ", expected.by_month, found.by_month),
        Check("orders with another total", 0, _different(expected.by_order, found.by_order)),
        Check("sum of the orders' totals", expected.rounded, sum(found.by_order.values())),
        Check(
            "customers with another turnover",
            0,
            _different(expected.by_customer, found.by_customer),
        ),
        Check("orders that have left", expected.shipped, found.shipped),
        Check("pieces in stock", expected.pieces, found.pieces),
        *(
            Check(
                f"numbers of {year} without a gap",
                expected.numbered.get(year),
                found.numbered.get(year),
            )
            for year in years
        ),
    ]


def _totals(figures: Figures) -> Mapping[str, Decimal | int]:
    return {
        "customers": figures.customers,
        "orders": figures.orders,
        "order lines": figures.lines,
        "gross": figures.gross,
        "after discount, exact": figures.exact,
        "after discount, lines rounded": figures.rounded,
    }


def _different(expected: Mapping[str, Decimal], found: Mapping[str, Decimal]) -> int:
    return sum(not check.is_met for check in _pairs("", expected, found))


def _pairs(
    prefix: str, expected: Mapping[str, Decimal], found: Mapping[str, Decimal]
) -> Iterator[Check]:
    for name in sorted(expected.keys() | found.keys()):
        yield Check(prefix + name, expected.get(name), found.get(name))
