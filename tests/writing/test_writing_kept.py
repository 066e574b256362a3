"""Stored computed fields after every kind of write, and the statements that takes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import Operation
from graphql_erp.testing.models import NOW, Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries
from graphql_erp.writing import steps
from graphql_erp.writing.rows import Batch, Row
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

SHOP = """
    model: Customer
    fields:
      name: {type: Char, required: true}
      total: {type: Decimal, compute: sum(orders.total), store: true}
    ---
    model: Order
    fields:
      customer: {type: ManyToOne, to: Customer, inverse: orders, on_delete: set_null}
      tags: {type: ManyToMany, to: Tag, inverse: orders}
      discount: {type: Decimal, default: 0}
      total: {type: Decimal, compute: "sum(lines.amount, where=Q(is_free=False))", store: true}
      net: {type: Decimal, compute: total - discount, store: true}
      weight: {type: Integer, compute: sum(tags.weight), store: true}
      buyer: {type: Char, related: customer.name, store: true}
    ---
    model: Line
    fields:
      order: {type: ManyToOne, to: Order, inverse: lines, on_delete: cascade}
      product: {type: ManyToOne, to: Product}
      quantity: {type: Integer, default: 1}
      is_free: {type: Boolean, required: true, default: false}
      price: {type: Decimal, compute: product.price}
      amount: {type: Decimal, compute: quantity * price, store: true}
    ---
    model: Product
    fields: {price: Decimal}
    ---
    model: Tag
    fields: {weight: Integer}
"""
FIGURES = """{
  customers(orderBy: [{id: ASC}]) { nodes { total } }
  orders(orderBy: [{id: ASC}]) { nodes { total net weight buyer } }
  lines(orderBy: [{id: ASC}]) { nodes { amount } }
}"""


@pytest.fixture
async def shop(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give a client of a shop: two customers, two orders of the first, products at 10 and 3."""
    declare(SHOP)
    result = await gql(
        """mutation {
          customerCreateMany(data: [{name: "Ada"}, {name: "Bob"}]) { errors { message } }
          productCreateMany(data: [{price: "10"}, {price: "3"}]) { errors { message } }
          tagCreateMany(data: [{weight: 1}, {weight: 20}]) { errors { message } }
          orderCreateMany(data: [
            {customer: {id: 1}, discount: "5", lines: {create: [
              {product: {id: 1}, quantity: 2}, {product: {id: 2}}
            ]}},
            {customer: {id: 1}, tags: {link: [1, 2]}}
          ]) { errors { message } }
        }"""
    )
    assert not result.errors, result.errors
    queries.clear()
    return gql


async def figures(gql: Gql) -> dict[str, list[tuple[Any, ...]]]:
    data = (await gql(FIGURES)).data
    return {name: [tuple(node.values()) for node in found["nodes"]] for name, found in data.items()}


async def write(gql: Gql, document: str, **variables: Any) -> None:
    result = await gql(document, **variables)
    assert not result.errors, result.errors
    for payload in result.data.values():
        assert not payload.get("errors"), payload


