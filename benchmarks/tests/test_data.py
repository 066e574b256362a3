from collections.abc import AsyncIterator

import asyncpg
import pytest

from benchmarks.data import FIRST_NAMES, FULL, LAST_NAMES, SMALL
from benchmarks.tables import MODULE, shop_registry

pytestmark = pytest.mark.anyio
MODELS = [model for model in shop_registry().models.values() if model.module == MODULE]


@pytest.fixture
async def connection(shop: str) -> AsyncIterator[asyncpg.Connection]:
    opened = await asyncpg.connect(shop)
    yield opened
    await opened.close()


def test_names_combine_to_as_many_contacts_as_there_are() -> None:
    assert len(set(FIRST_NAMES)) * len(set(LAST_NAMES)) == FULL.contacts


def test_full_size_is_that_of_the_issue() -> None:
    assert (FULL.contacts, FULL.orders, FULL.lines) == (20_000, 100_000, 400_000)
    assert FULL.records == 522_200


async def test_every_model_has_its_records(connection: asyncpg.Connection) -> None:
    counts = {
        model.name: await connection.fetchval(f"SELECT count(*) FROM {model.table}")
        for model in MODELS
    }
    assert counts == {
        "BenchCompany": SMALL.companies,
        "BenchContact": SMALL.contacts,
        "BenchProduct": SMALL.products,
        "BenchOrder": SMALL.orders,
        "BenchLine": SMALL.lines,
    }


async def test_ids_go_on_after_the_filled_ones(connection: asyncpg.Connection) -> None:
    following = await connection.fetchval(
        "SELECT nextval(pg_get_serial_sequence('bench_order', 'id'))"
    )
    assert following == SMALL.orders + 1


async def test_most_optional_fields_are_empty_now_and_then(
    connection: asyncpg.Connection,
) -> None:
    shares = {
        f"{model.name}.{field.name}": await connection.fetchval(
            f"SELECT count({field.column})::float / count(*) FROM {model.table}"
        )
        for model in MODELS
        for field in model.fields.values()
        if field.is_stored and not field.is_system and not field.type.required
    }
    assert {field for field, share in shares.items() if share == 1} == {
        "BenchCompany.city",
        "BenchCompany.country_code",
        "BenchCompany.employees",
        "BenchContact.city",
        "BenchContact.job_title",
        "BenchContact.postal_code",
    }
    assert min(shares.values()) > 0.5


async def test_sums_of_an_order_agree(connection: asyncpg.Connection) -> None:
    wrong = await connection.fetchval("SELECT count(*) FROM bench_order WHERE net + tax <> total")
    lines = await connection.fetch(
        "SELECT DISTINCT count(*) AS lines FROM bench_line GROUP BY order_id ORDER BY 1"
    )
    assert wrong == 0
    assert [row["lines"] for row in lines] == [2, 3, 4, 5, 6]
