import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest

from graphql_erp.config import Settings
from graphql_erp.errors import TenantUnavailable
from graphql_erp.tenants.connection import connect_tenant
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

ENDLESS = "SELECT pg_sleep(600)"


@asynccontextmanager
async def opened(dsn: str, settings: Settings) -> AsyncIterator[TenantPool]:
    pool = await TenantPool.open(dsn, settings)
    try:
        yield pool
    finally:
        await pool.close()


@pytest.fixture
async def pool(
    server: Server, test_settings: Settings, request: pytest.FixtureRequest
) -> AsyncIterator[TenantPool]:
    """Give a pool of one connection, or of as many as the test's parameter says."""
    size = getattr(request, "param", 1)
    settings = test_settings.model_copy(update={"pool_min": 1, "pool_max": size})
    async with opened(server.app_dsn(server.maintenance), settings) as pool:
        yield pool


async def backend(pool: TenantPool) -> int:
    async with pool.acquire() as connection:
        return int(await connection.fetchval("SELECT pg_backend_pid()"))


async def test_free_connection_is_lent_without_waiting(pool: TenantPool) -> None:
    loan = pool.acquire()
    with pytest.raises(StopIteration) as lent:
        loan.__aenter__().send(None)
    with pytest.raises(StopIteration):
        loan.__aexit__(None, None, None).send(None)
    assert isinstance(lent.value.value, asyncpg.Connection)
    assert (pool.size, pool.free) == (1, 1)


@pytest.mark.parametrize("pool", [3], indirect=True)
async def test_connection_used_last_is_lent_first(pool: TenantPool) -> None:
    async with pool.acquire() as first, pool.acquire() as second:
        assert first is not second
        assert pool.size == 2
    # The inner block gave back first, so the outer one's connection was used last.
    async with pool.acquire() as again:
        assert again is first
    assert (pool.size, pool.free) == (2, 2)


async def test_who_comes_first_is_served_first(pool: TenantPool) -> None:
    served = []

    async def work(number: int) -> None:
        async with pool.acquire() as connection:
            served.append(number)
            await connection.execute("SELECT")

    await asyncio.gather(*(work(number) for number in range(20)))

    assert served == list(range(20))
    assert (pool.size, pool.free) == (1, 1)


