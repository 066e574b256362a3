import pytest
from hostile_documents import CASES, Case
from hostile_target import MOST_CPU, Target

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
async def test_hostile_document_gets_a_clean_answer(target: Target, case: Case) -> None:
    reply = await target.ask(case.document, case.variables)

    assert reply.status == 200
    assert reply.codes[:1] == ([case.code] if case.code else [])
    assert (reply.data is None) is bool(case.code)
    assert reply.cpu < MOST_CPU
    assert len(reply.body) < 100_000


async def test_hostile_documents_changed_nothing(target: Target) -> None:
    assert await target.counts() == (2, 3)


async def test_names_of_grouping_items_arrive_as_given(target: Target) -> None:
    reply = await target.ask(
        """query($i: [ID!], $b: [LeadGroupingBy!]!) {
          leads(filter: {id: {in: $i}}) { groups(by: $b) { nodes { values } } } }""",
        {"i": ["1"], "b": [{"field": "ID", "as": "%(p1)s"}, {"field": "NAME", "as": "'é\\$1:p1"}]},
    )

    assert reply.data["leads"]["groups"]["nodes"] == [
        {"values": {"%(p1)s": "1", "'é\\$1:p1": "a"}},
    ]


async def test_names_of_members_never_shadow_each_other(target: Target) -> None:
    reply = await target.ask(
        "{ leads(filter: {id: {eq: 1}}) { nodes { Id: name id ID: revenue n: open x: seats } } }"
    )

    assert reply.data["leads"]["nodes"] == [
        {"Id": "a", "id": "1", "ID": "10.50", "n": True, "x": 3},
    ]
