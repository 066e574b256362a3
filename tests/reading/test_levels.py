"""Answers that Python finishes: one statement per level, the same JSON as ever."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from graphql_erp.environment.environment import Environment
from graphql_erp.errors import ErpError
from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.planning.plan import Strategy
from graphql_erp.security.actor import Actor
from graphql_erp.testing.client import Client, Result
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.permissions import reading
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Stage
    order_by: [sequence]
    fields:
      name: {type: Char, required: true}
      sequence: {type: Integer, required: true}
      rank: {type: Integer, compute: [sequence]}
    ---
    model: Lead
    order_by: [name]
    fields:
      name: {type: Char, required: true}
      revenue: {type: Decimal, digits: [12, 2]}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
      tags: {type: ManyToMany, to: Tag, inverse: leads}
      double: {type: Decimal, digits: [12, 2], compute: revenue * 2}
      score: {type: Integer, compute: [double, stage.sequence]}
      grade: {type: Selection, options: [low, high], compute: [score]}
      labels: {type: Char, compute: [tags.shout, name]}
      tag_count: {type: Integer, compute: [tags]}
      mirror: {type: Char, compute: [name]}
      broken: {type: Integer, compute: [name]}
    ---
    model: Tag
    order_by: [name]
    fields:
      name: {type: Char, required: true}
      shout: {type: Char, compute: [name]}
"""
PYTHON = """
    from decimal import Decimal

    from graphql_erp import Model


    class Stage(Model):
        def compute_rank(self) -> int:
            return self.sequence * 10


    class Lead(Model):
        def compute_score(self) -> int | None:
            if self.stage is None or self.double is None:
                return None
            return int(self.double) + self.stage.sequence

        def compute_grade(self) -> str:
            return "high" if (self.score or 0) > 20 else "low"

        def compute_labels(self) -> str:
            return ",".join([self.name, *(tag.shout for tag in self.tags)])

        def compute_tag_count(self) -> int:
            return len(self.tags)

        def compute_mirror(self) -> str:
            return self.name[::-1]

        def compute_broken(self) -> int:
            return 2**40


    class Tag(Model):
        def compute_shout(self) -> str:
            return self.name.upper()
"""
ROWS = """mutation {
  s: stageCreateMany(data: [{name: "Won", sequence: 9}, {name: "New", sequence: 1}]) { affected }
  t: tagCreateMany(data: [{name: "vip"}, {name: "hot"}]) { affected }
  l: leadCreateMany(data: [
    {name: "Ada", revenue: "10.50", stage: {id: 1}}, {name: "Bob", revenue: "3.25", stage: {id: 2}},
    {name: "Cyd", stage: {id: 2}}, {name: "Dan", revenue: "4"}
  ]) { affected }
}"""

Ask = Callable[[str], Awaitable[Result]]


@pytest.fixture
async def ask(declare: Declare, gql: Gql, models: DeclaredModels, queries: Queries) -> Ask:
    declare(MODELS, python=PYTHON)
    assert (await gql(ROWS)).errors == []
    pool = await models.pool()
    link = models.engine.registry.models["Lead"].fields["tags"].relation
    assert link is not None
    async with pool.acquire() as connection:
        await connection.execute(
            f'INSERT INTO "{link.link_table}" ("{link.link_own}", "{link.link_target}")'
            " VALUES (1, 1), (1, 2), (2, 1)"
        )
    models.engine.answered.clear()

    async def answer(document: str) -> Result:
        queries.clear()
        result = await gql(document)
        assert result.errors == []
        return result

    return answer


async def test_field_over_own_columns_is_one_statement(
    ask: Ask, queries: Queries, models: DeclaredModels
) -> None:
    result = await ask("{ leads { nodes { id mirror name } } }")

    assert result.body == (
        b'{"data":{"leads":{"nodes":[{"id":"1","mirror":"adA","name":"Ada"},'
        b'{"id":"2","mirror":"boB","name":"Bob"},{"id":"3","mirror":"dyC","name":"Cyd"},'
        b'{"id":"4","mirror":"naD","name":"Dan"}]}}}'
    )
    assert [query.text[:6] for query in queries.sent] == ["SELECT"]
    assert models.engine.answered == {Strategy.ROWS: 1}


