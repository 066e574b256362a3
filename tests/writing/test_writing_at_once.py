"""Small writes are one statement with their answers; whatever needs more goes the general way."""

from __future__ import annotations

import random
from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

SHOP = """
    model: User
    fields: {name: {type: Char, required: true}}
    ---
    model: Customer
    fields:
      name: {type: Char, required: true, unique: true}
      motto: {type: Char, translate: true}
      limit: {type: Integer, per_company: true}
    ---
    model: Order
    order_by: [id]
    fields:
      number: {type: Char, required: true, unique: true, max_length: 8}
      day: {type: Date, default: today}
      rate: {type: Decimal, digits: [8, 2]}
      extra: Json
      customer: {type: ManyToOne, to: Customer, required: true, inverse: orders}
      total: {type: Decimal, digits: [12, 2], compute: sum(lines.amount)}
      tags: {type: ManyToMany, to: Customer}
    checks:
      rate_positive: {where: Q(rate__isnull=True) | Q(rate__gt=0), message: Rates are positive.}
    ---
    model: Line
    order_by: [id]
    fields:
      order: {type: ManyToOne, to: Order, required: true, inverse: lines, on_delete: cascade}
      copied: {type: ManyToOne, to: Order}
      text: {type: Char, required: true, default: line}
      amount: {type: Decimal, digits: [8, 2], required: true, default: 1}
    ---
    model: Part
    order_by: [id]
    fields:
      line: {type: ManyToOne, to: Line, required: true, inverse: parts, on_delete: cascade}
      code: {type: Integer, required: true}
"""
CREATE = """
mutation Create($data: OrderCreateInput!) { orderCreate(data: $data) {
  record { number total createdBy { name } customer { name }
    lines { totalCount
      nodes { text amount order { number } parts { nodes { code line { text } } } } } }
  errors { code message path } } }
"""
UPDATE = """
mutation Update($id: ID!, $version: Int, $data: OrderUpdateInput!) {
  orderUpdate(id: $id, version: $version, data: $data) {
    record { number rate version total customer { name } lines { nodes { text } } }
    errors { code message path
      ... on ConflictError { currentVersion current { ... on Order { number } } } } } }
"""


@pytest.fixture
async def shop(models: DeclaredModels) -> Client:
    """Give a client for user 1; there are a customer and an order with a line."""
    models.declare(SHOP)
    await models.gql(
        """mutation { userCreate(data: {name: "Ada"}) { errors { code } }
          customerCreate(data: {name: "Zoe"}) { errors { code } }
          orderCreate(data: {number: "A", customer: {id: 1}, lines: {create: [{text: "old"}]}}) {
            errors { code } } }"""
    )
    models.queries.clear()
    return await models.client(Actor(user=1))


def firsts(queries: Queries) -> list[str]:
    return [text.split()[0] for text in queries.texts]


def order(number: str, **more: Any) -> dict[str, Any]:
    return {"number": number, "customer": {"id": "1"}, **more}


# ---- one statement --------------------------------------------------------------------------


async def test_order_with_lines_is_one_statement(shop: Client, queries: Queries) -> None:
    lines = [{"text": f"l{number}", "amount": f"{number}.5"} for number in range(4)]
    text = CREATE.replace("line { text }", "")
    result = await shop(text, data=order("B", lines={"create": lines}))

    nodes = [
        {"text": f"l{n}", "amount": f"{n}.50", "order": {"number": "B"}, "parts": {"nodes": []}}
        for n in range(4)
    ]
    assert result.data["orderCreate"] == {
        "record": {
            "number": "B",
            "total": "8.00",
            "createdBy": {"name": "Ada"},
            "customer": {"name": "Zoe"},
            "lines": {"totalCount": 4, "nodes": nodes},
        },
        "errors": [],
    }
    assert queries.count == len(queries.sent) == 1


async def test_lines_of_lines_find_their_own(shop: Client, queries: Queries) -> None:
    lines = [
        {"text": text, "parts": {"create": [{"code": code} for code in codes]}}
        for text, codes in (("a", [1, 2]), ("b", [3]), ("c", [4, 5]))
    ]
    result = await shop(CREATE, data=order("B", lines={"create": [*lines, {"text": "d"}]}))

    found = {
        line["text"]: [(part["code"], part["line"]["text"]) for part in line["parts"]["nodes"]]
        for line in result.data["orderCreate"]["record"]["lines"]["nodes"]
    }
    assert found == {
        "a": [(1, "a"), (2, "a")],
        "b": [(3, "b")],
        "c": [(4, "c"), (5, "c")],
        "d": [],
    }
    assert queries.count == 1


async def test_update_with_version_is_one_statement(shop: Client, queries: Queries) -> None:
    result = await shop(UPDATE, id="1", version=1, data={"rate": "2"})

    assert result.data["orderUpdate"] == {
        "record": {
            "number": "A",
            "rate": "2.00",
            "version": 2,
            "total": "1.00",
            "customer": {"name": "Zoe"},
            "lines": {"nodes": [{"text": "old"}]},
        },
        "errors": [],
    }
    assert queries.count == len(queries.sent) == 1


