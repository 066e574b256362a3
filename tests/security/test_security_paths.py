# ruff: noqa: E501 -- one case a line
"""What access, rules and field groups leave of every path, on a small company."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import Declare, DeclaredModels

pytestmark = pytest.mark.anyio

MODELS = """
groups:
  world: {kind: public}
  clerk: {}
  boss: {implies: [clerk]}
  outsider: {kind: portal}
access:
  Area: {clerk: [read], boss: all, outsider: [read]}
  Shop:
    clerk: {allow: [read, update], where: Q(is_open=True)}
    boss: all
    outsider: {allow: [read], where: Q(is_open=True)}
  Sale:
    clerk:
      - {allow: [read], where: Q(amount__lt=100)}
      - {allow: [create, update], where: Q(amount__lt=50)}
      - {allow: [delete], where: Q(amount__lt=10)}
    boss: all
  Note: {boss: all}
rules:
  nothing_secret: {model: Shop, where: ~Q(name="Area 51")}
---
model: Area
fields: {name: {type: Char, required: true}}
---
model: Shop
fields:
  name: {type: Char, required: true}
  is_open: {type: Boolean, required: true, default: true}
  area: {type: ManyToOne, to: Area, inverse: shops}
  rent: {type: Integer, groups: [boss]}
  yearly: {type: Integer, compute: rent * 12}
  turnover: {type: Decimal, digits: [10, 2], compute: "sum(sales.amount)"}
---
model: Sale
order_by: [id]
fields:
  amount: {type: Decimal, digits: [10, 2], required: true}
  shop: {type: ManyToOne, to: Shop, required: true, inverse: sales}
