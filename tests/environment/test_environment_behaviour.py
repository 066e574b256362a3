"""Behaviour around writes: defaults, setters, hooks, overriding, checks, and `self.env`."""

from typing import Any

import pytest

from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Product
    fields:
      name: {type: Char, required: true, unique: true}
      stock: {type: Integer, default: 0}
    ---
    model: Customer
    fields:
      name: {type: Char, required: true, unique: true}
      orders: {type: OneToMany, to: Order, inverse: customer}
    ---
    model: Order
    order_by: [id]
    fields:
      number: {type: Char}
      customer: {type: ManyToOne, to: Customer, inverse: orders}
      state: {type: Selection, options: [draft, confirmed, shipped], default: draft, readonly: true}
      net: {type: Decimal, default: 0}
      gross: {type: Decimal, compute: net * 2}
      seen: {type: Char, readonly: true}
      lines: {type: OneToMany, to: Line, inverse: order}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, on_delete: cascade, inverse: lines}
      product: {type: ManyToOne, to: Product, required: true}
      quantity: {type: Integer, required: true}
    ---
    model: Trace
    order_by: [id]
    fields: {text: {type: Char, required: true}}
"""
PYTHON = """
    from collections.abc import Sequence
    from decimal import Decimal
    from typing import Any, Self

    from graphql_erp import Model, Q, UserError, check, mutation, query
    from graphql_erp import Environment

    class Customer(Model):
        def before_delete(self) -> None:
            if self.name == "Keep":
                raise UserError("{name} stays.", name=self.name)

    class Order(Model):
        @classmethod
        async def default_customer(cls, env: Environment) -> Any:
            return await env["Customer"].order_by("name").first()

        def inverse_gross(self, value: Decimal) -> None:
            self.net = value / 2

        def before_create(self) -> None:
            self.seen = f"new {self.state}"
            if self.number == "bad":
                raise UserError("No {number}.", number=self.number).at("number")

        async def before_update(self) -> None:
            if "state" in self.changed:
                self.seen = f"{self.stored('state')}>{self.state}"

        async def after_update(self) -> None:
            if "state" in self.changed:
                await self.env["Trace"].create(text=f"{self.id} {self.seen} {self.version}")

        @classmethod
        async def create_many(cls, records: Sequence[Self]) -> None:
            for record in records:
                if record.number is None:
                    record.number = "made"
            await super().create_many(records)
            await records[0].env["Trace"].create(text=f"created {len(records)}")

        @check(load=["lines.product"])
        def few_in_stock(self) -> None:
            for line in self.lines:
                if self.state == "draft" and line.quantity > line.product.stock:
                    raise UserError("Only {stock} {name}.", stock=line.product.stock,
                                    name=line.product.name).at("lines")

        @mutation(load=["lines.product"])
        async def ship(self) -> Self:
            '''Take the products out of stock.'''
            for line in self.lines:
                await line.product.update(stock=line.product.stock - line.quantity)
            await self.update(state="shipped")
            return self

        @mutation
        async def half_way(self, keep: bool = False) -> Self:
            '''Write, fail, and go on.'''
            await self.update(number="half")
            try:
                if keep:
                    async with self.env.savepoint():
                        await self.env["Product"].create(name="ink")
                else:
                    await self.env["Order"].create(number="bad")
            except UserError:
                pass
            return self

        @mutation
        async def confirm_all(self) -> Self:
            '''Confirm all drafts at once.'''
            drafts = self.env["Order"].where(Q(state="draft"))
            await drafts.update(state="confirmed")
            return self

        @query
        async def report(self) -> str:
            '''Tell what the environment gives.'''
            orders = self.env["Order"]
            await self.fetch("customer", "lines.product")
            groups = await orders.group_by("state", number="count", net="sum(net)")
            return " ".join(
                str(item) for item in (
                    await orders.count(), await orders.where(Q(net__gt=5)).exists(),
                    (await orders.get(1)).number,
                    [line.product.name for line in self.lines], self.customer.name,
                    dict(groups[0]), self.env.today,
                )
            )
"""


@pytest.fixture
async def shop(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give two products, two customers and one order."""
    declare(MODELS, python=PYTHON)
    result = await gql(
        """mutation {
          productCreateMany(data: [{name: "ink", stock: 5}, {name: "pen", stock: 1}]) { affected }
          customerCreateMany(data: [{name: "Zoe"}, {name: "Keep"}]) { affected }
          orderCreate(data: {gross: "8", lines: {create: [
            {product: {id: 1}, quantity: 2}, {product: {id: 2}, quantity: 1}]}}) {
            errors { code message path } }
        }"""
    )
    assert result.data["orderCreate"] == {"errors": []}, result.data
    queries.clear()
    return gql