async def test_inputs_along_relations_are_one_statement_each(ask: Ask, queries: Queries) -> None:
    result = await ask("{ leads { nodes { name score grade labels tagCount } } }")

    nodes = result.data["leads"]["nodes"]
    assert [tuple(node.values()) for node in nodes] == [
        ("Ada", 30, "HIGH", "Ada,HOT,VIP", 2),
        ("Bob", 7, "LOW", "Bob,VIP", 1),
        ("Cyd", None, "LOW", "Cyd", 0),
        ("Dan", None, "LOW", "Dan", 0),
    ]
    assert queries.count == 3


async def test_one_record_and_none(ask: Ask, queries: Queries) -> None:
    result = await ask("{ a: lead(by: {id: 1}) { mirror } b: lead(by: {id: 9}) { mirror } }")

    assert result.data == {"a": {"mirror": "adA"}, "b": None}
    assert queries.count == 2
    begin, *_, commit = (query.text for query in queries.sent)
    assert begin == "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"
    assert commit == "COMMIT;"


async def test_each_level_is_one_statement(ask: Ask, queries: Queries) -> None:
    result = await ask(
        """{ stages { totalCount nodes { name rank leads(first: 1) {
          totalCount pageInfo { hasNextPage } nodes { name stage { rank } mirror }
        } } } }"""
    )

    assert result.data["stages"] == {
        "totalCount": 2,
        "nodes": [
            {
                "name": "New",
                "rank": 10,
                "leads": {
                    "totalCount": 2,
                    "pageInfo": {"hasNextPage": True},
                    "nodes": [{"name": "Bob", "stage": {"rank": 10}, "mirror": "boB"}],
                },
            },
            {
                "name": "Won",
                "rank": 90,
                "leads": {
                    "totalCount": 1,
                    "pageInfo": {"hasNextPage": False},
                    "nodes": [{"name": "Ada", "stage": {"rank": 90}, "mirror": "adA"}],
                },
            },
        ],
    }
    assert queries.count == 3


async def test_pure_record_above_one_that_needs_python(ask: Ask, queries: Queries) -> None:
    result = await ask(
        "{ leads(first: 2) { nodes { name stage { leads { nodes { mirror } } } } } }"
    )

    assert result.data["leads"]["nodes"] == [
        {"name": "Ada", "stage": {"leads": {"nodes": [{"mirror": "adA"}]}}},
        {"name": "Bob", "stage": {"leads": {"nodes": [{"mirror": "boB"}, {"mirror": "dyC"}]}}},
    ]
    assert queries.count == 3


async def test_equal_levels_are_read_once(ask: Ask, queries: Queries) -> None:
    result = await ask("{ leads { nodes { a: stage { rank } b: stage { rank } } } }")

    assert result.data["leads"]["nodes"][0] == {"a": {"rank": 90}, "b": {"rank": 90}}
    assert queries.count == 2


async def test_edges_cursors_and_figures(ask: Ask, queries: Queries) -> None:
    result = await ask(
        """{ leads(first: 2) {
          edges { cursor node { mirror name } __typename }
          pageInfo { endCursor hasNextPage } nodes { mirror }
          aggregate { sum { revenue } } count { value }
        } }"""
    )

    found: Any = result.data["leads"]
    assert [list(edge) for edge in found["edges"]] == [["cursor", "node", "__typename"]] * 2
    assert [edge["node"] for edge in found["edges"]] == [
        {"mirror": "adA", "name": "Ada"},
        {"mirror": "boB", "name": "Bob"},
    ]
    assert found["pageInfo"] == {"endCursor": found["edges"][1]["cursor"], "hasNextPage": True}
    assert found["nodes"] == [{"mirror": "adA"}, {"mirror": "boB"}]
    assert found["aggregate"] == {"sum": {"revenue": "17.75"}}
    assert queries.count == 1


async def test_pages_backward_keep_their_order(ask: Ask) -> None:
    result = await ask("{ leads(last: 2) { nodes { mirror } edges { node { mirror } } } }")

    nodes = [{"mirror": "dyC"}, {"mirror": "naD"}]
    assert result.data == {"leads": {"nodes": nodes, "edges": [{"node": node} for node in nodes]}}


