"""count(mode: ESTIMATED): statistics for a whole table, capped counting for everything else."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import asyncpg
import pytest

from graphql_erp.expressions.tree import Literal, Lookup, Path
from graphql_erp.tenants.server import Server
from graphql_erp.testing.client import Client
from graphql_erp.testing.database import SharedDatabase
from graphql_erp.testing.models import DeclaredModels
from graphql_erp.testing.permissions import reading

pytestmark = pytest.mark.anyio

Analyse = Callable[[], Awaitable[None]]

MODELS = """
    model: Stage
    fields:
      name: {type: Char, required: true}
    ---
    model: Lead
    search: [name]
    fields:
      name: {type: Char, required: true}
      stage: {type: ManyToOne, to: Stage, inverse: leads}
"""
FIVE = ", ".join(f'{{name: "{name}", stage: {{id: "1"}}}}' for name in "abcde")
COUNT = "count(mode: ESTIMATED) { value exact }"
LEADS = f"{{ leads {{ {COUNT} }} }}"


@pytest.fixture
async def client(models: DeclaredModels) -> Client:
    """Give a client of two models, one stage and no leads; counting stops at three."""
    models.declare(MODELS, count_cap=3)
    client = await models.client()
    await client('mutation { stageCreate(data: {name: "New"}) { record { id } } }')
    return client


@pytest.fixture
def analyse(server: Server, models_database: SharedDatabase) -> Analyse:
    """Give the function that brings the statistics of all tables up to date."""

    async def run() -> None:
        owner = await asyncpg.connect(server.owner_dsn(models_database.name))
        try:
            await owner.execute("ANALYZE")
        finally:
            await owner.close()

    return run


async def create_five(client: Client) -> None:
    result = await client(f"mutation {{ leadCreateMany(data: [{FIVE}]) {{ affected }} }}")
    assert result.data == {"leadCreateMany": {"affected": 5}}


async def test_whole_table_is_estimated(
    client: Client, models: DeclaredModels, analyse: Analyse
) -> None:
    await create_five(client)
    await analyse()
    models.queries.clear()

    result = await client(LEADS)

    assert result.data == {"leads": {"count": {"value": 5, "exact": False}}}
    assert models.queries.count == 1


async def test_estimate_is_of_the_last_statistics(client: Client, analyse: Analyse) -> None:
    await create_five(client)
    await analyse()
    await client('mutation { leadDelete(id: "1") { deletedId } }')

    assert (await client(LEADS)).data == {"leads": {"count": {"value": 5, "exact": False}}}


async def test_table_without_statistics_is_counted_up_to_the_cap(
    client: Client, analyse: Analyse
) -> None:
    await analyse()
    assert (await client(LEADS)).data == {"leads": {"count": {"value": 0, "exact": True}}}
    await create_five(client)

    assert (await client(LEADS)).data == {"leads": {"count": {"value": 3, "exact": False}}}


@pytest.mark.parametrize(
    "document",
    [
        f'{{ leads(filter: {{name: {{eq: "a"}}}}) {{ {COUNT} }} }}',
        f"{{ leads(q: \"Q(name='a')\") {{ {COUNT} }} }}",
        f'{{ leads(search: "A") {{ {COUNT} }} }}',
    ],
)
async def test_narrowed_list_is_counted(client: Client, analyse: Analyse, document: str) -> None:
    await create_five(client)
    await analyse()

    assert (await client(document)).data == {"leads": {"count": {"value": 1, "exact": True}}}


async def test_list_of_a_record_is_counted_up_to_the_cap(client: Client, analyse: Analyse) -> None:
    await create_five(client)
    await analyse()

    result = await client(f"{{ stages {{ nodes {{ leads {{ {COUNT} }} }} }} }}")

    count = {"value": 3, "exact": False}
    assert result.data == {"stages": {"nodes": [{"leads": {"count": count}}]}}


async def test_list_is_counted_for_who_may_not_read_all(client: Client, analyse: Analyse) -> None:
    await create_five(client)
    await analyse()
    readable = {"Lead": Lookup(Path(("name",)), "eq", Literal("b"))}
    permission = reading(readable)
    limited = replace(client, environment=replace(client.environment, permission=permission))

    assert (await limited(LEADS)).data == {"leads": {"count": {"value": 1, "exact": True}}}
