from typing import Any

import pytest
from hostile_target import MOST_CPU, Target

pytestmark = pytest.mark.anyio

STAGES = """mutation($d: [StageCreateInput!]!) {
  stageCreateMany(data: $d) { affected errors { code index } } }"""
LEADS = """mutation($d: [LeadCreateInput!]!) {
  leadCreateMany(data: $d) { affected errors { code index } } }"""
UPDATE = """mutation($i: ID!, $d: LeadUpdateInput!) {
  leadUpdate(id: $i, data: $d) { record { id } errors { code } } }"""
DELETE = "mutation($i: ID!) { stageDelete(id: $i) { deletedId errors { code } } }"


def lead(**values: Any) -> dict[str, Any]:
    return {"name": "L", "stage": {"id": "1"}, **values}


@pytest.mark.parametrize(
    ("document", "data", "codes"),
    [
        (STAGES, [{"name": "x"}, {"name": "y"}, {"name": "x"}], ["UNIQUE"]),
        (STAGES, [{"name": "é"}, {"name": "e\u0301"}], ["UNIQUE"]),
        (STAGES, [{"name": "New"}] * 1_000, ["UNIQUE"] * 1_000),
        (STAGES, [{"name": "x" * 81}], ["INVALID"]),
        (STAGES, [{"name": "x" * 900_000}], ["INVALID"]),
        (STAGES, [{"name": "\0"}], ["INVALID"]),
        (LEADS, [lead(stage={"id": "99999"})], ["NOT_FOUND"]),
        (LEADS, [lead(stage={"id": str(9_999 + n)}) for n in range(1_000)], ["NOT_FOUND"] * 1_000),
        (LEADS, [lead(stage={"id": "-1"})], ["INVALID"]),
        (LEADS, [lead(stage={"id": "9" * 30})], ["INVALID"]),
        (LEADS, [lead(stage={"id": "\uff11"})], ["INVALID"]),
        (LEADS, [lead(stage={"key": {"name": "None"}})], ["NOT_FOUND"]),
        (LEADS, [lead(revenue="-1")], ["BUSINESS_RULE"]),
        (LEADS, [lead(revenue="9" * 140)], ["INVALID"]),
        (LEADS, [lead(), lead(revenue=None)], ["REQUIRED"]),
        (LEADS, [*[lead()] * 999, lead(revenue="-1")], ["BUSINESS_RULE"]),
    ],
)
async def test_refused_rows_leave_nothing_behind(
    target: Target, document: str, data: list[dict[str, Any]], codes: list[str]
) -> None:
    reply = await target.ask(document, {"d": data})

    (payload,) = reply.data.values()
    assert payload["affected"] == 0
    assert [error["code"] for error in payload["errors"]] == codes
    assert await target.counts() == (2, 3)


@pytest.mark.parametrize(
    "data",
    [
        [{"name": "x"}] * 1_001,
        [{"name": "x", "unknown": 1}] * 20_000,
        [{}],
        [None],
        [{"name": None}],
        [{"name": "x", "id": "7"}],
        [{"name": "x", "sequence": 2**31}],
        [{"name": "x", "sequence": "1"}],
        "x",
        None,
    ],
    ids=lambda value: repr(value)[:40],
)
async def test_input_that_does_not_fit_is_refused_as_a_whole(target: Target, data: object) -> None:
    reply = await target.ask(STAGES, {"d": data})

    assert (reply.status, reply.codes[:1]) == (200, ["BAD_USER_INPUT"])
    assert reply.cpu < MOST_CPU
    assert await target.counts() == (2, 3)


async def test_bulk_of_nothing_is_nothing(target: Target) -> None:
    reply = await target.ask(STAGES, {"d": []})

    assert reply.data == {"stageCreateMany": {"affected": 0, "errors": []}}


@pytest.mark.parametrize("value", ["-1", "", " 1", "\uff11", "abc", "9" * 30])
async def test_id_that_is_none_is_refused(target: Target, value: str) -> None:
    updated = await target.ask(UPDATE, {"i": value, "d": {"name": "z"}})
    deleted = await target.ask(DELETE, {"i": value})

    assert (updated.codes, deleted.codes) == (["BAD_USER_INPUT"], ["BAD_USER_INPUT"])


@pytest.mark.parametrize("value", ["0", "99999", str(2**63 - 1)])
async def test_id_of_nobody_is_not_found(target: Target, value: str) -> None:
    updated = await target.ask(UPDATE, {"i": value, "d": {"name": "z"}})
    deleted = await target.ask(DELETE, {"i": value})

    assert updated.data["leadUpdate"] == {"record": None, "errors": [{"code": "NOT_FOUND"}]}
    assert deleted.data["stageDelete"] == {"deletedId": None, "errors": [{"code": "NOT_FOUND"}]}


@pytest.mark.parametrize(
    ("selection", "code"),
    [
        ("leads(first: 501) { nodes { id } }", "PAGE_TOO_LARGE"),
        ('leads(after: "x") { nodes { id } }', "BAD_CURSOR"),
        ('leads(q: "Q(name__regex=\\"(\\")") { nodes { id } }', "BAD_USER_INPUT"),
        ('leads(filter: {id: {eq: "\uff11"}}) { nodes { id } }', "BAD_USER_INPUT"),
        (
            "leads(first: 500) { nodes { children(first: 500) { nodes { id } } } }",
            "COST_EXCEEDED",
        ),
    ],
)
async def test_payload_that_cannot_be_read_undoes_the_write(
    target: Target, selection: str, code: str
) -> None:
    reply = await target.ask(
        f'mutation {{ stageCreate(data: {{name: "p"}}) {{ record {{ {selection} }} }} }}'
    )

    assert (reply.status, reply.codes) == (200, [code])
    assert await target.counts() == (2, 3)


async def test_mutations_spread_from_fragments_are_counted(target: Target) -> None:
    creates = " ".join(
        f'a{number}: stageCreate(data: {{name: "s{number}"}}) {{ errors {{ code }} }}'
        for number in range(11)
    )

    spread = await target.ask(f"mutation {{ ...M }} fragment M on Mutation {{ {creates} }}")
    inline = await target.ask(f"mutation {{ ... on Mutation {{ {creates} }} }}")

    assert (spread.codes, inline.codes) == (["COST_EXCEEDED"], ["COST_EXCEEDED"])
    assert await target.counts() == (2, 3)


async def test_deep_json_literal_is_refused(target: Target) -> None:
    for depth in (70, 150, 300):
        value = "{a: " * depth + "1" + "}" * depth
        reply = await target.ask(
            f'mutation {{ leadCreate(data: {{name: "j", stage: {{id: 1}}, extra: {value}}})'
            " { record { id } errors { code } } }"
        )
        assert reply.status == 200
        assert reply.data is None or reply.data["leadCreate"]["record"] is None
    assert await target.counts() == (2, 3)
