"""What differs between the twins after all; docs/explanation/canary-twins.md says why it must."""

from pathlib import Path

import pytest
from canary_twins import Twin, Twins

from graphql_erp.testing.client import Result

pytestmark = pytest.mark.anyio

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "canary-twins.md"
ERRORS = "errors { code message }"


async def codes(twins: Twins, write: str) -> list[list[str]]:
    """Return the codes of the user errors of each twin."""
    results = await twins.answers(f"mutation {{ it: {write} {{ errors {{ code }} }} }}")
    assert [result.errors for result in results] == [[], [], []]
    return [[error["code"] for error in result.data["it"]["errors"]] for result in results]


async def undo(twin: Twin, write: str) -> Result:
    result = await twin.everybody(f"mutation {{ it: {write} {{ errors {{ message }} }} }}")
    assert result.members == {"data": {"it": {"errors": []}}}
    return result


async def test_uniqueness_holds_among_all_records(twins: Twins) -> None:
    sale = 'saleCreate(data: {number: 1, code: "taken", party: {id: 3}})'

    assert await codes(twins, sale) == [["UNIQUE"], [], []]
    assert await codes(twins, 'partyUpdate(id: 6, data: {email: "zorro1@example.com"})') == [
        [],
        ["UNIQUE"],
        [],
    ]


async def test_one_to_one_holds_among_all_records(twins: Twins) -> None:
    assert await codes(twins, 'cardCreate(data: {code: "K", party: {id: 3}})') == [
        ["UNIQUE"],
        [],
        [],
    ]


async def test_upsert_finds_no_hidden_record_and_makes_no_second_one(twins: Twins) -> None:
    upsert = 'areaUpsert(data: [{code: "X10", name: "Mine"}], on: [CODE])'

    assert await codes(twins, upsert) == [["UNIQUE"], [], []]


async def test_deletion_is_restricted_by_hidden_records(twins: Twins) -> None:
    results = await twins.answers(f"mutation {{ it: partyDelete(id: 5) {{ deletedId {ERRORS} }} }}")
    found = [result.data["it"]["errors"] for result in results]

    # Only in the last twin does a hidden card lead to the party.
    assert [[error["code"] for error in errors] for errors in found] == [
        [],
        [],
        ["RESTRICTED"],
    ]


async def test_identity_numbers_count_hidden_records(twins: Twins) -> None:
    await undo(twins.all[1], 'tagCreate(data: {name: "hidden one", secret: true})')
    results = await twins.answers('mutation { tagCreate(data: {name: "mine"}) { record { id } } }')

    assert [result.data["tagCreate"]["record"]["id"] for result in results] == [
        "1000",
        "1001",
        "1000",
    ]


async def test_gapless_numbers_count_hidden_records(twins: Twins) -> None:
    results = await twins.answers(
        'mutation { ticketCreate(data: {title: "mine"}) { record { number } } }'
    )

    assert [result.data["ticketCreate"]["record"]["number"] for result in results] == [
        "T-0005",
        "T-0005",
        "T-0008",
    ]


async def test_kept_values_are_made_of_all_records(twins: Twins) -> None:
    document = "{ ledgers { nodes { balance postings { aggregate { sum { amount } } } } } }"
    results = await twins.answers(document)

    found = [result.data["ledgers"]["nodes"][0] for result in results]
    assert [ledger["balance"] for ledger in found] == ["8.00", "73.00", "48.00"]
    assert [ledger["postings"]["aggregate"]["sum"]["amount"] for ledger in found] == ["3.00"] * 3


async def test_checks_are_made_with_all_records(twins: Twins) -> None:
    assert await codes(twins, 'ledgerUpdate(id: 1, data: {name: "Bank"})') == [
        [],
        [],
        ["BUSINESS_RULE"],
    ]


async def test_trees_stay_trees_by_way_of_hidden_records(twins: Twins) -> None:
    move = "areaUpdate(id: 3, data: {parent: {id: 4}})"

    # In the first twin the parent of 4 is hidden and below 3.
    assert await codes(twins, move) == [["BUSINESS_RULE"], [], []]


async def test_version_counts_changes_of_hidden_fields(twins: Twins) -> None:
    await undo(twins.all[0], 'partyUpdate(id: 7, data: {credit: "77"})')
    document = """{ party(by: {id: 7}) {
        version updatedAt changes(first: 1) { totalCount nodes { oldValues newValues } } } }"""
    first, second, third = await twins.answers(document)

    assert second.body == third.body
    party = first.data["party"]
    assert party["version"] == second.data["party"]["version"] + 1
    assert party["changes"]["totalCount"] == second.data["party"]["changes"]["totalCount"] + 1
    assert party["changes"]["nodes"] == [{"oldValues": {}, "newValues": {}}]


def test_every_exception_is_told_and_shown() -> None:
    text = PAGE.read_text()
    tests = [name for name in globals() if name.startswith("test_") and "told" not in name]

    told = [line.split("`")[1] for line in text.splitlines() if line.startswith("| `test_")]
    assert sorted(told) == sorted(tests)
