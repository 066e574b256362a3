from pathlib import Path

import pytest
from loading.files import TABLES, Row, in_waves, read_rows
from loading.graphql import Failure

from graphql_erp.declarations.discover import load_modules

REPOSITORY = Path(__file__).parent.parent.parent
BY_FILE = {table.file: table for table in TABLES}


def test_row_becomes_input_with_references_by_key(folder: Path) -> None:
    rows = read_rows(folder, BY_FILE["orders.csv"])

    assert rows[0] == Row(
        2,
        {
            "externalRef": "10",
            "customer": {"key": {"code": "ALFKI"}},
            "employee": {"key": {"number": 1}},
            "orderedOn": "1996-07-04",
            "requiredOn": "1996-08-01",
            "shipper": {"key": {"number": 1}},
            "freight": "32.38",
            "shipName": "Alfreds",
            "shipAddress": "Obere Str. 57",
            "shipCity": "Berlin",
            "shipPostalCode": "12209",
            "shipCountry": "Germany",
        },
    )


def test_flag_becomes_boolean(folder: Path) -> None:
    rows = read_rows(folder, BY_FILE["products.csv"])

    assert [row.data["discontinued"] for row in rows] == [False, True]


def test_value_over_two_lines_is_kept(folder: Path) -> None:
    rows = read_rows(folder, BY_FILE["employees.csv"])

    assert rows[0].data["address"] == "Flat 1\nMill Lane"
    assert [row.line for row in rows] == [3, 4]


def test_unusable_value_names_file_line_and_column(folder: Path) -> None:
    (folder / "shippers.csv").write_text("ShipperID,CompanyName,Phone\n1,A,1\nx,B,2\n")

    with pytest.raises(Failure) as caught:
        read_rows(folder, BY_FILE["shippers.csv"])

    assert str(caught.value) == "shippers.csv, line 3: ShipperID is 'x'."


def test_missing_column_is_named(folder: Path) -> None:
    (folder / "shippers.csv").write_text("ShipperID,Name,Phone\n1,A,1\n")

    with pytest.raises(Failure) as caught:
        read_rows(folder, BY_FILE["shippers.csv"])

    assert str(caught.value) == "shippers.csv, line 2: there is no column CompanyName."


def test_missing_file_is_named(folder: Path) -> None:
    (folder / "shippers.csv").unlink()

    with pytest.raises(Failure) as caught:
        read_rows(folder, BY_FILE["shippers.csv"])

    expected = f"{folder / 'shippers.csv'} cannot be read (No such file or directory)."
    assert str(caught.value) == expected


def row(line: int, number: int, boss: int | None) -> Row:
    reference = {} if boss is None else {"reportsTo": {"key": {"number": boss}}}
    return Row(line, {"number": number, **reference})


def test_rows_come_after_those_they_refer_to() -> None:
    rows = [row(2, 1, 5), row(3, 2, None), row(4, 5, 2), row(5, 7, 2)]

    waves = [
        [item.data["number"] for item in wave] for wave in in_waves(rows, "number", "reportsTo")
    ]

    assert waves == [[2], [5, 7], [1]]


def test_rows_that_refer_in_a_circle_are_refused() -> None:
    rows = [row(2, 1, None), row(3, 2, 3), row(4, 3, 2)]

    with pytest.raises(Failure) as caught:
        list(in_waves(rows, "number", "reportsTo"))

    assert str(caught.value) == "`reportsTo` leads nowhere or in a circle in lines 3, 4."


def test_client_beside_the_module_is_no_part_of_it() -> None:
    module = load_modules([REPOSITORY / "modules", REPOSITORY / "examples"], ["northwind"])[-1]

    assert [decl.path.name for decl in module.behaviours] == ["order.py", "order_line.py"]
