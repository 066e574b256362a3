"""Trees: ancestors and descendants read, filtered by and counted."""

import pytest

from graphql_erp.testing.models import DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

CATEGORY = """
    model: Category
    plural: categories
    tree: true
    order_by: [name]
    fields: {name: {type: Char, required: true}}
    ---
    model: Item
    order_by: [name]
    fields:
      name: {type: Char, required: true}
      category: {type: ManyToOne, to: Category, inverse: items}
"""


TREE = """
    INSERT INTO category (name, parent_id)
    VALUES ('Tools', NULL), ('Hand', 1), ('Hammer', 2), ('Saw', 2), ('Food', NULL);
    INSERT INTO item (name, category_id) VALUES ('Sledge', 3), ('Apple', 5), ('Thing', NULL);
"""


async def grow(models: DeclaredModels, *statements: str) -> None:
    """Make Tools > Hand > Hammer | Saw, and Food beside."""
    pool = await models.pool()
    async with pool.acquire() as connection:
        for statement in (TREE, *statements):
            await connection.execute(statement)
    (await models.queries.told()).clear()


async def test_lineage_of_a_list_is_one_statement(
    models: DeclaredModels, gql: Gql, queries: Queries
) -> None:
    models.declare(CATEGORY)
    await grow(models)

    result = await gql(
        """{ categories { nodes { name
          ancestors { nodes { name } }
          descendants { totalCount nodes { name } } } } }"""
    )

    found = {
        item["name"]: (
            [each["name"] for each in item["ancestors"]["nodes"]],
            [each["name"] for each in item["descendants"]["nodes"]],
            item["descendants"]["totalCount"],
        )
        for item in result.data["categories"]["nodes"]
    }
    assert found == {
        "Food": ([], [], 0),
        "Hammer": (["Hand", "Tools"], [], 0),
        "Hand": (["Tools"], ["Hammer", "Saw"], 2),
        "Saw": (["Hand", "Tools"], [], 0),
        "Tools": ([], ["Hammer", "Hand", "Saw"], 3),
    }
    assert queries.count == 1


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ('q: "Q(ancestors__id=1)"', ["Hammer", "Hand", "Saw"]),
        ('q: "Q(descendants=3)"', ["Hand", "Tools"]),
        ('filter: {ancestors: {some: {name: {eq: "Hand"}}}}', ["Hammer", "Saw"]),
        ("filter: {descendants: {none: {}}}", ["Food", "Hammer", "Saw"]),
        ("filter: {descendants: {count: {gte: 3}}}", ["Tools"]),
        ("filter: {NOT: {ancestors: {some: {id: {eq: 2}}}}}", ["Food", "Hand", "Tools"]),
        ("q: \"Q(ancestors__descendants__name='Saw')\"", ["Hammer", "Hand", "Saw"]),
    ],
)
async def test_filter_by_lineage(
    models: DeclaredModels, gql: Gql, arguments: str, names: list[str]
) -> None:
    models.declare(CATEGORY)
    await grow(models)

    result = await gql(f"{{ categories({arguments}) {{ nodes {{ name }} }} }}")

    assert [item["name"] for item in result.data["categories"]["nodes"]] == names


async def test_filter_through_a_relation(
    models: DeclaredModels, gql: Gql, queries: Queries
) -> None:
    models.declare(CATEGORY)
    await grow(models)

    result = await gql('{ items(q: "Q(category__ancestors__id=1)") { nodes { name } } }')

    assert result.data == {"items": {"nodes": [{"name": "Sledge"}]}}
    assert queries.count == 1


async def test_computed_over_descendants(models: DeclaredModels, gql: Gql) -> None:
    models.declare(
        CATEGORY,
        """
        extend: Category
        fields: {below: {type: Integer, compute: count(descendants)}}
        """,
    )
    await grow(models)

    result = await gql("{ categories(orderBy: [{below: DESC}], first: 2) { nodes { below } } }")

    assert result.data == {"categories": {"nodes": [{"below": 3}, {"below": 2}]}}


async def test_circle_behind_our_back_ends(models: DeclaredModels) -> None:
    models.declare(CATEGORY)
    await grow(models, "UPDATE category SET parent_id = 3 WHERE id = 1")

    result = await models.gql(
        "{ category(by: {id: 1}) { ancestors { nodes { id } } descendants { nodes { id } } } }"
    )

    assert result.data["category"] == {
        "ancestors": {"nodes": [{"id": "3"}, {"id": "2"}]},
        "descendants": {"nodes": [{"id": "3"}, {"id": "2"}, {"id": "4"}]},
    }


async def test_lineage_is_never_written(models: DeclaredModels, gql: Gql) -> None:
    models.declare(CATEGORY)

    result = await gql('{ __type(name: "CategoryCreateInput") { inputFields { name } } }')

    names = {item["name"] for item in result.data["__type"]["inputFields"]}
    assert names >= {"name", "parent"}
    assert names.isdisjoint({"ancestors", "descendants"})