async def test_who_stops_waiting_takes_no_connection_along(pool: TenantPool) -> None:
    async with pool.acquire() as held:
        waiting = [asyncio.create_task(backend(pool)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
    # Served in this very moment and cancelled before it could run.
    waiting[1].cancel()

    outcomes = await asyncio.gather(*waiting, return_exceptions=True)

    assert [type(outcome) for outcome in outcomes] == [
        asyncio.CancelledError,
        asyncio.CancelledError,
        int,
    ]
    assert outcomes[2] == held.get_server_pid()
    assert (pool.size, pool.free) == (1, 1)


@pytest.mark.parametrize("in_transaction", [False, True])
async def test_cancelled_task_cancels_its_statement(
    pool: TenantPool, server: Server, *, in_transaction: bool
) -> None:
    async def work() -> None:
        async with pool.acquire() as connection:
            if in_transaction:
                async with connection.transaction():
                    await connection.execute(ENDLESS)
            await connection.execute(ENDLESS)

    pid = await backend(pool)
    task = asyncio.create_task(work())
    await until_busy(server, pid)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with pool.acquire() as connection:
        assert connection.get_server_pid() == pid
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SELECT 1") == 1


async def until_busy(server: Server, pid: int) -> None:
    connection = await asyncpg.connect(server.owner_dsn(server.maintenance))
    try:
        async with asyncio.timeout(20):
            while not await connection.fetchval(
                "SELECT true FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'", pid
            ):
                pass
    finally:
        await connection.close()


async def test_caught_cancellation_leaves_no_open_transaction(pool: TenantPool) -> None:
    async with pool.acquire() as connection:
        pid = connection.get_server_pid()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(connection.execute(f"BEGIN; {ENDLESS}"), 0.05)

    async with pool.acquire() as connection:
        assert connection.get_server_pid() == pid
        assert not connection.is_in_transaction()


async def test_forgotten_transaction_is_rolled_back(pool: TenantPool) -> None:
    async with pool.acquire() as connection:
        pid = connection.get_server_pid()
        await connection.execute("BEGIN")

    async with pool.acquire() as connection:
        assert connection.get_server_pid() == pid
        assert not connection.is_in_transaction()


async def test_error_of_the_server_keeps_the_connection(pool: TenantPool) -> None:
    pid = await backend(pool)
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with pool.acquire() as connection:
            await connection.fetchval("SELECT 1 / 0")
    assert pool.free == 1
    assert await backend(pool) == pid


async def test_error_of_the_user_keeps_the_connection(pool: TenantPool) -> None:
    pid = await backend(pool)
    with pytest.raises(KeyError):
        async with pool.acquire():
            raise KeyError
    assert await backend(pool) == pid


async def terminate(server: Server, pid: int) -> None:
    connection = await asyncpg.connect(server.owner_dsn(server.maintenance))
    # With a timeout the function waits until the other process has ended.
    assert await connection.fetchval("SELECT pg_terminate_backend($1, 20000)", pid)
    await connection.close()


async def test_dead_free_connection_is_replaced(pool: TenantPool, server: Server) -> None:
    dead = await backend(pool)
    await terminate(server, dead)

    assert await backend(pool) != dead
    assert (pool.size, pool.free) == (1, 1)


async def test_who_waits_gets_the_place_of_a_dead_connection(
    pool: TenantPool, server: Server
) -> None:
    async with pool.acquire() as connection:
        waiting = [asyncio.create_task(backend(pool)) for _ in range(2)]
        dead = connection.get_server_pid()
        await terminate(server, dead)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await connection.execute("SELECT 1")

    alive = await asyncio.gather(*waiting)

    assert alive[0] == alive[1] != dead
    assert (pool.size, pool.free) == (1, 1)


async def test_unknown_database_is_a_tenant_that_is_unavailable(
    server: Server, test_settings: Settings
) -> None:
    settings = test_settings.model_copy(update={"pool_min": 0})
    async with opened(server.app_dsn("no_such_database"), settings) as pool:
        for _ in range(settings.pool_max + 1):
            with pytest.raises(TenantUnavailable, match=r"database cannot be reached\."):
                await backend(pool)
        assert pool.size == 0


async def test_closed_pool_lends_nothing_and_sends_waiters_away(pool: TenantPool) -> None:
    async with pool.acquire():
        waiting = asyncio.create_task(backend(pool))
        await asyncio.sleep(0)
        closing = asyncio.create_task(pool.close())
        with pytest.raises(TenantUnavailable, match=r"The server is stopping\."):
            await waiting
        assert not closing.done()
    await closing

    with pytest.raises(TenantUnavailable, match=r"The server is stopping\."):
        await backend(pool)
    assert pool.size == 0


async def test_closing_ends_connections_that_do_not_come_back(
    pool: TenantPool, server: Server
) -> None:
    pid = await backend(pool)
    work = asyncio.create_task(run(pool, ENDLESS))
    await until_busy(server, pid)

    await pool.close(seconds=0.01)

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        await work
    assert pool.size == 0


async def run(pool: TenantPool, statement: str) -> None:
    async with pool.acquire() as connection:
        await connection.execute(statement)


async def test_unused_connections_are_closed_after_a_while(
    server: Server, test_settings: Settings
) -> None:
    connect = partial(connect_tenant, server.app_dsn(server.maintenance), test_settings)
    pool = TenantPool(connect, minimum=1, maximum=5, idle_seconds=0.01)
    try:
        async with pool.acquire(), pool.acquire(), pool.acquire(), pool.acquire():
            assert pool.size == 4
        async with asyncio.timeout(20):
            while pool.size > 1:
                await backend(pool)
        assert pool.free == 1
    finally:
        await pool.close()


async def test_session_is_set_up(pool: TenantPool, test_settings: Settings) -> None:
    async with pool.acquire() as connection:
        shown = [
            await connection.fetchval("SELECT current_setting($1)", name)
            for name in ("TimeZone", "statement_timeout", "application_name", "jit")
        ]
        assert await connection.fetchval("""SELECT '{"a":  1.0}'::json""") == b'{"a":  1.0}'
        assert await connection.fetchval("""SELECT '{"a":  1.0}'::jsonb""") == '{"a": 1.0}'
    assert shown == ["UTC", "15s", test_settings.database_prefix, "off"]


@pytest.mark.parametrize("statement_cache", [0, 100])
async def test_statement_takes_no_longer_than_allowed(
    server: Server, test_settings: Settings, statement_cache: int
) -> None:
    settings = test_settings.model_copy(
        update={"statement_cache": statement_cache, "statement_timeout": 0.5}
    )
    async with opened(server.app_dsn(server.maintenance), settings) as pool:
        with pytest.raises((asyncpg.QueryCanceledError, TimeoutError)):
            await run(pool, ENDLESS)
        async with pool.acquire() as connection:
            assert not connection.is_in_transaction()


@pytest.mark.parametrize("pool", [4], indirect=True)
async def test_pool_stays_sound_when_tasks_are_cancelled_at_any_moment(pool: TenantPool) -> None:
    chance = random.Random(20_261_121)  # noqa: S311

    async def work() -> None:
        async with pool.acquire() as connection, connection.transaction():
            assert await connection.fetchval("SELECT 1, pg_sleep($1)", chance.random() / 100) == 1

    async def cancelled_work() -> None:
        task = asyncio.create_task(work())
        await asyncio.sleep(chance.random() / 20)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    outcomes = await asyncio.gather(
        *(chance.choice((work, cancelled_work))() for _ in range(200)), return_exceptions=True
    )

    assert [outcome for outcome in outcomes if outcome is not None] == []
    async with pool.acquire() as a, pool.acquire() as b, pool.acquire() as c, pool.acquire() as d:
        assert [one.is_in_transaction() for one in (a, b, c, d)] == [False] * 4
        assert [await one.fetchval("SELECT 7") for one in (a, b, c, d)] == [7] * 4
    assert pool.size == 4
