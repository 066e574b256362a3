"""Numbers as clients see them: in the payload of the write that gave them, never in an input."""

from typing import Any

import pytest

from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: SaleOrder
    fields:
      name: Char
      state: {type: Selection, options: [draft, confirmed], required: true, default: draft}
      number:
        type: Char
        sequence:
          prefix: SO/{year}/
          padding: 3
          per: [year]
          gapless: true
          when: Q(state="confirmed")
      ticket: {type: Char, sequence: {prefix: T}}
"""
CREATE = """mutation($data: [SaleOrderCreateInput!]!) {
    saleOrderCreateMany(data: $data) { records { number ticket } errors { code } }
}"""


@pytest.fixture(autouse=True)
def declared(declare: Declare) -> None:
    declare(MODELS)


async def created(gql: Gql, *states: str) -> list[dict[str, Any]]:
    result = await gql(CREATE, data=[{"state": state} for state in states])
    assert result.errors == []
    payload = result.data["saleOrderCreateMany"]
    assert payload["errors"] == []
    records: list[dict[str, Any]] = payload["records"]
    return records


async def test_payload_shows_the_numbers_its_write_gave(gql: Gql) -> None:
    assert await created(gql, "CONFIRMED", "DRAFT", "CONFIRMED") == [
        {"number": "SO/2026/001", "ticket": "T1"},
        {"number": None, "ticket": "T2"},
        {"number": "SO/2026/002", "ticket": "T3"},
    ]


async def test_update_that_meets_the_condition_gives_the_number(gql: Gql) -> None:
    await created(gql, "DRAFT")
    update = """mutation($state: SaleOrderState!) {
        saleOrderUpdate(id: 1, data: {state: $state}) { record { number ticket version } }
    }"""

    numbers = [
        (await gql(update, state=state)).data["saleOrderUpdate"]["record"]
        for state in ("CONFIRMED", "DRAFT", "CONFIRMED")
    ]

    assert numbers == [
        {"number": "SO/2026/001", "ticket": "T1", "version": version} for version in (2, 3, 4)
    ]


async def test_numbers_are_in_no_input(gql: Gql) -> None:
    result = await gql('mutation { saleOrderCreate(data: {number: "X"}) { record { id } } }')

    (error,) = result.errors
    assert "unknown field 'number'" in error["message"]


async def test_record_is_found_by_its_number(gql: Gql) -> None:
    await created(gql, "CONFIRMED")

    result = await gql('{ saleOrder(by: {number: "SO/2026/001"}) { ticket } }')

    assert result.data == {"saleOrder": {"ticket": "T1"}}


async def test_number_that_is_taken_refuses_the_write_and_leaves_no_gap(
    gql: Gql, models: DeclaredModels
) -> None:
    await created(gql, "CONFIRMED")
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO sale_order (state, number) VALUES ('draft', 'SO/2026/003')"
        )
    refused = await gql(CREATE, data=[{"state": "CONFIRMED"}] * 2)
    assert refused.data["saleOrderCreateMany"] == {"records": [], "errors": [{"code": "UNIQUE"}]}

    assert (await created(gql, "CONFIRMED"))[0]["number"] == "SO/2026/002"


async def test_statements_do_not_depend_on_the_rows(gql: Gql, queries: Queries) -> None:
    await created(gql, "CONFIRMED")
    queries.clear()
    await created(gql, *["CONFIRMED"] * 2)
    few = queries.count
    queries.clear()
    await created(gql, *["CONFIRMED"] * 200)

    assert queries.count == few
