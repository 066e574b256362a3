"""The database all targets read: made once, kept between runs, made anew on a new recipe."""

import asyncio
import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
from rich.console import Console

from benchmarks.data import FULL, Size, fill
from benchmarks.serve import DSN_VARIABLE
from benchmarks.tables import MODULES, table_statements
from benchmarks.targets import Engine
from graphql_erp.config import Settings
from graphql_erp.tenants.databases import create_database, database_exists, drop_database
from graphql_erp.tenants.server import Server, open_server

TENANT = "bench"
POOL_SIZE = 8
PAGE_MAX = 1_000
LOCK = "run.lock"
DATA_RECIPE = Path(__file__).parent / "data.py"


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
def bench_database(
    settings: Settings, engine: Engine | None, console: Console, size: Size = FULL
) -> Iterator[BenchDatabase]:
    """Hold the server and give its filled database; this process and its children see it.

    Args:
        settings: Those of the targets.
        engine: Installs the module; without one its tables are made from the declarations.
        console: Where progress is shown.
        size: How many records.
    """
    name = f"{settings.database_prefix}_{settings.tenant}"
    with only_run(settings.data_dir, console), open_server(settings) as server:
        database = BenchDatabase(server.app_dsn(name), server.owner_dsn(name))
        with _environment(environment(settings, database.dsn)):
            recipe = _recipe("engine" if engine else "tables", size)
            if asyncio.run(_current_recipe(server, name)) != recipe:
                with console.status(f"Filling the database with {size.records:,} records ..."):
                    _make(server, name, engine, size)
                    asyncio.run(_keep_recipe(database, name, recipe))
            yield database


@contextmanager
def only_run(folder: Path, console: Console) -> Iterator[None]:
    """Wait until no other run uses the folder.

    Two runs at once would measure each other, and one could drop the other's database.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with console.status("Waiting for another run to end ..."):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _environment(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _make(server: Server, name: str, engine: Engine | None, size: Size) -> None:
    asyncio.run(_make_empty(server, name))
    if engine:
        engine.install()
    statements = () if engine else table_statements()
    asyncio.run(make_records(server.owner_dsn(name), size, statements))


async def _make_empty(server: Server, name: str) -> None:
    await drop_database(server, name)
    await create_database(server, name)


async def make_records(owner_dsn: str, size: Size, statements: Sequence[str]) -> None:
    """Run the statements that make the tables, if any, and fill them."""
    connection = await asyncpg.connect(owner_dsn)
    try:
        for statement in statements:
            await connection.execute(statement)
        await fill(connection, size)
    finally:
        await connection.close()


def _recipe(maker: str, size: Size) -> str:
    parts = (maker, *table_statements(), DATA_RECIPE.read_text(), repr(size))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


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
