from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from loading.answers import without_a_gap
from loading.checks import Check, checks, known_checks
from loading.figures import Figures, figures_of_files

FIGURES = Figures(
    customers=1,
    orders=2,
    lines=3,
    gross=Decimal("65.75"),
    exact=Decimal("58.320"),
    rounded=Decimal("58.33"),
    by_category={"Beverages": Decimal(36), "Condiments": Decimal("22.33")},
    by_employee={"1": Decimal("36.05"), "2": Decimal("22.28")},
    by_month={"1996-07": Decimal("36.05"), "1996-08": Decimal("22.28")},
    by_order={"10": Decimal("36.05"), "11": Decimal("22.28")},
    by_customer={"ALFKI": Decimal("58.33")},
    shipped=1,
    pieces=39,
    numbered={"1996": 2},
)


def test_figures_of_files_round_each_line_half_away_from_zero(folder: Path) -> None:
    assert figures_of_files(folder) == FIGURES


def test_equal_figures_meet_every_check() -> None:
    results = checks(FIGURES, FIGURES)

    assert [check.name for check in results] == [
        "customers",
        "orders",
        "order lines",
        "gross",
        "after discount, exact",
        "after discount, lines rounded",
        "category Beverages",
        "category Condiments",
        "employee 1",
        "employee 2",
        "month 1996-07",
        "month 1996-08",
        "orders with another total",
        "sum of the orders' totals",
        "customers with another turnover",
        "orders that have left",
        "pieces in stock",
        "numbers of 1996 without a gap",
    ]
    assert all(check.is_met for check in results)


def test_check_is_not_met_when_a_cent_is_missing() -> None:
    found = replace(FIGURES, by_month={"1996-07": Decimal("36.04"), "1996-08": Decimal("22.28")})

    failed = [check for check in checks(FIGURES, found) if not check.is_met]

    assert failed == [Check("month 1996-07", Decimal("36.05"), Decimal("36.04"))]


def test_check_is_not_met_when_a_group_is_missing_or_unknown() -> None:
    found = replace(FIGURES, by_category={"Beverages": Decimal(36), "Sweets": Decimal("22.33")})

    failed = [check for check in checks(FIGURES, found) if not check.is_met]

    assert failed == [
        Check("category Condiments", Decimal("22.33"), None),
        Check("category Sweets", None, Decimal("22.33")),
    ]


def test_orders_that_differ_are_counted() -> None:
    found = replace(FIGURES, by_order={"10": Decimal("36.06")}, by_customer={})

    failed = [check for check in checks(FIGURES, found) if not check.is_met]

    assert failed == [
        Check("orders with another total", 0, 2),
        Check("sum of the orders' totals", Decimal("58.33"), Decimal("36.06")),
        Check("customers with another turnover", 0, 1),
    ]


@pytest.mark.parametrize(
    ("numbers", "counted"),
    [
        (["1996-0002", "1997-0001", "1996-0001"], {"1996": 2, "1997": 1}),
        (["1996-0001", "1996-0003"], {"1996": 1}),
        (["1996-0001", "1996-0001", "1996-0002"], {"1996": 1}),
        (["1996-0002"], {"1996": 0}),
        (["None"], {"None": 0}),
        ([], {}),
    ],
)
def test_numbers_are_counted_up_to_the_first_gap(
    numbers: list[str], counted: dict[str, int]
) -> None:
    assert without_a_gap(numbers) == counted


def test_other_data_do_not_meet_the_known_totals() -> None:
    assert [(check.name, check.is_met) for check in known_checks(FIGURES)] == [
        ("customers", False),
        ("orders", False),
        ("order lines", False),
        ("gross", False),
        ("after discount, exact", False),
        ("after discount, lines rounded", False),
    ]