async def test_groups_hold_records_that_need_python(ask: Ask, queries: Queries) -> None:
    result = await ask(
        """{ leads { groups(by: [{field: STAGE}]) { totalCount nodes {
          count key { stage { rank name } } records(first: 1) { nodes { mirror } totalCount }
        } } } }"""
    )

    found = sorted(result.data["leads"]["groups"]["nodes"], key=lambda group: -group["count"])
    assert found[0] == {
        "count": 2,
        "key": {"stage": {"rank": 10, "name": "New"}},
        "records": {"nodes": [{"mirror": "boB"}], "totalCount": 2},
    }
    assert {
        "count": 1,
        "key": {"stage": None},
        "records": {"nodes": [{"mirror": "naD"}], "totalCount": 1},
    } in found
    assert queries.count == 3


async def test_payload_shows_fields_computed_by_methods(ask: Ask) -> None:
    result = await ask(
        """mutation {
          leadUpdate(id: 1, data: {revenue: "20"}) { record { name score stage { rank } } }
          leadCreateMany(data: [{name: "Eve"}, {name: "Fay"}]) {
            records { mirror } results { record { mirror tagCount } }
          }
        }"""
    )

    assert result.data["leadUpdate"]["record"] == {
        "name": "Ada",
        "score": 49,
        "stage": {"rank": 90},
    }
    assert result.data["leadCreateMany"] == {
        "records": [{"mirror": "evE"}, {"mirror": "yaF"}],
        "results": [
            {"record": {"mirror": "evE", "tagCount": 0}},
            {"record": {"mirror": "yaF", "tagCount": 0}},
        ],
    }


async def test_what_only_python_knows_is_not_offered_for_filters(
    declare: Declare, models: DeclaredModels
) -> None:
    declare(MODELS, python=PYTHON)
    shapes = models.engine.schema.shapes

    offered = {
        name: [field.name for field in shapes[name].fields]
        for name in ("Lead", "LeadFilter", "LeadOrderBy")
    }
    assert [name for name, fields in offered.items() if "score" in fields] == ["Lead"]
    assert [name for name, fields in offered.items() if "double" in fields] == list(offered)
    members = [member.name for member in shapes["LeadFieldName"].members]
    assert ("SCORE" in members, "DOUBLE" in members) == (False, True)


async def test_strategies_are_counted(ask: Ask, models: DeclaredModels) -> None:
    await ask("{ leads { nodes { mirror } } stages { nodes { name } } }")
    await ask("{ stages { nodes { name } } }")

    assert models.engine.answered == {Strategy.ROWS: 1, Strategy.SQL: 2}


@pytest.mark.usefixtures("ask")
async def test_what_may_not_be_read_is_on_no_level(
    models: DeclaredModels, queries: Queries
) -> None:
    early = Lookup(Path(("sequence",)), "lt", Literal(5))
    environment = Environment(
        pool=await models.pool(), actor=Actor(), permission=reading({"Stage": early})
    )
    queries.clear()

    result = await Client(models.engine, environment)(
        """{ leads(first: 2) { nodes { stageId score stage { rank leads { nodes { mirror } } } } }
        stages { nodes { rank } } }"""
    )

    assert result.data["leads"]["nodes"] == [
        {"stageId": None, "score": None, "stage": None},
        {
            "stageId": "2",
            "score": 7,
            "stage": {"rank": 10, "leads": {"nodes": [{"mirror": "boB"}, {"mirror": "dyC"}]}},
        },
    ]
    assert result.data["stages"] == {"nodes": [{"rank": 10}]}
    assert queries.count == 5


@pytest.mark.usefixtures("ask")
async def test_failure_ends_what_is_under_way(models: DeclaredModels) -> None:
    client = await models.client()
    document = """{ leads(first: 3) { nodes {
      stage { leads(first: 3) { nodes { tags(first: 3) { nodes {
        shout leads(first: 3) { nodes { mirror } }
      } } } } }
      parts: tags(first: 3) { nodes { leads(first: 3) { nodes { stage { rank } broken } } } }
    } } }"""

    before = asyncio.all_tasks()

    with pytest.raises(ErpError, match=r"^Lead\.compute_broken gives a value"):
        await client(document)

    left = {task.get_coro().__qualname__ for task in asyncio.all_tasks() - before}
    assert left <= {"TenantPool._settle"}
    assert (await client("{ leads { totalCount } }")).data == {"leads": {"totalCount": 4}}