async def only(gql: Gql, document: str) -> Any:
    result = await gql(document)
    assert not result.errors, result.errors
    (answer,) = result.data.values()
    return answer


async def traces(gql: Gql) -> list[str]:
    return [node["text"] for node in (await only(gql, "{ traces { nodes { text } } }"))["nodes"]]


async def test_defaults_setters_hooks_and_overriding_of_create(shop: Gql) -> None:
    order = await only(
        shop, "{ order(by: {id: 1}) { number seen net gross customer { name } version } }"
    )

    assert order == {
        "number": "made",
        "seen": "new draft",
        "net": "4.00",
        "gross": "8.00",
        "customer": {"name": "Keep"},
        "version": 1,
    }
    assert await traces(shop) == ["created 1"]


async def test_hook_refuses_rows_of_a_bulk(shop: Gql) -> None:
    answer = await only(
        shop,
        """mutation { orderCreateMany(data: [{number: "ok"}, {number: "bad"}],
          onError: SKIP_FAILED) { affected errors { code message path index } } }""",
    )

    assert answer == {
        "affected": 1,
        "errors": [{"code": "BUSINESS_RULE", "message": "No bad.", "path": ["number"], "index": 1}],
    }


async def test_update_hooks_see_what_changed(shop: Gql) -> None:
    await only(shop, "mutation { orderConfirmAll(id: 1) { errors { code } } }")

    order = await only(shop, "{ order(by: {id: 1}) { state seen version } }")
    assert order == {"state": "CONFIRMED", "seen": "draft>confirmed", "version": 2}
    assert await traces(shop) == ["created 1", "1 draft>confirmed 2"]


async def test_method_writes_records_it_loaded(shop: Gql) -> None:
    answer = await only(
        shop,
        "mutation { orderShip(id: 1) { record { state seen } errors { message } } }",
    )

    assert answer == {"record": {"state": "SHIPPED", "seen": "draft>shipped"}, "errors": []}
    products = await only(shop, "{ products { nodes { stock } } }")
    assert [node["stock"] for node in products["nodes"]] == [3, 0]


async def test_check_method_sees_what_was_written(shop: Gql) -> None:
    answer = await only(
        shop,
        """mutation { orderUpdate(id: 1, data: {lines: {update: [{id: 2, data: {quantity: 3}}]}}) {
          errors { code message path } } }""",
    )

    assert answer["errors"] == [
        {"code": "BUSINESS_RULE", "message": "Only 1 pen.", "path": ["lines"]}
    ]
    line = await only(shop, "{ line(by: {id: 2}) { quantity } }")
    assert line == {"quantity": 1}


async def test_delete_hook_refuses(shop: Gql) -> None:
    answer = await only(
        shop,
        "mutation { customerDeleteMany(target: {all: true}) { affected errors { message } } }",
    )

    assert answer == {"affected": 0, "errors": [{"message": "Keep stays."}]}


async def test_refused_write_that_is_caught_still_undoes_everything(shop: Gql) -> None:
    answer = await only(shop, "mutation { orderHalfWay(id: 1) { errors { message } } }")

    assert answer == {"errors": [{"message": "No bad."}]}
    assert await only(shop, "{ order(by: {id: 1}) { number } }") == {"number": "made"}


async def test_savepoint_undoes_its_block_only(shop: Gql) -> None:
    answer = await only(
        shop, "mutation { orderHalfWay(id: 1, keep: true) { record { number } errors { code } } }"
    )

    assert answer == {"record": {"number": "half"}, "errors": []}


async def test_environment_reads(shop: Gql) -> None:
    await only(shop, 'mutation { orderCreate(data: {number: "two", net: 9}) { errors { code } } }')

    assert await only(shop, "{ order(by: {id: 1}) { report } }") == {
        "report": "2 True made ['ink', 'pen'] Keep"
        " {'state': 'draft', 'number': 2, 'net': Decimal('13.00')} 2026-06-15"
    }


@pytest.mark.parametrize("count", [3, 60])
async def test_hooks_of_a_bulk_cost_no_statement_per_row(
    shop: Gql, queries: Queries, count: int
) -> None:
    answer = await shop(
        "mutation($data: [OrderCreateInput!]!) { orderCreateMany(data: $data) { affected } }",
        data=[{"number": f"n{number}"} for number in range(count)],
    )

    assert answer.data == {"orderCreateMany": {"affected": count}}
    # the default, the insert, the trace and what it returns, the check: orders and their lines
    assert queries.count == 6