async def test_nested_create_computes_the_whole_chain(shop: Gql) -> None:
    assert await figures(shop) == {
        "customers": [("23.00",), ("0.00",)],
        "orders": [("23.00", "18.00", 0, "Ada"), ("0.00", "0.00", 21, "Ada")],
        "lines": [("20.00",), ("3.00",)],
    }


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(
            'productUpdate(id: 2, data: {price: "4.50"})',
            {"customers": [("24.50",), ("0.00",)], "lines": [("20.00",), ("4.50",)]},
            id="value over a to-one field",
        ),
        pytest.param(
            "lineUpdate(id: 1, data: {order: {id: 2}})",
            {
                "orders": [("3.00", "-2.00", 0, "Ada"), ("20.00", "20.00", 21, "Ada")],
                "customers": [("23.00",), ("0.00",)],
            },
            id="line moved to another order",
        ),
        pytest.param(
            "lineUpdate(id: 1, data: {isFree: true})",
            {
                "orders": [("3.00", "-2.00", 0, "Ada"), ("0.00", "0.00", 21, "Ada")],
                "customers": [("3.00",), ("0.00",)],
            },
            id="condition inside an aggregate",
        ),
        pytest.param(
            "lineDelete(id: 2)",
            {"customers": [("20.00",), ("0.00",)], "lines": [("20.00",)]},
            id="line deleted",
        ),
        pytest.param(
            "orderDelete(id: 1)",
            {"customers": [("0.00",), ("0.00",)], "lines": []},
            id="order deleted with its lines",
        ),
        pytest.param(
            "orderUpdate(id: 1, data: {customer: {id: 2}})",
            {
                "customers": [("0.00",), ("23.00",)],
                "orders": [("23.00", "18.00", 0, "Bob"), ("0.00", "0.00", 21, "Ada")],
            },
            id="order moved to another customer",
        ),
        pytest.param(
            "customerDelete(id: 1)",
            {
                "customers": [("0.00",)],
                "orders": [("23.00", "18.00", 0, None), ("0.00", "0.00", 21, None)],
            },
            id="customer deleted and cleared",
        ),
        pytest.param(
            "tagDelete(id: 2)",
            {"orders": [("23.00", "18.00", 0, "Ada"), ("0.00", "0.00", 1, "Ada")]},
            id="link deleted with its target",
        ),
        pytest.param(
            "tagUpdate(id: 1, data: {weight: 7})",
            {"orders": [("23.00", "18.00", 0, "Ada"), ("0.00", "0.00", 27, "Ada")]},
            id="value over links",
        ),
        pytest.param(
            "orderUpdate(id: 2, data: {tags: {unlink: [1]}})",
            {"orders": [("23.00", "18.00", 0, "Ada"), ("0.00", "0.00", 20, "Ada")]},
            id="unlinked",
        ),
        pytest.param(
            "tagUpdate(id: 1, data: {orders: {set: [1]}})",
            {"orders": [("23.00", "18.00", 1, "Ada"), ("0.00", "0.00", 20, "Ada")]},
            id="links replaced from the other end",
        ),
        pytest.param(
            'customerUpdate(id: 1, data: {name: "Eve"})',
            {"orders": [("23.00", "18.00", 0, "Eve"), ("0.00", "0.00", 21, "Eve")]},
            id="related value",
        ),
    ],
)
async def test_change_reaches_every_kept_field(
    shop: Gql, change: str, expected: dict[str, Any]
) -> None:
    await write(shop, f"mutation {{ {change} {{ errors {{ message }} }} }}")

    found = await figures(shop)

    assert {name: found[name] for name in expected} == expected


async def test_recomputed_record_keeps_its_version(shop: Gql) -> None:
    await write(shop, "mutation { lineUpdate(id: 1, data: {quantity: 3}) { errors { code } } }")

    result = await shop("{ order(by: {id: 1}) { total version } line(by: {id: 1}) { version } }")

    assert result.data == {"order": {"total": "33.00", "version": 1}, "line": {"version": 2}}


async def test_payload_shows_recomputed_values(shop: Gql) -> None:
    result = await shop(
        "mutation { lineUpdate(id: 1, data: {quantity: 3}) { record { amount order { total } } } }"
    )

    assert result.data["lineUpdate"]["record"] == {"amount": "30.00", "order": {"total": "33.00"}}


async def test_kept_field_cannot_be_written(shop: Gql) -> None:
    result = await shop('mutation { orderCreate(data: {total: "1"}) { errors { code } } }')

    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "total" in result.errors[0]["message"]


async def test_unconcerned_change_costs_no_statement_more(shop: Gql, queries: Queries) -> None:
    await write(shop, 'mutation { orderUpdate(id: 1, data: {discount: "1"}) { errors { code } } }')

    # What is left of the total is for the database: it is a generated column.
    assert queries.count == 1


# ---- statements: as many for 1 000 records as for 10 ------------------------------------------


async def lines_of(gql: Gql, order: int, count: int) -> None:
    rows = [{"order": {"id": order}, "product": {"id": 1}} for _ in range(count)]
    await write(
        gql,
        "mutation($rows: [LineCreateInput!]!) { lineCreateMany(data: $rows) { errors { code } } }",
        rows=rows,
    )


