"""groups { nodes { records } }: the records of each group as a list of its own."""

from typing import Any

import pytest

from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    fields:
      name: {type: Char, required: true}
    ---
    model: Lead
    archive: active
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      revenue: Integer
      at: Datetime
      active: {type: Boolean, required: true, default: true}
"""
FILL = """mutation {
  stageCreateMany(data: [{name: "New"}, {name: "Won"}]) { affected }
  leadCreateMany(data: [
    {name: "a", stage: {id: "1"}, revenue: 3, at: "2026-06-30T22:30:00Z"}
    {name: "b", stage: {id: "1"}, revenue: 1, at: "2026-06-30T21:30:00Z"}
    {name: "c", stage: {id: "1"}, revenue: 2}
    {name: "d", stage: {id: "2"}, at: "2026-07-01T00:00:00Z"}
    {name: "e", revenue: 5}
    {name: "f", active: false}
  ]) { affected }
}"""


@pytest.fixture
async def leads(models: DeclaredModels) -> Client:
    """Give a client in Paris of six leads, one of them archived."""
    models.declare(MODELS)
    assert (await (await models.client())(FILL)).errors == []
    models.queries.clear()
    return await models.client(Actor(timezone="Europe/Paris"))


def grouped(by: str, members: str, arguments: str = "") -> str:
    return f"{{ leads{arguments} {{ groups(by: [{by}]) {{ nodes {{ {members} }} }} }} }}"


async def nodes(client: Client, document: str) -> list[Any]:
    found: list[Any] = (await client(document)).data["leads"]["groups"]["nodes"]
    return found


def names(group: Any) -> list[str]:
    return [node["name"] for node in group["records"]["nodes"]]


async def test_each_group_has_its_records(leads: Client, queries: Queries) -> None:
    found = await nodes(leads, grouped("{field: STAGE}", "records { nodes { name } }"))

    assert [names(group) for group in found] == [["a", "b", "c"], ["d"], ["e"]]
    assert queries.count == 1


async def test_order_page_and_figures_are_of_the_group(leads: Client, queries: Queries) -> None:
    records = """records(orderBy: [{revenue: DESC}], first: 2) {
      totalCount count { value exact } nodes { name } pageInfo { hasNextPage }
      aggregate { sum { revenue } }
    }"""
    first, _, last = await nodes(leads, grouped("{field: STAGE}", records))

    assert first["records"] == {
        "totalCount": 3,
        "count": {"value": 3, "exact": True},
        "nodes": [{"name": "a"}, {"name": "c"}],
        "pageInfo": {"hasNextPage": True},
        "aggregate": {"sum": {"revenue": "6"}},
    }
    assert last["records"]["nodes"] == [{"name": "e"}]
    assert queries.count == 1


async def test_page_goes_on_from_a_cursor_of_the_group(leads: Client) -> None:
    def document(arguments: str) -> str:
        records = (
            f"records({arguments}) {{ nodes {{ name }} pageInfo {{ endCursor startCursor }} }}"
        )
        return grouped("{field: STAGE}", records)

    start = (await nodes(leads, document("first: 2")))[0]
    after = start["records"]["pageInfo"]["endCursor"]
    following = (await nodes(leads, document(f'first: 2, after: "{after}"')))[0]
    before = following["records"]["pageInfo"]["startCursor"]
    back = (await nodes(leads, document(f'last: 1, before: "{before}"')))[0]

    assert [names(start), names(following), names(back)] == [["a", "b"], ["c"], ["b"]]


async def test_period_is_that_of_the_actors_time_zone(leads: Client) -> None:
    by = "{field: AT, granularity: MONTH}"
    found = await nodes(leads, grouped(by, "values records { nodes { name } }"))

    assert [(group["values"]["at"], names(group)) for group in found] == [
        ("2026-05-31T22:00:00.000000Z", ["b"]),
        ("2026-06-30T22:00:00.000000Z", ["a", "d"]),
        (None, ["c", "e"]),
    ]


async def test_filter_of_the_list_holds_in_its_groups(leads: Client, queries: Queries) -> None:
    arguments = '(filter: {name: {in: ["a", "c", "e"]}})'
    found = await nodes(leads, grouped("{field: STAGE}", "records { nodes { name } }", arguments))

    assert [names(group) for group in found] == [["a", "c"], ["e"]]
    assert queries.count == 1


@pytest.mark.parametrize(
    ("archived", "expected"), [("INCLUDE", ["e", "f"]), ("EXCLUDE", ["e"]), ("ONLY", ["f"])]
)
async def test_archived_records_are_there_as_in_the_list(
    leads: Client, archived: str, expected: list[str]
) -> None:
    members = "count records { totalCount nodes { name } }"
    found = await nodes(leads, grouped("{field: STAGE}", members, f"(archived: {archived})"))

    assert names(found[-1]) == expected
    assert found[-1]["count"] == found[-1]["records"]["totalCount"] == len(expected)


async def test_groups_within_groups_and_within_records(leads: Client, queries: Queries) -> None:
    inner = "groups(by: [{field: REVENUE}], first: 1)"
    members = f"""
      {inner} {{ nodes {{ values records {{ nodes {{ name }} }} }} }}
      records {{ {inner} {{ totalCount nodes {{ values count }} }} }}
    """
    first, *_ = await nodes(leads, grouped("{stage: {field: NAME}}", members))

    assert first == {
        "groups": {"nodes": [{"values": {"revenue": 1}, "records": {"nodes": [{"name": "b"}]}}]},
        "records": {"groups": {"totalCount": 3, "nodes": [{"values": {"revenue": 1}, "count": 1}]}},
    }
    assert queries.count == 1


async def test_groups_of_a_record_have_its_records_only(leads: Client, queries: Queries) -> None:
    result = await leads(
        """{ stages { nodes { leads { groups(by: [{field: ACTIVE}]) {
          nodes { records(last: 1) { edges { node { name stage { name } } } } }
        } } } } }"""
    )

    def last(name: str, stage: str) -> Any:
        node = {"node": {"name": name, "stage": {"name": stage}}}
        return {"leads": {"groups": {"nodes": [{"records": {"edges": [node]}}]}}}

    assert result.data == {"stages": {"nodes": [last("c", "New"), last("d", "Won")]}}
    assert queries.count == 1
