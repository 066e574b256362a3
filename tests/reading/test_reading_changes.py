"""`changes`: the entries of an audited record, as a relation that nothing writes."""

from typing import Any

import pytest

from graphql_erp.registry.registry import Registry
from graphql_erp.testing.models import Declare, DeclaredModels, Gql
from graphql_erp.testing.queries import Queries

pytestmark = pytest.mark.anyio

MODELS = """
    model: Rack
    audit: true
    fields: {name: Char}
    ---
    model: Box
    audit: true
    fields: {name: Char, rack: {type: ManyToOne, to: Rack, inverse: boxes}}
    ---
    model: Shelf
    fields: {name: Char}
"""


@pytest.fixture
async def registry(declare: Declare, models: DeclaredModels) -> Registry:
    """Give one rack and two boxes of the same ids; the first box was changed twice."""
    made = declare(MODELS, dependencies=["core"])
    async with (await models.pool()).acquire() as connection:
        await connection.execute("INSERT INTO rack (name) VALUES ('r')")
        await connection.execute("INSERT INTO box (name, rack_id) VALUES ('a', 1), ('b', 1)")
        await connection.execute("UPDATE box SET name = 'c' WHERE id = 1")
        await connection.execute("UPDATE box SET name = 'd' WHERE id = 1")
    (await models.queries.told()).clear()
    return made


async def answer(gql: Gql, document: str) -> Any:
    result = await gql(document)
    assert result.errors == []
    return result.data


async def test_newest_come_first(registry: Registry, gql: Gql, queries: Queries) -> None:
    del registry
    data = await answer(
        gql, "{ boxes { nodes { name changes { totalCount nodes { operation newValues } } } } }"
    )

    first, second = data["boxes"]["nodes"]
    assert first["changes"]["totalCount"] == 3
    assert [node["operation"] for node in first["changes"]["nodes"]] == [
        "UPDATE",
        "UPDATE",
        "CREATE",
    ]
    assert first["changes"]["nodes"][0]["newValues"] == {"name": "d"}
    assert [node["operation"] for node in second["changes"]["nodes"]] == ["CREATE"]
    assert queries.count == 1


async def test_pages_and_filters(registry: Registry, gql: Gql, queries: Queries) -> None:
    del registry
    data = await answer(
        gql,
        """{ box(by: {id: 1}) { changes(filter: {operation: {eq: UPDATE}}, first: 1) {
            nodes { oldValues } pageInfo { hasNextPage } } } }""",
    )

    assert data["box"]["changes"] == {
        "nodes": [{"oldValues": {"name": "c"}}],
        "pageInfo": {"hasNextPage": True},
    }
    assert queries.count == 1


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ("filter: {changes: {some: {operation: {eq: UPDATE}}}}", ["d"]),
        ("filter: {changes: {count: {eq: 1}}}", ["b"]),
        ("filter: {rack: {changes: {none: {operation: {eq: CREATE}}}}}", []),
        ('q: "Q(changes__count__gte=1)"', ["d", "b"]),
    ],
)
async def test_records_are_filtered_by_their_changes(
    registry: Registry, gql: Gql, queries: Queries, arguments: str, names: list[str]
) -> None:
    del registry
    data = await answer(gql, f"{{ boxes({arguments}) {{ nodes {{ name }} }} }}")

    assert [node["name"] for node in data["boxes"]["nodes"]] == names
    assert queries.count == 1


async def test_no_input_has_changes(registry: Registry, gql: Gql) -> None:
    del registry
    names = "{ name inputFields { name } }"
    data = await answer(
        gql,
        f'{{ create: __type(name: "BoxCreateInput") {names}'
        f' update: __type(name: "BoxUpdateInput") {names}'
        ' entry: __type(name: "AuditEntryCreateInput") { name } }',
    )

    for side in ("create", "update"):
        assert "changes" not in [item["name"] for item in data[side]["inputFields"]]
    assert data["entry"] is None
