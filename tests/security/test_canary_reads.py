"""Who may not see something cannot tell from any answer what it is, or that it is there."""

import pytest
from canary_documents import READS
from canary_twins import Twins

pytestmark = pytest.mark.anyio

REFUSALS = {"FORBIDDEN", "FORBIDDEN_FIELD", "BAD_USER_INPUT"}
"""Codes of documents that are refused beside those of the kind `errors`."""
TELLING = 0.3
"""Part of the documents of a kind that must be answered differently to who may see all."""


@pytest.mark.parametrize("kind", READS)
async def test_twins_answer_alike(twins: Twins, kind: str) -> None:
    for document in READS[kind]:
        result = await twins.same(document)
        assert kind == "errors" or set(result.codes) <= REFUSALS, (document, result.errors)


@pytest.mark.parametrize("kind", [kind for kind in READS if kind != "errors"])
async def test_twins_differ_for_who_may_see_all(twins: Twins, kind: str) -> None:
    told = [await twins.unlike(document) for document in READS[kind]]

    assert sum(told) >= TELLING * len(told)


async def test_pages_meet_where_the_visible_ones_do(twins: Twins) -> None:
    seen: list[str] = []
    cursor = None
    for _ in range(5):
        result = await twins.same(
            """query($after: String) { parties(first: 1, after: $after, orderBy: [{name: ASC}]) {
                nodes { name } pageInfo { hasNextPage endCursor } } }""",
            {"after": cursor},
        )
        page = result.data["parties"]
        seen += [node["name"] for node in page["nodes"]]
        cursor = page["pageInfo"]["endCursor"]

    assert seen == ["Ada", "Bob", "Cyd", "Dan", "Eve"]
    assert not page["pageInfo"]["hasNextPage"]


async def test_cursors_of_hidden_records_lead_where_made_up_ones_do(twins: Twins) -> None:
    everybody = twins.all[0].everybody
    made = await everybody("{ parties(first: 2) { edges { cursor node { name } } } }")
    for edge in made.data["parties"]["edges"]:
        result = await twins.same(
            "query($after: String) { parties(after: $after, first: 2) { nodes { name } } }",
            {"after": edge["cursor"]},
        )
        assert edge["node"]["name"] not in result.body.decode()


@pytest.mark.parametrize(
    "document",
    [
        '{ sales(q: "Q(number__gt=1999) & Q(code__regex=\\"(\\")") { nodes { id } } }',
        '{ sales(q: "Q(code__regex=\\"(\\")", filter: {number: {gt: 1999}}) { totalCount } }',
        '{ sales(q: "Q(number__gt=1999) & (case(Q(code__regex=\\"(\\"), 1, 2) > 1)") { totalCount } }',  # noqa: E501
        '{ lines(q: "Q(sale__number__gt=1999) & Q(sale__code__regex=\\"(\\")") { totalCount } }',
    ],
)
async def test_regular_expression_fails_whether_or_not_records_are_hidden(
    twins: Twins, document: str
) -> None:
    # What PostgreSQL does not meet when it plans, such as in a case, it meets in records.
    results = [await twins.same(document) for _ in range(8)]

    assert [result.codes for result in results] == [["BAD_USER_INPUT"]] * 8