async def test_payload_without_record(shop: Client, queries: Queries) -> None:
    text = (
        "mutation($d: OrderCreateInput!) { orderCreate(data: $d) { __typename errors { code } } }"
    )
    result = await shop(text, d=order("B"))

    assert result.body == b'{"data":{"orderCreate":{"__typename":"OrderPayload","errors":[]}}}'
    assert queries.count == 1


async def test_statement_is_made_once_and_serves_every_actor(
    shop: Client, models: DeclaredModels, queries: Queries
) -> None:
    text = """mutation($data: CustomerUpdateInput!) {
      customerUpdate(id: 1, data: $data) { record { motto limit updatedBy { name } } } }"""
    french = await models.client(Actor(user=None, company=7, language="fr"))
    answers = [
        (await client(text, data={"motto": motto, "limit": limit})).data["customerUpdate"]["record"]
        for client, motto, limit in ((shop, "up", 1), (french, "haut", 2))
    ]
    third = await shop("{ customer(by: {id: 1}) { motto limit } }")

    assert answers == [
        {"motto": "up", "limit": 1, "updatedBy": {"name": "Ada"}},
        {"motto": "haut", "limit": 2, "updatedBy": None},
    ]
    assert third.data["customer"] == {"motto": "up", "limit": 1}
    assert queries.texts[0] == queries.texts[1]


# ---- the general way ------------------------------------------------------------------------


async def test_stale_version_is_a_conflict_with_the_current_record(shop: Client) -> None:
    result = await shop(UPDATE, id="1", version=9, data={"rate": "2"})

    assert result.data["orderUpdate"] == {
        "record": None,
        "errors": [
            {
                "code": "CONFLICT",
                "message": "Order 1 was changed by somebody else: it has version 1, not 9.",
                "path": ["version"],
                "currentVersion": 1,
                "current": {"number": "A"},
            }
        ],
    }


@pytest.mark.parametrize(
    ("data", "code", "path"),
    [
        (order("A"), "UNIQUE", ["number"]),
        (order("B", rate="-1"), "BUSINESS_RULE", ["rate"]),
        ({"number": "B", "customer": {"id": "99"}}, "NOT_FOUND", ["customer"]),
        (order("far too long"), "INVALID", ["number"]),
        (
            order("B", lines={"create": [{"amount": "1"}, {"copied": {"id": "99"}}]}),
            "NOT_FOUND",
            ["lines", "create", "1", "copied"],
        ),
        (
            order("B", lines={"create": [{"amount": "1000000"}]}),
            "INVALID",
            ["lines", "create", "0", "amount"],
        ),
    ],
)
async def test_what_is_refused_is_told_exactly_and_nothing_is_written(
    shop: Client, data: dict[str, Any], code: str, path: list[str]
) -> None:
    result = await shop(CREATE, data=data)
    left = await shop("{ orders { totalCount } lines { totalCount } }")

    payload = result.data["orderCreate"]
    assert payload["record"] is None
    assert [(error["code"], error["path"]) for error in payload["errors"]] == [(code, path)]
    assert left.data == {"orders": {"totalCount": 1}, "lines": {"totalCount": 1}}


async def test_record_that_does_not_exist(shop: Client) -> None:
    result = await shop(UPDATE, id="9", data={"rate": "2"})

    assert [error["code"] for error in result.data["orderUpdate"]["errors"]] == ["NOT_FOUND"]


@pytest.mark.parametrize(
    "text",
    [
        "orderCreate(data: {number: 1, customer: {create: {name: 2}}}) { errors { code } }",
        "orderCreate(data: {number: 1, customer: {key: {name: Zoe}}}) { errors { code } }",
        "orderCreate(data: {number: 1, customer: {id: 1}, tags: {link: [1]}}) { errors { code } }",
        "orderUpdate(id: 1, data: {lines: {create: [{text: 1}]}}) { errors { code } }",
        "orderUpdate(id: 1, data: {}) { errors { code } }",
        "orderUpdate(id: 1, data: {rate: 1}) { record { customer { orders { totalCount } } } }",
        "orderUpdate(id: 1, data: {rate: 1}) { record { lines { nodes { order { rate } } } } }",
        "orderCreate(data: {number: 1, customer: {id: 1}}) @idempotent(key: 1) { errors { code } }",
    ],
)
async def test_more_than_one_statement_where_needed(
    shop: Client, queries: Queries, text: str
) -> None:
    quoted = text.replace("number: 1", 'number: "1"').replace("key: 1", 'key: "1"')
    quoted = quoted.replace("name: 2", 'name: "2"').replace("name: Zoe", 'name: "Zoe"')
    quoted = quoted.replace("text: 1", 'text: "1"').replace("rate: 1", 'rate: "1"')
    result = await shop(f"mutation {{ {quoted} }}")

    assert result.errors == []
    assert "WITH" not in firsts(queries)