@pytest.mark.parametrize("count", [10, 1000])
async def test_one_line_of_a_long_order(shop: Gql, queries: Queries, count: int) -> None:
    await lines_of(shop, 2, count)
    queries.clear()

    await write(shop, "mutation { lineUpdate(id: 3, data: {quantity: 2}) { errors { code } } }")

    # The line, its amount; which order, locked, its total; which customer, locked, its total.
    assert queries.count == 8
    assert (await figures(shop))["customers"][0] == (f"{23 + (count + 1) * 10}.00",)


@pytest.mark.parametrize("count", [10, 1000])
async def test_many_lines_of_many_orders(shop: Gql, queries: Queries, count: int) -> None:
    await write(
        shop,
        "mutation($rows: [OrderCreateInput!]!) { orderCreateMany(data: $rows) { affected } }",
        rows=[{"customer": {"id": 2}} for _ in range(50)],
    )
    queries.clear()

    rows = [
        {"order": {"id": 3 + number % 50}, "product": {"id": 2}, "quantity": 1}
        for number in range(count)
    ]
    await write(
        shop,
        "mutation($rows: [LineCreateInput!]!) { lineCreateMany(data: $rows) { affected } }",
        rows=rows,
    )

    # Lines, products guarded; amounts, totals as above, but that which orders is asked for the new
    # lines and for their amounts.
    assert queries.count == 9
    assert (await figures(shop))["customers"][1] == (f"{3 * count}.00",)


PARTS = """
    model: Box
    fields:
      limit: Integer
      burden: {type: Integer, compute: [parts.weight, limit], store: true}
      is_full: {type: Boolean, compute: Q(burden__gte=F("limit")), store: true}
    checks:
      no_overload: {where: "Q(burden__lte=100)", message: Too heavy.}
    ---
    model: Part
    fields:
      box: {type: ManyToOne, to: Box, inverse: parts}
      weight: Integer
      above: {type: ManyToOne, to: Box, related: box.inside, store: true, inverse: below}
    ---
    extend: Box
    fields:
      inside: {type: ManyToOne, to: Box}
      deep: {type: Integer, compute: count(below), store: true}
"""
LOAD = """
    from graphql_erp import Model

    class Box(Model):
        def compute_burden(self) -> int:
            return sum(part.weight for part in self.parts)
"""


@pytest.mark.parametrize("count", [10, 1000])
async def test_python_field_is_read_and_written_once(
    declare: Declare, gql: Gql, queries: Queries, count: int
) -> None:
    declare(PARTS, python=LOAD)
    await write(
        gql,
        "mutation { boxCreateMany(data: [{limit: 5}, {limit: 1000}]) { errors { code } } }",
    )
    queries.clear()

    rows = [{"box": {"id": 1 + number % 2}, "weight": number % 5} for number in range(count)]
    await write(
        gql,
        "mutation($rows: [PartCreateInput!]!) {"
        " partCreateMany(data: $rows) { affected errors { code } } }",
        rows=[row | {"weight": 1} for row in rows[:10]]
        + [row | {"weight": 0} for row in rows[10:]],
    )

    counted = queries.count
    boxes = await gql("{ boxes(orderBy: [{id: ASC}]) { nodes { burden isFull } } }")
    assert boxes.data["boxes"]["nodes"] == [
        {"burden": 5, "isFull": True},
        {"burden": 5, "isFull": False},
    ]
    # Parts, which boxes; the relation guarded twice, computed; boxes locked and
    # read, their parts read, the value written; the check.
    assert counted == 11


async def test_check_on_a_kept_field_is_made_when_it_changes(declare: Declare, gql: Gql) -> None:
    declare(PARTS, python=LOAD)
    await write(gql, "mutation { boxCreate(data: {}) { errors { code } } }")
    document = """mutation($weight: Int!) {
      partCreate(data: {box: {id: 1}, weight: $weight}) { errors { code message path } }
    }"""
    await write(gql, document, weight=60)

    result = await gql(document, weight=50)

    assert result.data["partCreate"]["errors"] == [
        {"code": "BUSINESS_RULE", "message": "Too heavy.", "path": None}
    ]
    boxes = await gql("{ boxes { nodes { burden parts { totalCount } } } }")
    assert boxes.data["boxes"]["nodes"] == [{"burden": 60, "parts": {"totalCount": 1}}]


