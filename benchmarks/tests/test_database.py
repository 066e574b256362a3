import asyncio
import os
from pathlib import Path
from threading import Thread

import asyncpg
import pytest
from rich.console import Console

from benchmarks.data import Size
from benchmarks.database import bench_database, bench_settings, environment, only_run
from benchmarks.serve import DSN_VARIABLE
from graphql_erp.config import Settings
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import open_server

SIZE = Size(companies=5, contacts=100, products=5, orders=20)
OTHER = Size(companies=5, contacts=100, products=5, orders=30)


def run(dsn: str, statement: str) -> int:
    async def fetch() -> int:
        connection = await asyncpg.connect(dsn)
        try:
            return int(await connection.fetchval(statement))
        finally:
            await connection.close()

    return asyncio.run(fetch())


def test_database_is_kept_between_runs_and_made_anew_on_a_new_recipe() -> None:
    given = Settings()
    settings = given.model_copy(
        update={"data_dir": given.data_dir / "test", "tenant": f"bench_kept_{os.getpid()}"}
    )
    orders = "SELECT count(*) FROM bench_order"
    with open_server(settings) as server:
        try:
            with bench_database(settings, None, Console(), SIZE) as database:
                assert os.environ[DSN_VARIABLE] == database.dsn
                assert run(database.dsn, orders) == 20
                run(database.dsn, "DELETE FROM bench_order WHERE id = 1 RETURNING id")
            assert DSN_VARIABLE not in os.environ
            with bench_database(settings, None, Console(), SIZE) as database:
                assert run(database.dsn, orders) == 19
            with bench_database(settings, None, Console(), OTHER) as database:
                assert run(database.dsn, orders) == 30
        finally:
            name = f"{settings.database_prefix}_{settings.tenant}"
            asyncio.run(drop_database(server, name))


def test_second_run_waits_for_the_first(tmp_path: Path) -> None:
    entered: list[str] = []

    def second() -> None:
        with only_run(tmp_path, Console()):
            entered.append("second")

    thread = Thread(target=second)
    with only_run(tmp_path, Console()):
        thread.start()
        thread.join(0.2)
        entered.append("first")
    thread.join(10)
    assert entered == ["first", "second"]


def test_processes_read_the_settings_of_the_run_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = bench_settings()
    for name, value in environment(settings, "postgresql://").items():
        monkeypatch.setenv(name, value)
    assert Settings() == settings
    assert (settings.page_max, settings.pool_min, settings.pool_max) == (1_000, 8, 8)