---
model: Note
fields: {text: {type: Char, required: true}, shop: {type: ManyToOne, to: Shop, inverse: notes}}
"""
DATA = """mutation {
  areaCreateMany(data: [{name: "North"}, {name: "South"}]) { errors { message } }
  shopCreateMany(data: [
    {name: "Open", area: {id: 1}, rent: 5}
    {name: "Closed", isOpen: false, area: {id: 1}, rent: 9}
    {name: "Area 51", area: {id: 2}, rent: 7}
  ]) { errors { message } }
  saleCreateMany(data: [
    {amount: "5", shop: {id: 1}}, {amount: "60", shop: {id: 1}}, {amount: "500", shop: {id: 1}}
    {amount: "20", shop: {id: 2}}
  ]) { errors { message } }
  noteCreate(data: {text: "Psst", shop: {id: 1}}) { errors { message } }
}"""


@pytest.fixture
async def company(declare: Declare, models: DeclaredModels) -> DeclaredModels:
    declare(MODELS)
    result = await models.gql(DATA)
    assert result.errors == []
    return models


@pytest.fixture
async def clerk(company: DeclaredModels) -> Client:
    return await company.member("clerk", actor=Actor(user=None))


@pytest.fixture
async def boss(company: DeclaredModels) -> Client:
    return await company.member("boss")


READS: list[tuple[str, Any]] = [
    ("{ shops { totalCount nodes { name } } }", {"totalCount": 1, "nodes": [{"name": "Open"}]}),
    ("{ shop(by: {id: 2}) { name } }", None),
    ("{ shop(by: {id: 3}) { name } }", None),
    ("{ shops { count(mode: EXACT) { value } } }", {"count": {"value": 1}}),
    ("{ shops { count(mode: ESTIMATED) { value } } }", {"count": {"value": 1}}),
    ("{ sales { aggregate { count sum { amount } } } }", {"aggregate": {"count": 3, "sum": {"amount": "85.00"}}}),
    ("{ sales { nodes { shopId } } }", {"nodes": [{"shopId": "1"}, {"shopId": "1"}, {"shopId": None}]}),
    ('{ sales(filter: {shopId: {eq: "2"}}) { totalCount } }', {"totalCount": 0}),
    ('{ sales(filter: {shop: {name: {eq: "Closed"}}}) { totalCount } }', {"totalCount": 0}),
    ("{ sales(filter: {shop: {isOpen: {eq: true}}}) { totalCount } }", {"totalCount": 2}),
    ("{ shops { nodes { sales { totalCount aggregate { max { amount } } } } } }", {"nodes": [{"sales": {"totalCount": 2, "aggregate": {"max": {"amount": "60.00"}}}}]}),
    ("{ shops { nodes { turnover } } }", {"nodes": [{"turnover": "65.00"}]}),
    ("{ areas(orderBy: [{id: ASC}]) { nodes { shops { nodes { name } } } } }", {"nodes": [{"shops": {"nodes": [{"name": "Open"}]}}, {"shops": {"nodes": []}}]}),
    ("{ areas(filter: {shops: {some: {isOpen: {eq: false}}}}) { totalCount } }", {"totalCount": 0}),
    ("{ areas(filter: {shops: {count: {gte: 2}}}) { totalCount } }", {"totalCount": 0}),
    ("{ sales { groups(by: [{field: SHOP}]) { nodes { count values } } } }", {"groups": {"nodes": [{"count": 2, "values": {"shop": "1"}}, {"count": 1, "values": {"shop": None}}]}}),
    ("{ sales { aggregate { countDistinct(field: SHOP) } } }", {"aggregate": {"countDistinct": 1}}),
    ("{ sales(orderBy: [{shop: {name: ASC_NULLS_FIRST}}, {id: DESC}]) { nodes { id } } }", {"nodes": [{"id": "4"}, {"id": "2"}, {"id": "1"}]}),
]  # fmt: skip


@pytest.mark.parametrize(("document", "answer"), READS)
async def test_reads_show_what_may_be_read(clerk: Client, document: str, answer: Any) -> None:
    result = await clerk(document)

    assert result.errors == []
    assert next(iter(result.data.values())) == answer


REFUSED = [
    ("{ notes { totalCount } }", "FORBIDDEN", ["notes"], None),
    ("{ shops { nodes { notes { totalCount } } } }", "FORBIDDEN", ["shops", "nodes", "notes"], None),
    ('{ shops(filter: {notes: {some: {text: {eq: "Psst"}}}}) { totalCount } }', "FORBIDDEN", ["shops"], None),
    ("{ shops { nodes { rent } } }", "FORBIDDEN_FIELD", ["shops", "nodes", "rent"], "Shop.rent"),
    ("{ shops { nodes { yearly } } }", "FORBIDDEN_FIELD", ["shops", "nodes", "yearly"], "Shop.yearly"),
    ("{ shops(filter: {rent: {gt: 4}}) { totalCount } }", "FORBIDDEN_FIELD", ["shops"], "Shop.rent"),
    ('{ shops(q: "Q(rent__gt=4)") { totalCount } }', "FORBIDDEN_FIELD", ["shops"], "Shop.rent"),
    ("{ shops(orderBy: [{rent: ASC}]) { totalCount } }", "FORBIDDEN_FIELD", ["shops"], "Shop.rent"),
    ("{ sales(orderBy: [{shop: {rent: ASC}}]) { totalCount } }", "FORBIDDEN_FIELD", ["sales"], "Shop.rent"),
    ("{ shops { groups(by: [{field: RENT}]) { totalCount } } }", "FORBIDDEN_FIELD", ["shops", "groups"], "Shop.rent"),
    ("{ shops { aggregate { sum { rent } } } }", "FORBIDDEN_FIELD", ["shops", "aggregate", "sum", "rent"], "Shop.rent"),
    ("{ shops { aggregate { countDistinct(field: RENT) } } }", "FORBIDDEN_FIELD", ["shops", "aggregate", "countDistinct"], "Shop.rent"),
    ("{ sales(filter: {shop: {rent: {gt: 1}}}) { totalCount } }", "FORBIDDEN_FIELD", ["sales"], "Shop.rent"),
    ("mutation { shopUpdate(id: 1, data: {rent: 3}) { errors { code } } }", "FORBIDDEN_FIELD", None, "Shop.rent"),
    ('mutation { shopCreate(data: {name: "New"}) { errors { code } } }', "FORBIDDEN", ["shopCreate"], None),
    ("mutation { shopDelete(id: 1) { errors { code } } }", "FORBIDDEN", ["shopDelete"], None),
    ('mutation { saleCreate(data: {amount: "5", shop: {create: {name: "New"}}}) { errors { code } } }', "FORBIDDEN", None, None),
    ('mutation { shopUpdateMany(target: {filter: {rent: {gt: 1}}}, data: {name: "X"}) { affected } }', "FORBIDDEN_FIELD", ["shopUpdateMany"], "Shop.rent"),
    ('mutation { shopUpdate(id: 1, data: {name: "X"}) { record { rent } } }', "FORBIDDEN_FIELD", ["shopUpdate", "record", "rent"], "Shop.rent"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "code", "path", "coordinates"), REFUSED)
async def test_what_may_not_be_named_is_refused(
    clerk: Client,
    boss: Client,
    document: str,
    code: str,
    path: list[str] | None,
    coordinates: str | None,
) -> None:
    before = await boss("{ shops { nodes { name rent } } sales { totalCount } }")
    result = await clerk(document)

    (error,) = result.errors
    assert error["extensions"]["code"] == code
    assert error["extensions"].get("coordinates") == coordinates
    assert path is None or error["path"] == path
    assert (
        await boss("{ shops { nodes { name rent } } sales { totalCount } }")
    ).data == before.data


WRITES = [
    ('shopUpdate(id: 2, data: {name: "X"})', ["NOT_FOUND"]),
    ('shopUpdate(id: 3, data: {name: "X"})', ["NOT_FOUND"]),
    ("shopUpdate(id: 1, data: {isOpen: false})", ["FORBIDDEN"]),
    ('shopUpdate(id: 1, data: {name: "Area 51"})', ["FORBIDDEN"]),
    ('shopUpdateMany(target: {ids: [1, 2]}, data: {name: "X"})', ["NOT_FOUND"]),
    ("shopUpdateEach(items: [{id: 1, data: {isOpen: false}}])", ["FORBIDDEN"]),
    ('saleCreate(data: {amount: "50", shop: {id: 1}})', ["FORBIDDEN"]),
    ('saleCreate(data: {amount: "5", shop: {id: 2}})', ["NOT_FOUND"]),
    ('saleCreateMany(data: [{amount: "5", shop: {id: 1}}, {amount: "99", shop: {id: 1}}])', ["FORBIDDEN"]),
    ('saleUpdate(id: 1, data: {amount: "51"})', ["FORBIDDEN"]),
    ('saleUpdate(id: 2, data: {amount: "5"})', ["FORBIDDEN"]),
    ('saleUpdate(id: 3, data: {amount: "5"})', ["NOT_FOUND"]),
    ("saleDelete(id: 2)", ["FORBIDDEN"]),
    ("saleDelete(id: 3)", ["NOT_FOUND"]),
    ('saleDeleteMany(target: {filter: {amount: {gt: "1"}}})', ["FORBIDDEN", "FORBIDDEN"]),
    ('saleUpdateMany(target: {all: true}, data: {amount: "1"})', ["FORBIDDEN"]),
]  # fmt: skip


@pytest.mark.parametrize(("call", "codes"), WRITES)
async def test_writes_outside_of_what_is_allowed_change_nothing(
    clerk: Client, boss: Client, call: str, codes: list[str]
) -> None:
    everything = "{ shops { nodes { name isOpen version } } sales { nodes { amount version } } }"
    before = await boss(everything)
    result = await clerk(f"mutation {{ r: {call} {{ errors {{ code }} }} }}")

    assert result.errors == []
    assert [error["code"] for error in result.data["r"]["errors"]] == codes
    assert (await boss(everything)).data == before.data


ALLOWED = [
    ('shopUpdate(id: 1, data: {name: "X"}) { record { name } errors { code } }', {"record": {"name": "X"}, "errors": []}),
    ('saleCreate(data: {amount: "49", shop: {id: 1}}) { record { amount } errors { code } }', {"record": {"amount": "49.00"}, "errors": []}),
    ('saleUpdate(id: 1, data: {amount: "49"}) { record { amount } errors { code } }', {"record": {"amount": "49.00"}, "errors": []}),
    ("saleDelete(id: 1) { deletedId errors { code } }", {"deletedId": "1", "errors": []}),
    ('saleCreateMany(data: [{amount: "99", shop: {id: 1}}, {amount: "9", shop: {id: 1}}], onError: SKIP_FAILED) { affected errors { code index } }', {"affected": 1, "errors": [{"code": "FORBIDDEN", "index": 0}]}),
]  # fmt: skip


@pytest.mark.parametrize(("call", "answer"), ALLOWED)
async def test_writes_within_what_is_allowed_are_made(
    clerk: Client, call: str, answer: Any
) -> None:
    result = await clerk(f"mutation {{ r: {call} }}")

    assert result.errors == []
    assert result.data == {"r": answer}


async def test_rules_hold_for_everybody(boss: Client) -> None:
    result = await boss("{ shops(orderBy: [{id: ASC}]) { nodes { name rent yearly } } }")

    assert result.data["shops"]["nodes"] == [
        {"name": "Open", "rent": 5, "yearly": 60},
        {"name": "Closed", "rent": 9, "yearly": 108},
    ]


async def test_nobody_reads_nothing(company: DeclaredModels) -> None:
    nobody = await company.member()
    (error,) = (await nobody("{ areas { totalCount } }")).errors

    assert error["extensions"]["code"] == "FORBIDDEN"


async def test_small_write_of_a_limited_field_is_refused(
    declare: Declare, models: DeclaredModels
) -> None:
    declare("""
        groups: {clerk: {}, boss: {}}
        access: {Tag: {clerk: all}}
        ---
        model: Tag
        fields:
          name: Char
          weight: {type: Integer, groups: [boss]}
          rank: {type: Integer, default: 3, groups: [boss]}
    """)
    clerk = await models.member("clerk")
    made = await clerk('mutation { tagCreate(data: {name: "A"}) { record { name } } }')
    assert made.data == {"tagCreate": {"record": {"name": "A"}}}

    for call in ("tagCreate(data: {weight: 5})", "tagUpdate(id: 1, data: {weight: 5})"):
        result = await clerk(f"mutation {{ r: {call} {{ errors {{ code }} }} }}")
        assert result.codes == ["FORBIDDEN_FIELD"]
    kept = await models.gql("{ tags { nodes { name weight rank } } }")
    assert kept.data == {"tags": {"nodes": [{"name": "A", "weight": None, "rank": 3}]}}


async def test_limited_field_is_refused_though_no_record_is_met(clerk: Client) -> None:
    call = 'shopUpdateMany(target: {filter: {name: {eq: "None"}}}, data: {rent: 3})'
    result = await clerk(f"mutation {{ {call} {{ affected }} }}")

    assert result.codes == ["FORBIDDEN_FIELD"]


async def test_payload_shows_nothing_that_went_out_of_sight(
    declare: Declare, models: DeclaredModels
) -> None:
    declare("""
        groups: {clerk: {}}
        access:
          Desk:
            clerk:
              - {allow: [read], where: Q(is_open=True)}
              - {allow: [create, update]}
        ---
        model: Desk
        fields: {name: Char, is_open: {type: Boolean, required: true, default: true}}
    """)
    clerk = await models.member("clerk")
    for call in (
        'deskCreate(data: {name: "A", isOpen: false})',
        'deskCreate(data: {name: "B"})',
        "deskUpdate(id: 2, data: {isOpen: false})",
    ):
        result = await clerk(
            f"mutation {{ r: {call} {{ record {{ name isOpen }} errors {{ code }} }} }}"
        )
        shown = {"name": "B", "isOpen": True} if "B" in call else None
        assert result.data == {"r": {"record": shown, "errors": []}}
    kept = await models.gql("{ desks { nodes { name isOpen } } }")
    assert [node["isOpen"] for node in kept.data["desks"]["nodes"]] == [False, False]
