"""Stories about orders: what happens to them, one thing after the other."""

import asyncio

import pytest
from northwind_shop import Shop, northwind

from graphql_erp.testing.models import DeclaredModels

pytestmark = pytest.mark.anyio

LINES = "{ northwindOrders { nodes { total lines { nodes { id quantity } } } } }"


@pytest.fixture
def shop(models: DeclaredModels) -> Shop:
    models.use(northwind(), pool_max=6)
    return Shop(models)


async def test_an_orders_life(shop: Shop) -> None:
    await shop.fill(10, 5)
    order = await shop.order((1, 3), (2, 2))

    # A draft has no number, and its customer has bought nothing yet.
    assert (await shop.ask(LINES)).data["northwindOrders"]["nodes"][0]["total"] == "50.00"
    assert await shop.turnover() == {"ALFKI": "0.00", "BLONP": "0.00"}

    # The customer wants one piece more of the second product, at a discount.
    changed = await shop.ask(
        """mutation {
          northwindOrderLineUpdate(id: 2, data: {quantity: 3, discount: "0.15"}) {
            record { lineTotal order { total } } errors { message } } }"""
    )
    assert changed.data["northwindOrderLineUpdate"] == {
        "record": {"lineTotal": "25.50", "order": {"total": "55.50"}},
        "errors": [],
    }

    # Confirmed, it has the first number of the year and counts as turnover.
    assert await shop.call("confirm", order) == {
        "record": {"state": "CONFIRMED", "number": "2026-0001"},
        "errors": [],
    }
    assert await shop.turnover() == {"ALFKI": "55.50", "BLONP": "0.00"}
    assert await shop.stock() == [10, 5]

    # Shipped, its pieces are gone.
    shipped = await shop.call("ship", order, "record { state number shippedOn }")
    assert shipped["record"] == {
        "state": "SHIPPED",
        "number": "2026-0001",
        "shippedOn": "2026-06-15",
    }
    assert await shop.stock() == [7, 2]

    # It comes back: the pieces are in stock again, the number stays, the turnover goes.
    assert (await shop.call("cancel", order))["record"] == {
        "state": "CANCELLED",
        "number": "2026-0001",
    }
    assert await shop.stock() == [10, 5]
    assert await shop.turnover() == {"ALFKI": "0.00", "BLONP": "0.00"}

    # Who did what is in the audit.
    audit = await shop.ask(
        "{ northwindOrder(by: {id: 1}) { changes { nodes { operation newValues } } } }"
    )
    entries = audit.data["northwindOrder"]["changes"]["nodes"]
    states = [entry["newValues"]["state"] for entry in entries if "state" in entry["newValues"]]
    assert states == ["cancelled", "shipped", "confirmed", "draft"]


async def test_steps_out_of_order_are_refused(shop: Shop) -> None:
    await shop.fill(10)
    order = await shop.order((1, 1))
    empty = await shop.order()

    refused = [
        await shop.call("ship", order),
        await shop.call("confirm", empty),
        await shop.call("confirm", order),
        await shop.call("confirm", order),
        await shop.call("cancel", empty),
        await shop.call("cancel", empty),
    ]

    assert [payload["errors"] and payload["errors"][0]["message"] for payload in refused] == [
        "Order 1 is draft, not confirmed.",
        "Order 2 has no lines.",
        [],
        "Order 2026-0001 is confirmed, not draft.",
        [],
        "Order 2 is already cancelled.",
    ]
    assert await shop.stock() == [10]


async def test_a_drafted_line_takes_the_price_of_its_product(shop: Shop) -> None:
    await shop.fill(10)
    await shop.ask(
        "mutation { northwindProductUpdate(id: 1, data: {discontinued: true}) { errors { code } } }"
    )

    drafted = await shop.ask(
        """{ northwindOrderLineDraft(data: {product: {id: 1}, quantity: 3}, changed: [PRODUCT]) {
          values warnings } }"""
    )

    line = drafted.data["northwindOrderLineDraft"]
    assert (line["values"]["unitPrice"], line["values"]["lineTotal"]) == ("10.00", "30.00")
    assert line["warnings"] == ["Product 1 is discontinued."]


async def test_all_shortages_are_told_at_once(shop: Shop) -> None:
    await shop.fill(2, 9, 0)
    order = await shop.order((1, 3), (2, 9), (3, 1))
    await shop.call("confirm", order)

    payload = await shop.call("ship", order)

    assert payload == {
        "record": None,
        "errors": [
            {
                "code": "BUSINESS_RULE",
                "message": "Product 1: 3 ordered, 2 in stock.",
                "path": ["lines", "0", "quantity"],
            },
            {
                "code": "BUSINESS_RULE",
                "message": "Product 3: 1 ordered, 0 in stock.",
                "path": ["lines", "2", "quantity"],
            },
        ],
    }
    assert await shop.stock() == [2, 9, 0]


async def test_two_people_ship_the_last_piece_at_the_same_time(shop: Shop) -> None:
    await shop.fill(1)
    orders = [await shop.order((1, 1)), await shop.order((1, 1), customer="BLONP")]
    for order in orders:
        await shop.call("confirm", order)

    payloads = await asyncio.gather(*(shop.call("ship", order) for order in orders))

    assert sorted(payload["record"] is None for payload in payloads) == [False, True]
    assert [error for payload in payloads for error in payload["errors"]] == [
        {
            "code": "BUSINESS_RULE",
            "message": "Product 1: 1 ordered, 0 in stock.",
            "path": ["lines", "0", "quantity"],
        }
    ]
    assert await shop.stock() == [0]