async def test_atomic_fields_are_one_transaction(shop: Client, queries: Queries) -> None:
    result = await shop(CREATE.replace(") {", ") @atomic {", 1), data=order("B"))

    assert result.data["orderCreate"]["errors"] == []
    assert "WITH" not in firsts(queries)


NEEDS_MORE = {
    "kept": (
        "total: {type: Integer, compute: sum(lines.amount), store: true}",
        "amount: Integer",
        "",
    ),
    "numbered": ("number: {type: Char, sequence: {prefix: N}}", "", ""),
    "checked": ("", "", "checks: {few: {where: Q(lines__count__lt=9), message: Too many.}}"),
}
HOOKED = """
from graphql_erp import Model

class Order(Model):
    def before_create(self):
        self.name = self.name.upper()
"""


@pytest.mark.parametrize("case", [*NEEDS_MORE, "hooked"])
async def test_models_that_need_more(
    declare: Declare, gql: Gql, queries: Queries, case: str
) -> None:
    field, line, checks = NEEDS_MORE.get(case, ("", "", ""))
    declare(
        f"""
        model: Order
        fields:
          name: Char
          {field}
        {checks}
        ---
        model: Line
        fields:
          order: {{type: ManyToOne, to: Order, inverse: lines}}
          {line}
        """,
        python=HOOKED if case == "hooked" else "",
    )
    result = await gql('mutation { orderCreate(data: {name: "a"}) { record { name } } }')

    name = "A" if case == "hooked" else "a"
    assert result.data == {"orderCreate": {"record": {"name": name}}}
    assert queries.count > 1


AUDITED = """
    model: Rack
    audit: true
    fields: {name: Char, slots: {type: OneToMany, to: Slot, inverse: rack}}
    ---
    model: Slot
    audit: true
    fields: {rack: {type: ManyToOne, to: Rack, inverse: slots}, code: Char}
"""


async def test_audit_knows_who_wrote(models: DeclaredModels, queries: Queries) -> None:
    models.declare(
        AUDITED.replace(", slots: {type: OneToMany, to: Slot, inverse: rack}", ""),
        dependencies=["core"],
    )
    client = await models.client(Actor())
    text = """mutation { rackCreate(data: {name: "r", slots: {create: [{code: "1"}]}}) {
      record { name slots { nodes { code } } } } }"""
    await client(text)
    sent = queries.count
    found = await client("{ auditEntries { nodes { model newValues } } }")
    changed = await client(
        'mutation { rackUpdate(id: 1, data: {name: "s"}) { record { changes { totalCount } } } }'
    )

    assert sent == 1
    assert sorted(item["model"] for item in found.data["auditEntries"]["nodes"]) == ["Rack", "Slot"]
    assert changed.data["rackUpdate"]["record"] == {"changes": {"totalCount": 2}}


# ---- the same rows --------------------------------------------------------------------------


def drawn(chance: random.Random) -> dict[str, Any]:
    """Return a new order, sometimes a wrong one."""
    lines = [
        {
            **({"text": "t"} if chance.random() < 0.5 else {}),
            **({"amount": chance.choice(["1.005", "0", None])} if chance.random() < 0.3 else {}),
            **({"copied": {"id": chance.choice(["1", "999"])}} if chance.random() < 0.2 else {}),
            "parts": {
                "create": [{"code": chance.randint(1, 9)} for _ in range(chance.randint(1, 2))]
            },
        }
        for _ in range(chance.randint(1, 3))
    ]
    more = {
        "rate": chance.choice(["1.005", "0.01", None, "-1"]),
        "extra": chance.choice([{"a": [1.5, None]}, "x", None]),
        "day": chance.choice(["2024-02-29", None]),
        "lines": {"create": lines},
    }
    chosen = chance.sample(sorted(more), k=chance.randint(0, 4))
    return order(chance.choice(["B", "A", "n" * 8]), **{name: more[name] for name in chosen})


async def test_both_ways_write_the_same_rows(shop: Client) -> None:
    chance = random.Random(3)  # noqa: S311 - repeatable data
    whole = """{ orders(first: 5) { nodes { number version day rate extra total createdBy { id }
      lines { nodes { text amount copied { number } parts { nodes { code } } } } } } }"""
    general = CREATE.replace(") {", ") @atomic {", 1)
    remove = 'mutation { orderDeleteMany(target: {q: "Q(id__neq=1)"}) { affected } }'
    written = 0
    for _ in range(40):
        data = drawn(chance)
        first = await shop(CREATE, data=data)
        rows = (await shop(whole)).data
        assert rows is not None
        await shop(remove)
        second = await shop(general, data=data)
        assert (await shop(whole)).data == rows, data
        await shop(remove)
        payload = first.data["orderCreate"]
        if second.data is not None:
            assert second.data["orderCreate"] == payload
            written += 1
        else:
            told = second.errors[0]["extensions"]["errors"]
            assert [error["code"] for error in told] == [item["code"] for item in payload["errors"]]

    assert 5 < written < 40
