"""Figures: counts and sums of the orders, here computed from the CSV files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from loading.files import read_lines

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the data add up to, whoever does the sums."""

    customers: int
    orders: int
    lines: int
    gross: Decimal
    """Price times quantity."""
    exact: Decimal
    """After discount, nothing rounded."""
    rounded: Decimal
    """After discount, each line rounded to cents."""
    by_category: Mapping[str, Decimal]
    """Rounded, by the category's name."""
    by_employee: Mapping[str, Decimal]
    """Rounded, by the employee's number."""
    by_month: Mapping[str, Decimal]
    """Rounded, by the month of the order: `1996-07`."""
    by_order: Mapping[str, Decimal]
    """Rounded, by what the files call the order."""
    by_customer: Mapping[str, Decimal]
    """Rounded, by the customer's code."""
    shipped: int
    """Orders that have left."""
    pieces: int
    """What is in stock of all products."""
    numbered: Mapping[str, int]
    """How many orders of a year have the numbers from 1 on, by the year."""


@dataclass(frozen=True, slots=True)
class _Line:
    """One order line: what it costs and the groups it belongs to."""

    gross: Decimal
    exact: Decimal
    category: str
    employee: str
    month: str
    order: str
    customer: str

    @property
    def rounded(self) -> Decimal:
        return self.exact.quantize(_CENT, ROUND_HALF_UP)


def figures_of_files(folder: Path) -> Figures:
    """Return the figures of a folder of CSV files.

    Raises:
        Failure: A file cannot be read.
    """
    lines = list(_lines(folder))
    orders = [order for _, order in read_lines(folder, "orders.csv")]
    products = [product for _, product in read_lines(folder, "products.csv")]
    return Figures(
        customers=sum(1 for _ in read_lines(folder, "customers.csv")),
        orders=len(orders),
        lines=len(lines),
        gross=sum((line.gross for line in lines), Decimal()),
        exact=sum((line.exact for line in lines), Decimal()),
        rounded=sum((line.rounded for line in lines), Decimal()),
        by_category=_sums(lines, "category"),
        by_employee=_sums(lines, "employee"),
        by_month=_sums(lines, "month"),
        by_order=_sums(lines, "order"),
        by_customer=_sums(lines, "customer"),
        shipped=sum(1 for order in orders if order["ShippedDate"]),
        pieces=sum(int(product["UnitsInStock"]) for product in products),
        numbered=Counter(order["OrderDate"][: len("yyyy")] for order in orders),
    )


def _lines(folder: Path) -> Iterator[_Line]:
    categories = _by_key(folder, "categories.csv", "CategoryID")
    products = _by_key(folder, "products.csv", "ProductID")
    orders = _by_key(folder, "orders.csv", "OrderID")
    for _, line in read_lines(folder, "order_details.csv"):
        order = orders[line["OrderID"]]
        category = categories[products[line["ProductID"]]["CategoryID"]]
        gross = Decimal(line["UnitPrice"]) * Decimal(line["Quantity"])
        yield _Line(
            gross=gross,
            exact=gross * (1 - Decimal(line["Discount"])),
            category=category["CategoryName"],
            employee=order["EmployeeID"],
            month=order["OrderDate"][: len("yyyy-mm")],
            order=line["OrderID"],
            customer=order["CustomerID"],
        )


def _by_key(folder: Path, file: str, key: str) -> Mapping[str, dict[str, str]]:
    return {line[key]: line for _, line in read_lines(folder, file)}


def _sums(lines: list[_Line], group: str) -> Mapping[str, Decimal]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[getattr(line, group)] += line.rounded
    return dict(sums)
