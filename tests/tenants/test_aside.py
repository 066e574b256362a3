"""The connection beside a pool: it is there even when all of the pool's are taken."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pool(server: Server, test_settings: Settings) -> AsyncIterator[TenantPool]:
    """Give a pool of one connection."""
    settings = test_settings.model_copy(update={"pool_min": 1, "pool_max": 1})
    pool = await TenantPool.open(server.app_dsn(server.maintenance), settings)
    try:
        yield pool
    finally:
        await pool.close()


async def backend(pool: TenantPool) -> int:
    async with pool.aside.lend() as connection:
        return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def test_it_is_there_when_all_of_the_pools_are_taken(pool: TenantPool) -> None:
    async with pool.acquire() as connection:
        own = await connection.fetchval("SELECT pg_backend_pid()")
        async with asyncio.timeout(5):
            other = await backend(pool)

    assert other != own
    assert pool.size == 1


async def test_it_is_kept(pool: TenantPool) -> None:
    first = await backend(pool)

    with pytest.raises(asyncpg.DivisionByZeroError):
        async with pool.aside.lend() as connection:
            await connection.fetchval("SELECT 1 / 0")

    assert await backend(pool) == first


async def test_it_is_lent_to_one_after_the_other(pool: TenantPool) -> None:
    lent: list[int] = []

    async def use(place: int) -> None:
        async with pool.aside.lend() as connection:
            lent.append(place)
            await connection.execute("SELECT pg_sleep(0.01)")
            lent.append(place)

    await asyncio.gather(*map(use, range(4)))

    assert lent == [0, 0, 1, 1, 2, 2, 3, 3]


async def test_one_whose_statement_was_cancelled_is_replaced(pool: TenantPool) -> None:
    first = await backend(pool)

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), pool.aside.lend() as connection:
            await connection.execute("SELECT pg_sleep(600)")

    assert await backend(pool) != first


async def test_one_left_in_a_transaction_is_replaced(pool: TenantPool) -> None:
    first = await backend(pool)
    async with pool.aside.lend() as connection:
        await connection.execute("BEGIN")

    assert await backend(pool) != first


async def test_one_the_server_ended_is_replaced(pool: TenantPool) -> None:
    first = await backend(pool)
    async with pool.acquire() as connection:
        await connection.execute("SELECT pg_terminate_backend($1, 5000)", first)
    await asyncio.sleep(0.05)

    assert await backend(pool) != first


async def test_it_is_closed_with_the_pool(pool: TenantPool) -> None:
    await backend(pool)
    async with pool.aside.lend() as lent:
        await pool.close()
        assert await lent.fetchval("SELECT 1") == 1

    assert lent.is_closed()
