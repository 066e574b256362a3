"""No record of a tree becomes its own ancestor, not even by two transactions at once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graphql_erp.errors import UserProblem
from graphql_erp.security.actor import Actor
from graphql_erp.testing.models import NOW, DeclaredModels
from graphql_erp.writing.trees import broken_trees
from graphql_erp.writing.writer import Writer

pytestmark = pytest.mark.anyio

CATEGORY = """
    model: Category
    plural: categories
    tree: true
    fields: {name: {type: Char, required: true}}
"""
ROWS = """
    INSERT INTO category (name, parent_id)
    VALUES ('Tools', NULL), ('Hand', 1), ('Hammer', 2), ('Saw', 2), ('Food', NULL)
"""
BELOW_ITSELF = "Parent: a Category cannot be below itself."


@pytest.fixture
async def tree(models: DeclaredModels) -> DeclaredModels:
    """Make Tools > Hand > Hammer | Saw, and Food beside."""
    models.declare(CATEGORY)
    pool = await models.pool()
    async with pool.acquire() as connection:
        await connection.execute(ROWS)
    return models


@asynccontextmanager
async def transaction(models: DeclaredModels) -> AsyncIterator[Writer]:
    """Give a writer in a transaction that is committed."""
    pool = await models.pool()
    async with pool.acquire() as connection, connection.transaction():
        yield Writer(
            registry=models.engine.registry,
            tables=models.engine.tables,
            actor=Actor(),
            now=NOW,
            connection=connection,
        )


async def move(writer: Writer, record: int, parent: int | None) -> None:
    statement = "UPDATE category SET parent_id = $2 WHERE id = $1"
    await writer.connection.fetch(statement, record, parent)


async def broken(writer: Writer, *ids: int, **options: Any) -> tuple[UserProblem, ...]:
    return await broken_trees(writer, writer.model("Category"), ids, **options)


@pytest.mark.parametrize(("record", "parent"), [(5, 3), (3, 1), (2, None), (2, 5)])
async def test_moves_within_the_tree(tree: DeclaredModels, record: int, parent: int | None) -> None:
    async with transaction(tree) as writer:
        await move(writer, record, parent)

        assert await broken(writer, record) == ()


@pytest.mark.parametrize(("record", "parent"), [(1, 1), (1, 2), (1, 4), (2, 3)])
async def test_a_record_below_itself(tree: DeclaredModels, record: int, parent: int) -> None:
    async with transaction(tree) as writer:
        await move(writer, record, parent)
        (await tree.queries.told()).clear()

        problems = await broken(writer, record)

    assert problems == (UserProblem("BUSINESS_RULE", BELOW_ITSELF, ("parent",)),)
    assert tree.queries.count == 2


async def test_many_records_are_one_statement(tree: DeclaredModels) -> None:
    async with transaction(tree) as writer:
        await move(writer, 1, 3)
        await move(writer, 5, 4)
        (await tree.queries.told()).clear()

        problems = await broken(writer, 5, 1, 4, is_bulk=True)

    assert problems == (UserProblem("BUSINESS_RULE", BELOW_ITSELF, ("parent",), 1),)
    assert tree.queries.count == 2


async def test_nothing_written_asks_nothing(tree: DeclaredModels) -> None:
    async with transaction(tree) as writer:
        (await tree.queries.told()).clear()

        assert await broken(writer) == ()
    assert tree.queries.count == 0


async def test_half_a_circle_each(tree: DeclaredModels) -> None:
    async with transaction(tree) as second:
        await move(second, 5, 3)
        async with transaction(tree) as first:
            await move(first, 1, 5)
            assert await broken(first, 1) == ()
            waiting = asyncio.create_task(broken(second, 5))
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done

        assert [problem.code for problem in await waiting] == ["BUSINESS_RULE"]


async def test_mutation_that_would_close_a_circle_changes_nothing(tree: DeclaredModels) -> None:
    result = await tree.gql(
        """mutation {
          categoryUpdate(id: 1, data: {parent: {id: 3}}) {
            record { id } errors { code message path }
          }
        }"""
    )
    after = await tree.gql("{ category(by: {id: 1}) { parentId ancestors { totalCount } } }")

    assert result.data == {
        "categoryUpdate": {
            "record": None,
            "errors": [{"code": "BUSINESS_RULE", "message": BELOW_ITSELF, "path": ["parent"]}],
        }
    }
    assert after.data == {"category": {"parentId": None, "ancestors": {"totalCount": 0}}}
