"""Nested writes: records and what hangs on them in one mutation."""

from typing import Any

import pytest

from graphql_erp.testing.models import Declare, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

SHOP = """
    model: Country
    fields: {code: {type: Char, required: true, unique: true}}
    ---
    model: Customer
    fields:
      name: {type: Char, required: true}
      country: {type: ManyToOne, to: Country}
      orders: {type: OneToMany, to: Order, inverse: customer}
    ---
    model: Tag
    fields: {name: {type: Char, required: true, unique: true}}
    ---
    model: Order
    fields:
      number: {type: Char, unique: true}
      customer: {type: ManyToOne, to: Customer, inverse: orders}
      lines: {type: OneToMany, to: Line, inverse: order}
      tags: {type: ManyToMany, to: Tag, inverse: orders}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, on_delete: cascade, inverse: lines}
      product: {type: Char, required: true, max_length: 8}
      quantity: {type: Integer, default: 1}
      notes: {type: OneToMany, to: Note, inverse: line}
    checks:
      positive: {where: Q(quantity__gt=0), message: Quantity must be positive.}
    ---
    model: Note
    fields:
      line: {type: ManyToOne, to: Line, required: true, on_delete: cascade, inverse: notes}
      text: {type: Char, required: true}
"""
ORDER = """{ id number version customer { id name country { code } }
  lines { nodes { id product quantity notes { nodes { text } } } } tags { nodes { id name } } }"""


