import asyncio
from contextlib import suppress

import asyncpg
import pytest

from graphql_erp.config import Settings
from graphql_erp.tenants.connection import connect_tenant, is_lost
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"), True),
        (asyncpg.ConnectionFailureError(""), True),
        (asyncpg.AdminShutdownError(""), True),
        (asyncpg.CrashShutdownError(""), True),
        (asyncpg.CannotConnectNowError(""), True),
        (asyncpg.InterfaceError("cannot perform operation: connection is closed"), True),
        (asyncpg.InternalClientError('protocol is in the "failed" state'), True),
        (ConnectionResetError(), True),
        (BrokenPipeError(), True),
        (FileNotFoundError(), True),
        (asyncpg.QueryCanceledError(""), False),
        (asyncpg.InterfaceError("another operation is in progress"), False),
        (asyncpg.OutdatedSchemaCacheError(""), False),
        (asyncpg.DeadlockDetectedError(""), False),
        (asyncpg.UniqueViolationError(""), False),
        (asyncpg.DataError(""), False),
        (ValueError(""), False),
    ],
)
def test_loss_is_told_from_other_failures(error: Exception, expected: bool) -> None:  # noqa: FBT001
    assert is_lost(error) is expected


async def test_ended_session_is_lost_at_once_and_afterwards(
    server: Server, test_settings: Settings
) -> None:
    connection = await connect_tenant(server.app_dsn(server.maintenance), test_settings)
    owner = await asyncpg.connect(server.owner_dsn(server.maintenance))
    waiting = asyncio.create_task(connection.execute("SELECT pg_sleep(600)"))
    await asyncio.sleep(0)
    while not await owner.fetchval(  # noqa: ASYNC110 -- the server tells nobody
        "SELECT true FROM pg_stat_activity WHERE pid = $1 AND state = 'active'",
        connection.get_server_pid(),
    ):
        await asyncio.sleep(0.01)
    await owner.execute("SELECT pg_terminate_backend($1)", connection.get_server_pid())
    await owner.close()

    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)) as first:
        await waiting
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)) as second:
        await connection.execute("SELECT 1")

    assert (is_lost(first.value), is_lost(second.value)) == (True, True)


async def test_connection_given_up_while_it_is_opened_is_closed(
    server: Server, test_settings: Settings
) -> None:
    chosen = test_settings.model_copy(update={"database_prefix": "erp_given_up"})

    for step in range(40):
        opening = asyncio.create_task(connect_tenant(server.app_dsn(server.maintenance), chosen))
        await asyncio.sleep(step / 2000)
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await (await opening).close()

    owner = await asyncpg.connect(server.owner_dsn(server.maintenance))
    async with asyncio.timeout(10):
        while await owner.fetchval(  # noqa: ASYNC110 -- the server tells nobody
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'erp_given_up'"
        ):
            await asyncio.sleep(0.01)
    await owner.close()
