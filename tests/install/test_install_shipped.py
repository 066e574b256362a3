"""The revisions that are shipped give exactly the tables that the models say."""

import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.declarations.discover import load_modules
from graphql_erp.install.engine_tables import ENGINE_TABLES
from graphql_erp.install.migrate import migrate, owner_transaction
from graphql_erp.install.progress import Silent
from graphql_erp.install.revisions import check_migrations
from graphql_erp.install.scripts import scripts_of
from graphql_erp.registry.build import build_registry
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.catalogue import Catalogue, read_catalogue
from graphql_erp.tables.ddl import create_statements
from graphql_erp.tables.functions import prerequisites
from graphql_erp.tenants.server import Server

pytestmark = pytest.mark.anyio

FOLDERS = [REPOSITORY / "modules", REPOSITORY / "examples"]
MODULES = ["core", "crm", "northwind"]
ENGINE_ONLY = frozenset({"erp_revision"})


@pytest.fixture(scope="module")
def registry() -> Registry:
    return build_registry(load_modules(FOLDERS, MODULES))


@pytest.fixture
async def migrated(server: Server, database: str, registry: Registry) -> str:
    """Give a database to which all revisions were applied."""
    async with owner_transaction(server, database) as connection:
        await migrate(connection, scripts_of(registry.modules), Silent())
    return database


async def catalogue_of(server: Server, database: str) -> Catalogue:
    connection = await asyncpg.connect(server.owner_dsn(database))
    try:
        async with connection.transaction():
            return await read_catalogue(connection, "public", leave_out=ENGINE_ONLY)
    finally:
        await connection.close()


async def test_models_and_migrations_agree(server: Server, test_settings: Settings) -> None:
    paths = ":".join(map(str, FOLDERS))
    chosen = test_settings.model_copy(update={"module_paths": paths})

    assert await check_migrations(server, chosen, MODULES, Silent()) == []


async def test_replay_from_nothing_equals_what_is_created_at_once(
    server: Server, database: str, registry: Registry
) -> None:
    connection = await asyncpg.connect(server.owner_dsn(database))
    try:
        for tables in (ENGINE_TABLES, build_tables(registry)):
            statements = (*prerequisites(), *create_statements(tables))
            await connection.execute(";\n".join(statements))
        created = await catalogue_of(server, database)
        await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    finally:
        await connection.close()
    async with owner_transaction(server, database) as opened:
        await migrate(opened, scripts_of(registry.modules), Silent())

    replayed = await catalogue_of(server, database)

    made = (ENGINE_TABLES.metadata, build_tables(registry).metadata)
    assert len(created.tables) == sum(len(metadata.tables) for metadata in made)
    assert replayed == created


async def test_database_at_all_heads_is_left_alone(
    server: Server, migrated: str, registry: Registry
) -> None:
    before = await catalogue_of(server, migrated)

    async with owner_transaction(server, migrated) as connection:
        await migrate(connection, scripts_of(registry.modules), Silent())

    assert await catalogue_of(server, migrated) == before


async def test_program_owns_nothing_and_may_use_everything(server: Server, migrated: str) -> None:
    connection = await asyncpg.connect(server.app_dsn(migrated))
    try:
        owned = await connection.fetchval(
            "SELECT count(*) FROM pg_class WHERE pg_get_userbyid(relowner) = current_user"
        )
        refused = await connection.fetch(
            "SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND (relkind = 'r' AND NOT (has_table_privilege(oid, 'SELECT')"
            " AND has_table_privilege(oid, 'INSERT') AND has_table_privilege(oid, 'UPDATE')"
            " AND has_table_privilege(oid, 'DELETE'))"
            " OR relkind = 'S' AND NOT has_sequence_privilege(oid, 'USAGE'))"
        )
        stage = await connection.fetchval(
            "INSERT INTO crm_stage (name, sequence, is_won, is_lost, is_folded)"
            """ VALUES ('{"en": "New"}', 1, false, false, false) RETURNING id"""
        )
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("CREATE TABLE mine (id bigint)")
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("ALTER TABLE crm_stage ADD mine bigint")
    finally:
        await connection.close()

    assert (owned, refused, stage) == (0, [], 1)


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_shipped_revisions_are_written_as_the_rest_of_the_code(arguments: list[str]) -> None:
    folders = [
        REPOSITORY / "migrations",
        *(REPOSITORY / "modules" / name / "migrations" for name in ("core", "crm")),
        REPOSITORY / "examples" / "northwind" / "migrations",
    ]
    files = [str(file) for folder in folders for file in sorted(Path(folder).glob("*.py"))]

    done = subprocess.run(  # noqa: S603 - our own files
        [sys.executable, "-m", "ruff", *arguments, *files],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )

    assert len(files) >= 4
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