async def test_a_line_is_written_while_its_order_is_shipped(shop: Shop) -> None:
    """Whoever comes first: an order never leaves with a line that nobody took out of stock."""
    await shop.fill(*[100] * 12)
    for number in range(1, 7):
        order = await shop.order((number, 1))
        await shop.call("confirm", order)
        add = shop.ask(
            """mutation($order: ID!, $product: ID!) {
              northwindOrderLineCreate(data: {
                order: {id: $order}, product: {id: $product}, quantity: 1, unitPrice: "10"
              }) { errors { message } } }""",
            order=order,
            product=str(number + 6),
        )
        added, shipped = await asyncio.gather(add, shop.call("ship", order))

        assert shipped["errors"] == []
        is_added = added.data["northwindOrderLineCreate"]["errors"] == []
        assert (await shop.stock())[number + 5] == (99 if is_added else 100)


async def test_lines_of_a_shipped_order_stay_as_they_are(shop: Shop) -> None:
    await shop.fill(10, 10)
    order = await shop.order((1, 1))
    other = await shop.order((2, 2))
    await shop.call("confirm", order)
    await shop.call("ship", order)

    result = await shop.ask(
        """mutation($order: ID!, $other: ID!) {
          change: northwindOrderLineUpdate(id: 1, data: {quantity: 2}) {
            errors { code message path } }
          move: northwindOrderLineUpdate(id: 2, data: {order: {id: $order}}) {
            errors { message path } }
          remove: northwindOrderLineDelete(id: 1) { errors { message path } }
          add: northwindOrderLineCreateMany(data: [
            {order: {id: $other}, product: {id: 1}, unitPrice: "1"}
            {order: {id: $order}, product: {id: 2}, unitPrice: "1"}
          ]) { errors { message path index } }
          nested: northwindOrderUpdate(id: $order, data: {lines: {delete: ["1"]}}) {
            errors { message path } }
          whole: northwindOrderDelete(id: $order) { errors { message } }
        }""",
        order=order,
        other=other,
    )

    closed = "This order is shipped."
    assert result.data == {
        "change": {"errors": [{"code": "BUSINESS_RULE", "message": closed, "path": ["order"]}]},
        "move": {"errors": [{"message": closed, "path": ["order"]}]},
        "remove": {"errors": [{"message": closed, "path": ["order"]}]},
        "add": {"errors": [{"message": closed, "path": ["order"], "index": 1}]},
        "nested": {"errors": [{"message": closed, "path": ["lines", "delete", "0", "order"]}]},
        "whole": {"errors": [{"message": "Order 2026-0001 is shipped: cancel it instead."}]},
    }
    rest = (await shop.ask(LINES)).data["northwindOrders"]["nodes"]
    assert [len(found["lines"]["nodes"]) for found in rest] == [1, 1]


async def test_a_draft_goes_with_its_lines(shop: Shop) -> None:
    await shop.fill(10)
    order = await shop.order((1, 1))

    result = await shop.ask(
        "mutation($id: ID!) { northwindOrderDelete(id: $id) { deletedId errors { message } } }",
        id=order,
    )

    assert result.data["northwindOrderDelete"] == {"deletedId": order, "errors": []}
    assert (await shop.ask("{ northwindOrderLines { totalCount } }")).data == {
        "northwindOrderLines": {"totalCount": 0}
    }


async def test_orders_of_another_system_get_state_and_number_without_touching_stock(
    shop: Shop,
) -> None:
    await shop.fill(10)
    await shop.order((1, 1), externalRef="A-1", orderedOn="2025-12-30", shippedOn="2026-01-02")
    await shop.order((1, 2), externalRef="A-2", orderedOn="2026-01-03")
    await shop.order((1, 4), orderedOn="2026-01-04")

    taken = await shop.ask(
        "mutation { northwindOrderTakeOver { shipped confirmed errors { message } } }"
    )

    assert taken.data["northwindOrderTakeOver"] == {"shipped": 1, "confirmed": 1, "errors": []}
    orders = await shop.ask("{ northwindOrders { nodes { displayName state number } } }")
    assert orders.data["northwindOrders"]["nodes"] == [
        {"displayName": "Order 2025-0001", "state": "SHIPPED", "number": "2025-0001"},
        {"displayName": "Order 2026-0001", "state": "CONFIRMED", "number": "2026-0001"},
        {"displayName": "Order (draft)", "state": "DRAFT", "number": None},
    ]
    assert await shop.stock() == [10]
    assert await shop.turnover() == {"ALFKI": "30.00", "BLONP": "0.00"}


async def test_numbers_have_no_gap_though_confirming_fails(shop: Shop) -> None:
    await shop.fill(10)
    orders = [await shop.order((1, 1)) for _ in range(4)] + [await shop.order()]

    await asyncio.gather(*(shop.call("confirm", order) for order in orders))

    found = await shop.ask("{ northwindOrders(orderBy: [{number: ASC}]) { nodes { number } } }")
    assert [node["number"] for node in found.data["northwindOrders"]["nodes"]] == [
        "2026-0001",
        "2026-0002",
        "2026-0003",
        "2026-0004",
        None,
    ]


async def test_shipping_many_lines_takes_as_many_statements_as_few(shop: Shop) -> None:
    await shop.fill(*[9] * 80)
    few = await shop.order(*((number, 1) for number in range(1, 4)))
    many = await shop.order(*((number, 1) for number in range(1, 81)))
    statements = {}

    for order in (few, many):
        await shop.call("confirm", order)
        shop.queries.clear()
        assert (await shop.call("ship", order))["errors"] == []
        statements[order] = [query.text for query in (await shop.queries.told()).sent]

    assert statements[few] == statements[many]
    updates = [text for text in statements[many] if "UPDATE northwind_product" in text]
    assert len(updates) == 1
    assert await shop.stock() == [7, 7, 7, *[8] * 77]
