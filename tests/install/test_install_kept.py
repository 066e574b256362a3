"""Stored computed fields of records that were there before the field."""

from typing import Any

import asyncpg
import pytest
from install_project import Project

from graphql_erp.install.bring_up import bring_up
from graphql_erp.install.progress import Silent
from graphql_erp.install.registries import registry_of

pytestmark = pytest.mark.anyio

ORDER = """
    model: Order
    fields:
      name: Char
      rate: {type: Integer, default: 2}
      fee: {type: Integer, compute: rate * 10, store: true}
"""
LINE = """
    model: Line
    fields:
      order: {type: ManyToOne, to: Order, inverse: lines}
      amount: Integer
"""
RECORDS = """
    records:
      Order: {first: {name: First}, second: {name: Second}}
      Line:
        one: {order: first, amount: 3}
        two: {order: first, amount: 4}
"""


async def install(project: Project, database: str, order: str, query: str) -> list[Any]:
    """Bring a database to the declarations and return what a query then gives."""
    project.module("sale", models__order=order, models__line=LINE, data__records=RECORDS)
    await project.migrate("sale")
    registry = registry_of(project.settings, ["sale"])
    await bring_up(project.server, database, registry, demo=False, progress=Silent())
    connection = await asyncpg.connect(project.server.app_dsn(database))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_new_field_is_filled_and_changed_formula_computed_anew(
    project: Project, database: str
) -> None:
    total = "      total: {type: Integer, compute: sum(lines.amount), store: true}\n"
    fees = 'SELECT fee FROM "order" ORDER BY id'
    both = 'SELECT total, fee, version FROM "order" ORDER BY id'

    before = await install(project, database, ORDER, fees)
    added = await install(project, database, ORDER + total, both)
    changed = ORDER.replace("rate * 10", "rate * count(lines)") + total.replace("sum", "max")
    after = await install(project, database, changed, both)

    assert before == [(20,), (20,)]
    assert added == [(7, 20, 1), (0, 20, 1)]
    assert after == [(4, 4, 1), (None, 0, 1)]
