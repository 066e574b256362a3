"""References: fields that lead to one record of one of several models."""

from typing import Any

import pytest

from graphql_erp.environment.environment import Environment
from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.expressions.wire import to_filter
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.permissions import reading
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: SaleOrder
    fields:
      number: {type: Char, required: true, unique: true}
      total: {type: Decimal, default: 0}
    ---
    model: Ticket
    fields:
      title: {type: Char, required: true}
      order: {type: ManyToOne, to: SaleOrder, inverse: tickets}
      open: {type: Boolean, required: true, default: true}
    ---
    model: Comment
    order_by: [id]
    fields:
      text: {type: Char, required: true}
      subject: {type: Reference, to: [SaleOrder, Ticket], hint: What it is about.}
"""
SUBJECT = """subject { __typename
  ... on SaleOrder { number total } ... on Ticket { title order { number } } }"""


@pytest.fixture
async def desk(declare: Declare, gql: Gql, queries: Queries) -> Gql:
    """Give two orders, a ticket and three comments."""
    declare(MODELS)
    result = await gql(
        """mutation {
          saleOrderCreateMany(data: [{number: "S1", total: "5"}, {number: "S2"}]) { affected }
          ticketCreate(data: {title: "Broken", order: {id: "2"}}) { errors { code } }
          commentCreateMany(data: [
            {text: "a", subject: {saleOrder: "1"}}
            {text: "b", subject: {ticket: "1"}}
            {text: "c"}
          ]) { affected errors { code message path } }
        }"""
    )
    assert result.data == {
        "saleOrderCreateMany": {"affected": 2},
        "ticketCreate": {"errors": []},
        "commentCreateMany": {"affected": 3, "errors": []},
    }
    queries.clear()
    return gql


async def texts(gql: Gql, arguments: str, **variables: Any) -> list[str]:
    head = "query($flag: Boolean)" if variables else ""
    given = f"({arguments})" if arguments else ""
    result = await gql(f"{head} {{ comments{given} {{ nodes {{ text }} }} }}", **variables)
    assert result.errors == []
    return [node["text"] for node in result.data["comments"]["nodes"]]


ORDER_ONE = {"__typename": "SaleOrder", "number": "S1", "total": "5.00"}
TICKET_ONE = {"__typename": "Ticket", "title": "Broken", "order": {"number": "S2"}}


async def test_answer_is_an_object_of_the_type_in_one_statement(
    desk: Gql, queries: Queries
) -> None:
    result = await desk(f"{{ comments {{ nodes {{ text {SUBJECT} }} }} }}")

    assert result.data["comments"]["nodes"] == [
        {"text": "a", "subject": ORDER_ONE},
        {"text": "b", "subject": TICKET_ONE},
        {"text": "c", "subject": None},
    ]
    assert queries.count == 1


async def test_fragments_on_interfaces_and_one_member_alone(desk: Gql) -> None:
    result = await desk(
        """query { comments(first: 2) { edges { node { subject {
          ... on Record { id displayName } ...Titled } } } } }
        fragment Titled on Ticket { title }"""
    )

    assert [edge["node"]["subject"] for edge in result.data["comments"]["edges"]] == [
        {"id": "1", "displayName": "Sale order 1"},
        {"id": "1", "displayName": "Ticket 1", "title": "Broken"},
    ]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ("filter: {subject: {isnull: true}}", ["c"]),
        ("filter: {subject: {isnull: false}}", ["a", "b"]),
        ('filter: {subject: {saleOrder: {number: {eq: "S1"}}}}', ["a"]),
        ('filter: {subject: {ticket: {order: {number: {eq: "S2"}}}}}', ["b"]),
        ('filter: {subject: {ticket: {id: {eq: "1"}}}}', ["b"]),
        ("filter: {NOT: {subject: {ticket: {open: {eq: true}}}}}", ["a", "c"]),
        (
            'filter: {OR: [{subject: {isnull: true}}, {subject: {ticket: {id: {eq: "1"}}}}]}',
            ["b", "c"],
        ),
        ("q: \"Q(subject__ticket__order__number='S2')\"", ["b"]),
        ("q: \"Q(subject__saleOrder__number='S1')\"", ["a"]),
        ('q: "Q(subject__sale_order=1)"', ["a"]),
        ('q: "Q(subject__sale_order__isnull=True)"', ["b", "c"]),
        ('q: "Q(subject__isnotnull=True)"', ["a", "b"]),
        ('q: "~Q(subject__isnull=True)"', ["a", "b"]),
    ],
)
async def test_filters(desk: Gql, arguments: str, found: list[str]) -> None:
    assert await texts(desk, arguments) == found


async def test_filter_by_a_variable(desk: Gql) -> None:
    arguments = "filter: {subject: {isnull: $flag}}"

    assert await texts(desk, arguments, flag=True) == ["c"]
    assert await texts(desk, arguments, flag=False) == ["a", "b"]


async def test_filter_of_a_list_beyond(desk: Gql) -> None:
    result = await desk(
        """{ comments(filter: {subject: {saleOrder: {
          id: {isnull: false}, tickets: {count: {eq: 0}}}}}) { nodes { text } } }"""
    )

    assert result.data == {"comments": {"nodes": [{"text": "a"}]}}


@pytest.mark.parametrize(
    ("q", "message"),
    [
        (
            "Q(subject__tickets=1)",
            '"subject" of Comment has neither a model nor a lookup "tickets".',
        ),
        ("Q(subject=1)", '"subject" of Comment has neither a model nor a lookup "eq".'),
        ("Q(text=F('subject'))", '"subject" of Comment leads to several models.'),
    ],
)
async def test_what_has_no_meaning_is_told(desk: Gql, q: str, message: str) -> None:
    result = await desk("query($q: QExpr!) { comments(q: $q) { totalCount } }", q=q)

    assert [error["message"] for error in result.errors] == [message]


@pytest.mark.usefixtures("desk")
async def test_what_may_not_be_read_is_not_there(models: DeclaredModels) -> None:
    """The record is null, no filter finds it, and no write can name it."""
    few = Lookup(Path(("number",)), "eq", Literal("S2"))
    environment = Environment(
        pool=await models.pool(), actor=Actor(), permission=reading({"SaleOrder": few})
    )
    limited = Client(models.engine, environment)

    result = await limited(
        f"""{{ comments {{ nodes {{ {SUBJECT} }} }}
          found: comments(filter: {{subject: {{saleOrder: {{number: {{eq: "S1"}}}}}}}}) {{
            totalCount }} }}"""
    )
    written = await limited(
        """mutation { commentCreate(data: {text: "x", subject: {saleOrder: "1"}}) {
          errors { code path } } }"""
    )

    assert [node["subject"] for node in result.data["comments"]["nodes"]] == [
        None,
        TICKET_ONE,
        None,
    ]
    assert result.data["found"] == {"totalCount": 0}
    assert written.data["commentCreate"]["errors"] == [
        {"code": "NOT_FOUND", "path": ["subject", "saleOrder"]}
    ]


# ---- writes ----------------------------------------------------------------------------------


async def update(gql: Gql, record_id: int, data: str) -> Any:
    result = await gql(
        f"""mutation {{ commentUpdate(id: "{record_id}", data: {data}) {{
          record {{ {SUBJECT} }} errors {{ code message path }} }} }}"""
    )
    assert result.errors == []
    return result.data["commentUpdate"]


async def test_change_to_another_model_and_clear(desk: Gql) -> None:
    assert await update(desk, 1, '{subject: {ticket: "1"}}') == {
        "record": {"subject": TICKET_ONE},
        "errors": [],
    }
    assert await update(desk, 1, '{text: "same"}') == {
        "record": {"subject": TICKET_ONE},
        "errors": [],
    }
    assert await update(desk, 1, "{subject: null}") == {"record": {"subject": None}, "errors": []}


async def test_unknown_targets_are_told_together(desk: Gql) -> None:
    result = await desk(
        """mutation { commentCreateMany(data: [
          {text: "x", subject: {saleOrder: "7"}}
          {text: "y", subject: {saleOrder: "1"}}
          {text: "z", subject: {ticket: "8"}}
        ]) { affected errors { code message path index } } }"""
    )

    assert result.data["commentCreateMany"] == {
        "affected": 0,
        "errors": [
            {
                "code": "NOT_FOUND",
                "message": "Subject: there is no Sale order 7.",
                "path": ["subject", "saleOrder"],
                "index": 0,
            },
            {
                "code": "NOT_FOUND",
                "message": "Subject: there is no Ticket 8.",
                "path": ["subject", "ticket"],
                "index": 2,
            },
        ],
    }
    assert await texts(desk, "") == ["a", "b", "c"]


async def test_statements_do_not_depend_on_the_rows(desk: Gql, queries: Queries) -> None:
    document = """mutation($data: [CommentCreateInput!]!) {
      commentCreateMany(data: $data) { affected errors { message } } }"""
    counts = []
    for size in (2, 40):
        kinds: list[dict[str, str]] = [{"saleOrder": "1"}, {"ticket": "1"}]
        data = [{"text": "n", "subject": kinds[number % 2]} for number in range(size)]
        queries.clear()
        result = await desk(document, data=data)
        assert result.data["commentCreateMany"] == {"affected": size, "errors": []}
        counts.append(queries.count)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("data", ["{}", '{saleOrder: "1", ticket: "1"}', "{saleOrder: null}"])
async def test_input_takes_exactly_one(desk: Gql, data: str) -> None:
    given = f'{{text: "x", subject: {data}}}'
    result = await desk(f"mutation {{ commentCreate(data: {given}) {{ errors {{ code }} }} }}")

    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]


async def delete(gql: Gql, field: str) -> Any:
    result = await gql(f'mutation {{ {field}Delete(id: "1") {{ errors {{ code message }} }} }}')
    return result.data[f"{field}Delete"]["errors"]


async def test_deleting_the_target_is_refused_by_default(desk: Gql) -> None:
    assert await delete(desk, "saleOrder") == [
        {
            "code": "RESTRICTED",
            "message": "Sale order is still used as Subject of Comment records.",
        }
    ]


@pytest.mark.parametrize(
    ("policy", "left"), [("set_null", ["a", "b", "c"]), ("cascade", ["b", "c"])]
)
async def test_deleting_the_target(
    declare: Declare, gql: Gql, policy: str, left: list[str]
) -> None:
    declare(MODELS.replace("[SaleOrder, Ticket],", f"[SaleOrder, Ticket], on_delete: {policy},"))
    await gql(
        """mutation {
          saleOrderCreate(data: {number: "S1"}) { errors { code } }
          ticketCreate(data: {title: "T"}) { errors { code } }
          commentCreateMany(data: [{text: "a", subject: {saleOrder: "1"}}
            {text: "b", subject: {ticket: "1"}}, {text: "c"}]) { affected }
        }"""
    )

    assert await delete(gql, "saleOrder") == []

    assert await texts(gql, "") == left
    assert await texts(gql, "filter: {subject: {isnull: true}}") == [
        text for text in left if text != "b"
    ]


REQUIRED = MODELS.replace("[SaleOrder, Ticket],", "[SaleOrder, Ticket], required: true,")


async def test_required(declare: Declare, gql: Gql) -> None:
    declare(REQUIRED)
    await gql('mutation { saleOrderCreate(data: {number: "S1"}) { errors { code } } }')
    missing = await gql('mutation { commentCreate(data: {text: "x"}) { errors { code } } }')
    assert missing.codes == ["GRAPHQL_VALIDATION_FAILED"]

    made = await gql(
        """mutation { commentCreate(data: {text: "x", subject: {saleOrder: "1"}}) {
          record { subject { __typename } } errors { code } } }"""
    )
    assert made.data["commentCreate"] == {
        "record": {"subject": {"__typename": "SaleOrder"}},
        "errors": [],
    }
    result = await gql(
        """mutation { commentUpdate(id: "1", data: {subject: null}) {
          errors { code message path } } }"""
    )
    assert result.data["commentUpdate"]["errors"] == [
        {"code": "REQUIRED", "message": "Subject is required.", "path": ["subject"]}
    ]


@pytest.mark.usefixtures("desk")
async def test_database_refuses_two_targets(models: DeclaredModels) -> None:
    pool = await models.pool()
    async with pool.acquire() as connection:
        with pytest.raises(Exception, match="ck_comment_subject_one"):
            await connection.execute("UPDATE comment SET subject_ticket_id = 1 WHERE text = 'a'")


# ---- the schema ------------------------------------------------------------------------------


async def test_schema(declare: Declare, models: DeclaredModels) -> None:
    declare(MODELS)
    sdl = models.engine.schema.sdl

    assert "union CommentSubject = SaleOrder | Ticket" in sdl
    assert "  subject: CommentSubject\n" in sdl
    assert (
        "input CommentSubjectFilter {\n"
        "  isnull: Boolean\n"
        "  saleOrder: SaleOrderFilter\n"
        "  ticket: TicketFilter\n"
        "}" in sdl
    )
    assert "input CommentSubjectInput @oneOf {\n  saleOrder: ID\n  ticket: ID\n}" in sdl
    assert "subjectSaleOrder" not in sdl
    assert "SUBJECT" not in sdl


async def test_hidden_models_are_no_members(declare: Declare, models: DeclaredModels) -> None:
    declare(MODELS.replace("model: Ticket", "model: Ticket\n    api: none"))

    assert "union CommentSubject = SaleOrder\n" in models.engine.schema.sdl


async def test_condition_becomes_a_filter(declare: Declare) -> None:
    registry = declare(MODELS)
    condition = bind_condition(
        registry, LOOKUPS, "Comment", Q(subject__sale_order__number="S1") & Q(subject__ticket=5)
    )

    assert to_filter(registry, "Comment", condition) == {
        "AND": [
            {"subject": {"saleOrder": {"number": {"eq": "S1"}}}},
            {"subject": {"ticket": {"id": {"eq": "5"}}}},
        ]
    }
    assert [*condition.children()][1] == Lookup(Path(("subject_ticket",)), "eq", Literal(5))
