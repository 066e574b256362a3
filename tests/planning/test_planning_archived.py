"""Archived records: hidden from lists unless asked for, found by everything else."""

import pytest

from graphql_erp.testing.models import DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Archivable
    abstract: true
    archive: active
    fields: {active: {type: Boolean, required: true, default: true}}
    ---
    model: Party
    plural: parties
    mixins: [Archivable]
    order_by: [name]
    fields:
      name: {type: Char, required: true, unique: true}
      city: {type: ManyToOne, to: City, inverse: parties}
      amount: {type: Integer, required: true, default: 1}
    ---
    model: City
    plural: cities
    fields:
      name: {type: Char, required: true}
      people: {type: Integer, compute: count(parties)}
"""
ROWS = """
    INSERT INTO city (name) VALUES ('Bonn'), ('Kiel');
    INSERT INTO party (name, city_id, amount, active)
    VALUES ('Ada', 1, 1, true), ('Bob', 1, 2, false), ('Cid', 2, 4, true), ('Dee', 2, 8, false);
"""


@pytest.fixture(autouse=True)
async def parties(models: DeclaredModels) -> None:
    """Make four parties, two of them archived."""
    models.declare(MODELS)
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute(ROWS)
    (await models.queries.told()).clear()


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("", ["Ada", "Cid"]),
        ("(archived: EXCLUDE)", ["Ada", "Cid"]),
        ("(archived: INCLUDE)", ["Ada", "Bob", "Cid", "Dee"]),
        ("(archived: ONLY)", ["Bob", "Dee"]),
        ('(archived: ONLY, search: "d")', ["Dee"]),
        ('(filter: {name: {in: ["Ada", "Bob"]}})', ["Ada"]),
        ("(filter: {active: {eq: false}})", []),
        ('(archived: INCLUDE, q: "Q(active=False)")', ["Bob", "Dee"]),
    ],
)
async def test_lists(gql: Gql, queries: Queries, arguments: str, names: list[str]) -> None:
    result = await gql(f"{{ parties{arguments} {{ nodes {{ name }} totalCount }} }}")

    assert [item["name"] for item in result.data["parties"]["nodes"]] == names
    assert result.data["parties"]["totalCount"] == len(names)
    assert queries.count == 1


async def test_connections_of_a_record(gql: Gql, queries: Queries) -> None:
    result = await gql(
        """{ cities { nodes { parties { nodes { name } }
          gone: parties(archived: ONLY) { totalCount } } } }"""
    )

    assert result.data["cities"]["nodes"] == [
        {"parties": {"nodes": [{"name": "Ada"}]}, "gone": {"totalCount": 1}},
        {"parties": {"nodes": [{"name": "Cid"}]}, "gone": {"totalCount": 1}},
    ]
    assert queries.count == 1


async def test_counts_figures_and_groups(gql: Gql) -> None:
    result = await gql(
        """{
          shown: parties { ...figures }
          all: parties(archived: INCLUDE) { ...figures }
        }
        fragment figures on PartyConnection {
          count { value } aggregate { sum { amount } }
          groups(by: [{field: CITY}], orderBy: [{key: CITY, direction: ASC}]) {
            nodes { aggregate { sum { amount } } }
          }
        }"""
    )

    figures = {
        key: (
            value["count"]["value"],
            value["aggregate"]["sum"]["amount"],
            [node["aggregate"]["sum"]["amount"] for node in value["groups"]["nodes"]],
        )
        for key, value in result.data.items()
    }
    assert figures == {"shown": (2, "5", ["1", "4"]), "all": (4, "15", ["3", "12"])}


async def test_keys_to_one_filters_and_computed_fields_see_all(gql: Gql) -> None:
    node_id = (await gql('{ party(by: {name: "Bob"}) { nodeId } }')).data["party"]["nodeId"]

    result = await gql(
        """query ($id: ID!) {
          node(nodeId: $id) { ... on Party { name } }
          cities(filter: {parties: {some: {name: {eq: "Dee"}}}}) { nodes { name people } }
        }""",
        id=node_id,
    )

    assert result.data == {
        "node": {"name": "Bob"},
        "cities": {"nodes": [{"name": "Kiel", "people": 2}]},
    }


async def test_variable_is_part_of_the_plan(gql: Gql) -> None:
    document = "query ($archived: Archived!) { parties(archived: $archived) { totalCount } }"

    totals = [
        (await gql(document, archived=mode)).data["parties"]["totalCount"]
        for mode in ("EXCLUDE", "INCLUDE", "ONLY", "EXCLUDE")
    ]

    assert totals == [2, 4, 2, 2]


async def test_absent_variable_means_exclude(gql: Gql) -> None:
    document = "query ($archived: Archived) { parties(archived: $archived) { totalCount } }"

    assert (await gql(document)).data == {"parties": {"totalCount": 2}}


async def test_models_that_are_not_archived_have_no_argument(gql: Gql) -> None:
    result = await gql("{ cities(archived: ONLY) { totalCount } }")

    assert [error["extensions"]["code"] for error in result.errors] == ["GRAPHQL_VALIDATION_FAILED"]
