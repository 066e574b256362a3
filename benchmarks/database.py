"""The database all targets read: made once, kept between runs, made anew on a new recipe."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from rich.console import Console

from benchmarks.data import FULL, fill
from benchmarks.serve import DSN_VARIABLE
from benchmarks.tables import MODULES, index_statements, table_statements
from benchmarks.targets import Engine
from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, database_exists, drop_database
from graphql_erp.tenants.server import Server, open_server

TENANT = "bench"
POOL_SIZE = 8
PAGE_MAX = 1_000
_RECIPE_FILES = ("data.py", "tables.py")


@dataclass(frozen=True, slots=True)
class BenchDatabase:
    """The filled database and how to reach it.

    Attributes:
        dsn: Connection string of the application's role, which all targets use.
        owner_dsn: Connection string of the role that owns the tables.
    """

    dsn: str
    owner_dsn: str


def bench_settings() -> Settings:
    """Return the settings every target runs with, where the engine's differ from an operator's."""
    given = Settings()
    return given.model_copy(
        update={
            "data_dir": given.data_dir / "bench",
            "tenant": TENANT,
            "module_paths": f"{given.module_paths}:{MODULES}",
            "page_max": PAGE_MAX,
            "pool_min": POOL_SIZE,
            "pool_max": POOL_SIZE,
            "development": False,
        }
    )


def environment(settings: Settings, dsn: str) -> dict[str, str]:
    """Return the variables that carry the settings and the database to a target's process."""
    return {
        "ERP_DATA_DIR": str(settings.data_dir),
        "ERP_DATABASE_PREFIX": settings.database_prefix,
        "ERP_TENANT": settings.tenant,
        "ERP_MODULE_PATHS": settings.module_paths,
        "ERP_PAGE_MAX": str(settings.page_max),
        "ERP_POOL_MIN": str(settings.pool_min),
        "ERP_POOL_MAX": str(settings.pool_max),
        "ERP_DEVELOPMENT": str(settings.development).lower(),
        DSN_VARIABLE: dsn,
    }


@contextmanager
def bench_database(engine: Engine | None, console: Console) -> Iterator[BenchDatabase]:
    """Hold the server and give its filled database; this process and its children see it.

    Args:
        engine: Makes the tables; without one they are made equal to what it makes.
        console: Where progress is shown.
    """
    settings = bench_settings()
    name = f"{settings.database_prefix}_{settings.tenant}"
    with open_server(settings) as server:
        database = BenchDatabase(server.app_dsn(name), server.owner_dsn(name))
        os.environ.update(environment(settings, database.dsn))
        recipe = _recipe("engine" if engine else "tables")
        if asyncio.run(_current_recipe(server, name)) != recipe:
            with console.status(f"Filling the database with {FULL.records:,} records ..."):
                _make(server, name, engine)
                asyncio.run(_keep_recipe(database, name, recipe))
        yield database


def _make(server: Server, name: str, engine: Engine | None) -> None:
    asyncio.run(_make_empty(server, name))
    owner_dsn = server.owner_dsn(name)
    if engine is None:
        asyncio.run(fill_plain_tables(owner_dsn))
        return
    engine.install()
    asyncio.run(_fill(owner_dsn))


async def _make_empty(server: Server, name: str) -> None:
    await drop_database(server, name)
    await create_database(server, name)


async def _fill(owner_dsn: str) -> None:
    connection = await asyncpg.connect(owner_dsn)
    try:
        await fill(connection, FULL)
    finally:
        await connection.close()


async def fill_plain_tables(owner_dsn: str) -> None:
    """Make and fill the tables without the engine."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        for statement in table_statements():
            await connection.execute(statement)
        await fill(connection, FULL)
        for statement in index_statements():
            await connection.execute(statement)
    finally:
        await connection.close()


def _recipe(maker: str) -> str:
    here = Path(__file__).parent
    files = [*(here / name for name in _RECIPE_FILES), *sorted(MODULES.rglob("*.yaml"))]
    digest = hashlib.sha256(maker.encode())
    for file in files:
        digest.update(file.read_bytes())
    return f"{maker} {digest.hexdigest()}"


async def _current_recipe(server: Server, name: str) -> str | None:
    if not await database_exists(server, name):
        return None
    connection = await asyncpg.connect(server.owner_dsn(name))
    try:
        recipe: str | None = await connection.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1", name
        )
        return recipe
    finally:
        await connection.close()


async def _keep_recipe(database: BenchDatabase, name: str, recipe: str) -> None:
    connection = await asyncpg.connect(database.owner_dsn)
    try:
        await connection.execute(f"COMMENT ON DATABASE {name} IS '{recipe}'")
    finally:
        await connection.close()