@pytest.fixture
async def shop(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give a shop with one order of three lines and two tags."""
    declare(SHOP)
    result = await gql(
        """mutation {
          countryCreate(data: {code: "FR"}) { errors { code } }
          orderCreate(data: {number: "A1",
            customer: {create: {name: "Ada", country: {key: {code: "FR"}}}},
            lines: {create: [{product: "ink"}, {product: "pen", quantity: 2}, {product: "nib"}]},
            tags: {create: [{name: "new"}, {name: "big"}]}}) { errors { code message path } }
        }"""
    )
    assert result.data == {"countryCreate": {"errors": []}, "orderCreate": {"errors": []}}
    queries.clear()
    return gql


async def order(gql: Gql, record_id: int = 1) -> Any:
    document = f"query($id: ID!) {{ order(by: {{id: $id}}) {ORDER} }}"
    result = await gql(document, id=str(record_id))
    return result.data["order"]


def lines(found: Any) -> list[tuple[str, str, int]]:
    return [(line["id"], line["product"], line["quantity"]) for line in found["lines"]["nodes"]]


async def update(gql: Gql, data: str, record_id: int = 1) -> Any:
    result = await gql(
        f"mutation {{ orderUpdate(id: {record_id}, data: {data})"
        " { record { id } errors { code message path } } }"
    )
    assert not result.errors, result.errors
    return result.data["orderUpdate"]


async def test_create_with_everything_around_it(shop: Gql) -> None:
    found = await order(shop)

    assert found == {
        "id": "1",
        "number": "A1",
        "version": 1,
        "customer": {"id": "1", "name": "Ada", "country": {"code": "FR"}},
        "lines": {
            "nodes": [
                {"id": "1", "product": "ink", "quantity": 1, "notes": {"nodes": []}},
                {"id": "2", "product": "pen", "quantity": 2, "notes": {"nodes": []}},
                {"id": "3", "product": "nib", "quantity": 1, "notes": {"nodes": []}},
            ]
        },
        "tags": {"nodes": [{"id": "1", "name": "new"}, {"id": "2", "name": "big"}]},
    }


async def test_lines_are_deleted_updated_and_created(shop: Gql) -> None:
    answer = await update(
        shop,
        """{lines: {delete: [1], update: [{id: 2, data: {quantity: 5,
          notes: {create: [{text: "soon"}]}}}], create: [{product: "cap"}]}}""",
    )

    assert answer["errors"] == []
    found = await order(shop)
    assert lines(found) == [("2", "pen", 5), ("3", "nib", 1), ("4", "cap", 1)]
    assert found["lines"]["nodes"][0]["notes"] == {"nodes": [{"text": "soon"}]}


@pytest.mark.parametrize("part", ["delete: [9]", "update: [{id: 9, data: {quantity: 2}}]"])
async def test_line_of_another_order_is_not_found(shop: Gql, part: str) -> None:
    await shop(
        'mutation { orderCreate(data: {number: "B", lines: {create: [{product: "x"}]}}) '
        "{ errors { code } } }"
    )
    foreign = part.replace("9", "4")

    answers = [
        await update(shop, f'{{number: "C", lines: {{{item}}}}}') for item in (part, foreign)
    ]

    codes = [[error["code"] for error in answer["errors"]] for answer in answers]
    assert codes == [["NOT_FOUND"], ["NOT_FOUND"]]
    assert answers[1]["errors"][0]["path"] == ["lines", part[:6], "0", "id"]
    assert (await order(shop))["number"] == "A1"
    assert lines(await order(shop, 2)) == [("4", "x", 1)]


async def test_line_is_updated_once(shop: Gql) -> None:
    answer = await update(
        shop, "{lines: {update: [{id: 1, data: {quantity: 2}}, {id: 1, data: {quantity: 3}}]}}"
    )

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("INVALID", ["lines", "update", "1", "id"])
    ]


async def test_links_are_added_removed_and_replaced(shop: Gql) -> None:
    await shop('mutation { tagCreateMany(data: [{name: "c"}, {name: "d"}]) { affected } }')

    await update(shop, '{tags: {unlink: [1], link: [3], create: [{name: "e"}]}}')
    assert [tag["id"] for tag in (await order(shop))["tags"]["nodes"]] == ["2", "3", "5"]

    await update(shop, "{tags: {set: [4, 2]}}")
    assert [tag["id"] for tag in (await order(shop))["tags"]["nodes"]] == ["2", "4"]

    await update(shop, "{tags: {set: []}}")
    assert (await order(shop))["tags"]["nodes"] == []


async def test_records_that_are_not_owned_are_linked_and_let_go(shop: Gql) -> None:
    await shop('mutation { orderCreateMany(data: [{number: "B"}, {number: "C"}]) { affected } }')

    async def orders(part: str) -> list[str]:
        result = await shop(
            f"mutation {{ customerUpdate(id: 1, data: {{orders: {{{part}}}}})"
            " { errors { code } record { orders { nodes { id } } } } }"
        )
        assert result.data["customerUpdate"]["errors"] == []
        return [item["id"] for item in result.data["customerUpdate"]["record"]["orders"]["nodes"]]

    assert await orders("link: [2]") == ["1", "2"]
    assert await orders("unlink: [1]") == ["2"]
    assert await orders("set: [3]") == ["3"]
    assert (await order(shop, 2))["customer"] is None


async def test_owned_records_cannot_be_let_go(shop: Gql) -> None:
    answer = await update(shop, "{lines: {unlink: [1]}}")

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("RESTRICTED", ["lines"])
    ]


async def test_set_stands_alone(shop: Gql) -> None:
    answer = await update(shop, "{tags: {set: [1], link: [2]}}")

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [("INVALID", ["tags"])]


async def test_mistakes_at_every_depth_are_told_together(shop: Gql) -> None:
    answer = await update(
        shop,
        """{customer: {create: {name: " "}}, tags: {link: [9]}, lines: {
          create: [{product: "far too long"}, {product: "ok", notes: {create: [{text: ""}]}}],
          update: [{id: 1, data: {product: null}}]}}""",
    )

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("REQUIRED", ["customer", "create", "name"]),
        ("INVALID", ["lines", "create", "0", "product"]),
        ("REQUIRED", ["lines", "create", "1", "notes", "create", "0", "text"]),
        ("REQUIRED", ["lines", "update", "0", "data", "product"]),
    ]


async def test_check_the_database_makes_names_its_row(shop: Gql) -> None:
    answer = await update(shop, '{lines: {create: [{product: "a"}, {product: "b", quantity: 0}]}}')

    assert answer["errors"] == [
        {
            "code": "BUSINESS_RULE",
            "message": "Quantity must be positive.",
            "path": ["lines", "create", "1", "quantity"],
        }
    ]
    assert len(lines(await order(shop))) == 3


async def test_back_reference_cannot_be_given(shop: Gql) -> None:
    answer = await update(shop, '{lines: {create: [{product: "a", order: {id: 1}}]}}')

    assert [(error["code"], error["path"]) for error in answer["errors"]] == [
        ("INVALID", ["lines", "create", "0", "order"])
    ]


@pytest.mark.parametrize("count", [2, 250])
async def test_statements_depend_on_models_not_on_rows(
    shop: Gql, queries: Queries, count: int
) -> None:
    new = [
        {
            "number": f"N{number}",
            "customer": {"create": {"name": f"c{number}", "country": {"key": {"code": "FR"}}}},
            "lines": {"create": [{"product": f"p{line}"} for line in range(4)]},
            "tags": {"link": ["1"]},
        }
        for number in range(count)
    ]

    result = await shop(
        """mutation($data: [OrderCreateInput!]!) { orderCreateMany(data: $data) {
          affected errors { code } } }""",
        data=new,
    )

    assert result.data["orderCreateMany"] == {"affected": count, "errors": []}
    # countries by code, customers, orders, lines, tags that exist, links of tags
    assert queries.count == 6
