"""References in behaviour: records of the right class, hooks, defaults, queries."""

import pytest

from graphql_erp.errors import DeclarationError
from graphql_erp.testing.models import Declare, Gql

pytestmark = pytest.mark.anyio

MODELS = """
    model: SaleOrder
    fields:
      number: {type: Char, required: true}
      comments: {type: Integer, default: 0}
    ---
    model: Ticket
    fields: {title: {type: Char, required: true}}
    ---
    model: Comment
    order_by: [id]
    fields:
      text: {type: Char, required: true}
      subject: {type: Reference, to: [SaleOrder, Ticket]}
      previous: {type: Char, readonly: true}
      number: {type: Char, compute: subject_sale_order.number}
      heading: {type: Char, compute: [subject_sale_order.number, subject_ticket.title], store: true}
"""
PYTHON = """
    from typing import Any, Self

    from graphql_erp import Environment, Model, Q, mutation, query

    def shown(record: Any) -> str:
        return f"{type(record).__name__} {record.id}" if record else "nothing"

    class Comment(Model):
        @classmethod
        async def default_subject(cls, env: Environment) -> Any:
            return await env["Ticket"].first()

        def compute_heading(self) -> str:
            order, ticket = self.subject_sale_order, self.subject_ticket
            return order.number if order else ticket.title if ticket else ""

        def before_update(self) -> None:
            if "subject" in self.changed:
                self.previous = shown(self.stored("subject"))

        def before_create(self) -> None:
            if self.text == "none":
                self.subject = None

        @query
        async def about(self) -> str:
            '''Say what it is about.'''
            return shown(self.subject)

        @query(load=["subject_sale_order"])
        def order_number(self) -> str | None:
            '''Give the number of the order.'''
            return self.subject_sale_order.number if self.subject_sale_order else None

        @mutation
        async def move(self, order: int) -> Self:
            '''Make it about an order.'''
            found = await self.env["SaleOrder"].get(order)
            await self.update(subject=found)
            return self

        @mutation
        @classmethod
        async def comment_all(cls, env: Environment) -> int:
            '''Comment all orders and the first ticket.'''
            for order in await env["SaleOrder"].all():
                await env["Comment"].create(text="by env", subject=order)
            await env["Comment"].create(text="by env", subject={"ticket": 1})
            return await env["Comment"].where(Q(subject__sale_order__isnull=False)).count()
"""


@pytest.fixture
async def desk(declare: Declare, gql: Gql) -> Gql:
    """Give two orders, two tickets and three comments."""
    declare(MODELS, python=PYTHON)
    result = await gql(
        """mutation {
          saleOrderCreateMany(data: [{number: "S1"}, {number: "S2"}]) { affected }
          ticketCreateMany(data: [{title: "T1"}, {title: "T2"}]) { affected }
          commentCreateMany(data: [
            {text: "a", subject: {saleOrder: "2"}} {text: "b"} {text: "none"}
          ]) { affected errors { message } }
        }"""
    )
    assert result.data["commentCreateMany"] == {"affected": 3, "errors": []}
    return gql


async def test_record_is_of_the_class_of_its_model(desk: Gql) -> None:
    result = await desk("{ comments { nodes { about orderNumber number heading } } }")

    assert result.data["comments"]["nodes"] == [
        {"about": "SaleOrder 2", "orderNumber": "S2", "number": "S2", "heading": "S2"},
        {"about": "Ticket 1", "orderNumber": None, "number": None, "heading": "T1"},
        {"about": "nothing", "orderNumber": None, "number": None, "heading": ""},
    ]


async def test_answers_beside_methods_and_beyond(desk: Gql) -> None:
    result = await desk(
        """{ comments { nodes { about subject {
          ... on SaleOrder { number } ... on Ticket { id } } } } }"""
    )

    assert [node["subject"] for node in result.data["comments"]["nodes"]] == [
        {"number": "S2"},
        {"id": "1"},
        None,
    ]


async def test_update_by_a_method_and_hooks(desk: Gql) -> None:
    result = await desk(
        """mutation {
          commentMove(id: "2", order: 1) {
            record { previous heading subject { __typename } } errors { message } }
        }"""
    )

    assert result.data["commentMove"] == {
        "record": {
            "previous": "Ticket 1",
            "heading": "S1",
            "subject": {"__typename": "SaleOrder"},
        },
        "errors": [],
    }


async def test_stored_values_follow_the_target(desk: Gql) -> None:
    await desk('mutation { ticketUpdate(id: "1", data: {title: "New"}) { errors { code } } }')
    result = await desk('{ comment(by: {id: "2"}) { heading } }')

    assert result.data == {"comment": {"heading": "New"}}


async def test_create_by_the_environment(desk: Gql) -> None:
    result = await desk("mutation { commentCommentAll { result errors { message } } }")
    assert result.data["commentCommentAll"] == {"result": 3, "errors": []}

    found = await desk('{ comments(filter: {text: {eq: "by env"}}) { nodes { about } } }')
    assert [node["about"] for node in found.data["comments"]["nodes"]] == [
        "SaleOrder 1",
        "SaleOrder 2",
        "Ticket 1",
    ]


@pytest.mark.parametrize("path", ["subject", "subject.number"])
async def test_paths_name_one_model(declare: Declare, path: str) -> None:
    python = PYTHON.replace('load=["subject_sale_order"]', f'load=["{path}"]')

    with pytest.raises(DeclarationError) as caught:
        declare(MODELS, python=python)

    message = f'method "order_number" of Comment names the path "{path}": "subject" leads to'
    assert [item.message for item in caught.value.problems] == [f"{message} several models."]
    hint = "Name those it needs: subject_sale_order, subject_ticket."
    assert [problem.hint for problem in caught.value.problems] == [hint]


async def test_duplicate_leads_to_the_same_record(desk: Gql) -> None:
    result = await desk(
        """mutation { a: commentDuplicate(id: "1") { record { about } errors { message } }
          b: commentDuplicate(id: "1", data: {subject: {ticket: "2"}}) { record { about } } }"""
    )

    assert result.data == {
        "a": {"record": {"about": "SaleOrder 2"}, "errors": []},
        "b": {"record": {"about": "Ticket 2"}},
    }