async def test_relation_can_be_kept_and_counted(declare: Declare, gql: Gql) -> None:
    declare(PARTS, python=LOAD)
    await write(gql, "mutation { boxCreateMany(data: [{}, {}]) { errors { code } } }")
    await write(gql, "mutation { boxUpdate(id: 1, data: {inside: {id: 2}}) { errors { code } } }")
    part = "{box: {id: 1}, weight: 1}"
    await write(gql, f"mutation {{ partCreate(data: {part}) {{ errors {{ code }} }} }}")

    result = await gql("{ part(by: {id: 1}) { above { id deep } } box(by: {id: 1}) { deep } }")

    assert result.data == {"part": {"above": {"id": "2", "deep": 1}}, "box": {"deep": 0}}


# ---- two transactions at the same time --------------------------------------------------------


@asynccontextmanager
async def two_writers(models: DeclaredModels) -> AsyncIterator[tuple[Writer, Writer]]:
    """Give two writers, each in a transaction of its own; it is committed by `commit`."""
    pool = await models.pool()
    async with pool.acquire() as first, pool.acquire() as second:
        writers = []
        for connection in (first, second):
            await connection.execute("BEGIN")
            writers.append(
                Writer(
                    registry=models.engine.registry,
                    tables=models.engine.tables,
                    actor=Actor(),
                    now=NOW,
                    connection=connection,
                )
            )
        yield writers[0], writers[1]


async def add_line(writer: Writer, **values: Any) -> None:
    row = Row(values={"is_free": False, "quantity": 1, **values})
    await steps.write(writer, Batch(writer.model("Line"), Operation.CREATE, [row]))


async def set_price(writer: Writer, price: int) -> None:
    row = Row(id=1, values={"price": Decimal(price)})
    await steps.write(writer, Batch(writer.model("Product"), Operation.UPDATE, [row]))


async def commit(writer: Writer) -> None:
    await writer.connection.fetch("COMMIT")


async def waits(models: DeclaredModels, writer: Writer) -> None:
    """Return when a writer waits for a lock."""
    process = writer.connection.get_server_pid()  # type: ignore[attr-defined]
    async with (await models.pool()).acquire() as watcher:
        while not await watcher.fetchval("SELECT pg_blocking_pids($1) <> '{}'", process):
            pass


async def test_two_transactions_that_add_lines_lose_no_total(
    shop: Gql, models: DeclaredModels
) -> None:
    async with two_writers(models) as (first, second):
        await add_line(first, order=2, product=1)
        other = asyncio.create_task(add_line(second, order=2, product=2))
        await waits(models, second)
        await commit(first)
        await other
        await commit(second)

    found = await figures(shop)
    assert found["orders"][1][0] == "13.00"
    assert found["customers"][0] == ("36.00",)


async def test_new_line_waits_for_a_change_of_its_price(shop: Gql, models: DeclaredModels) -> None:
    async with two_writers(models) as (first, second):
        await set_price(first, 100)
        other = asyncio.create_task(add_line(second, order=2, product=1))
        await waits(models, second)
        await commit(first)
        await other
        await commit(second)

    assert (await figures(shop))["orders"][1][0] == "100.00"


async def test_change_of_a_price_waits_for_a_new_line(shop: Gql, models: DeclaredModels) -> None:
    async with two_writers(models) as (first, second):
        await add_line(first, order=2, product=1)
        other = asyncio.create_task(set_price(second, 100))
        await waits(models, second)
        await commit(first)
        await other
        await commit(second)

    assert (await figures(shop))["orders"][1][0] == "100.00"


async def test_many_writers_at_the_same_time(shop: Gql) -> None:
    await asyncio.gather(*(lines_of(shop, 2, 3) for _ in range(6)))

    found = await figures(shop)
    assert found["orders"][1][0] == "180.00"
    assert found["customers"][0] == ("203.00",)
