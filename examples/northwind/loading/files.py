"""The CSV files as the inputs of createMany mutations."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from loading.graphql import Failure

Convert = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Row:
    """One record to create and the line of the file it comes from."""

    line: int
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Table:
    """A file, the model its rows become, and the field each column fills."""

    file: str
    model: str
    plural: str
    columns: Mapping[str, tuple[str, Convert]]


def as_flag(text: str) -> bool:
    """Return true for 1 and false for 0."""
    return {"1": True, "0": False}[text]


def by_number(text: str) -> object:
    """Return the to-one input that refers to a record by its number."""
    return {"key": {"number": int(text)}}


def by_reference(text: str) -> object:
    """Return the to-one input that refers to a record by what another system calls it."""
    return {"key": {"externalRef": text}}


def by_code(text: str) -> object:
    """Return the to-one input that refers to a record by its code."""
    return {"key": {"code": text}}


_ADDRESS: Mapping[str, tuple[str, Convert]] = {
    "Address": ("address", str),
    "City": ("city", str),
    "Region": ("region", str),
    "PostalCode": ("postalCode", str),
    "Country": ("country", str),
}
_PARTNER: Mapping[str, tuple[str, Convert]] = {
    "CompanyName": ("name", str),
    "ContactName": ("contactName", str),
    "ContactTitle": ("contactTitle", str),
    **_ADDRESS,
    "Phone": ("phone", str),
    "Fax": ("fax", str),
}

# Decimals stay text: a float would no longer be the number that was written.
TABLES = (
    Table(
        "categories.csv",
        "NorthwindCategory",
        "northwindCategories",
        {
            "CategoryID": ("number", int),
            "CategoryName": ("name", str),
            "Description": ("description", str),
        },
    ),
    Table(
        "suppliers.csv",
        "NorthwindSupplier",
        "northwindSuppliers",
        {"SupplierID": ("number", int), **_PARTNER, "HomePage": ("homePage", str)},
    ),
    Table(
        "products.csv",
        "NorthwindProduct",
        "northwindProducts",
        {
            "ProductID": ("number", int),
            "ProductName": ("name", str),
            "SupplierID": ("supplier", by_number),
            "CategoryID": ("category", by_number),
            "QuantityPerUnit": ("quantityPerUnit", str),
            "UnitPrice": ("unitPrice", str),
            "UnitsInStock": ("unitsInStock", int),
            "UnitsOnOrder": ("unitsOnOrder", int),
            "ReorderLevel": ("reorderLevel", int),
            "Discontinued": ("discontinued", as_flag),
        },
    ),
    Table(
        "shippers.csv",
        "NorthwindShipper",
        "northwindShippers",
        {"ShipperID": ("number", int), "CompanyName": ("name", str), "Phone": ("phone", str)},
    ),
    Table(
        "customers.csv",
        "NorthwindCustomer",
        "northwindCustomers",
        {"CustomerID": ("code", str), **_PARTNER},
    ),
    Table(
        "employees.csv",
        "NorthwindEmployee",
        "northwindEmployees",
        {
            "EmployeeID": ("number", int),
            "LastName": ("lastName", str),
            "FirstName": ("firstName", str),
            "Title": ("title", str),
            "TitleOfCourtesy": ("titleOfCourtesy", str),
            "BirthDate": ("bornOn", str),
            "HireDate": ("hiredOn", str),
            **_ADDRESS,
            "HomePhone": ("homePhone", str),
            "Extension": ("extension", str),
            "Notes": ("notes", str),
            "ReportsTo": ("reportsTo", by_number),
        },
    ),
    Table(
        "orders.csv",
        "NorthwindOrder",
        "northwindOrders",
        {
            "OrderID": ("externalRef", str),
            "CustomerID": ("customer", by_code),
            "EmployeeID": ("employee", by_number),
            "OrderDate": ("orderedOn", str),
            "RequiredDate": ("requiredOn", str),
            "ShippedDate": ("shippedOn", str),
            "ShipVia": ("shipper", by_number),
            "Freight": ("freight", str),
            "ShipName": ("shipName", str),
            "ShipAddress": ("shipAddress", str),
            "ShipCity": ("shipCity", str),
            "ShipRegion": ("shipRegion", str),
            "ShipPostalCode": ("shipPostalCode", str),
            "ShipCountry": ("shipCountry", str),
        },
    ),
    Table(
        "order_details.csv",
        "NorthwindOrderLine",
        "northwindOrderLines",
        {
            "OrderID": ("order", by_reference),
            "ProductID": ("product", by_number),
            "UnitPrice": ("unitPrice", str),
            "Quantity": ("quantity", int),
            "Discount": ("discount", str),
        },
    ),
)
"""Every file, those it refers to before it."""


def read_lines(folder: Path, file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Give the lines of a file with their numbers, by column.

    Raises:
        Failure: There is no such file.
    """
    try:
        with (folder / file).open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            for line in reader:
                yield reader.line_num, line
    except OSError as error:
        raise Failure(f"{folder / file} cannot be read ({error.strerror}).") from error


def read_rows(folder: Path, table: Table) -> list[Row]:
    """Return the rows of a file as inputs; an empty value is left out.

    Raises:
        Failure: There is no such file, or a column is missing or has an unusable value.
    """
    return [
        Row(number, _input(table, number, line)) for number, line in read_lines(folder, table.file)
    ]


def in_waves(rows: Sequence[Row], key: str, reference: str) -> Iterator[list[Row]]:
    """Give rows that refer to each other in groups, each after those it refers to.

    Args:
        rows: Rows of one table.
        key: Field by which rows are referred to.
        reference: To-one field that refers to another row.

    Raises:
        Failure: A reference leads nowhere or back to its row.
    """
    waiting, known = list(rows), set[object]()
    while waiting:
        ready = [row for row in waiting if _target(row, key, reference) in {None, *known}]
        if not ready:
            lines = ", ".join(str(row.line) for row in waiting)
            raise Failure(f"`{reference}` leads nowhere or in a circle in lines {lines}.")
        yield ready
        known |= {row.data[key] for row in ready}
        waiting = [row for row in waiting if row not in ready]


def _input(table: Table, number: int, line: Mapping[str, str]) -> Mapping[str, object]:
    place = f"{table.file}, line {number}"
    data: dict[str, object] = {}
    for column, (field, convert) in table.columns.items():
        text = line.get(column)
        if text is None:
            raise Failure(f"{place}: there is no column {column}.")
        try:
            if text:
                data[field] = convert(text)
        except (KeyError, ValueError):
            raise Failure(f"{place}: {column} is {text!r}.") from None
    return data


def _target(row: Row, key: str, reference: str) -> object:
    value = row.data.get(reference)
    return value["key"][key] if isinstance(value, dict) else None
