import secrets
from dataclasses import replace

import asyncpg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.address import Login
from graphql_erp.tenants.databases import (
    create_database,
    database_exists,
    drop_database,
)
from graphql_erp.tenants.server import Server
from graphql_erp.testing.database import list_databases

pytestmark = pytest.mark.anyio

TABLE = "CREATE TABLE note (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text)"


async def as_owner(server: Server, database: str, statement: str) -> object:
    return await run(server.owner_dsn(database), statement)


async def as_app(server: Server, database: str, statement: str) -> object:
    return await run(server.app_dsn(database), statement)


async def run(dsn: str, statement: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


async def test_new_database_belongs_to_the_owner_and_compares_by_code_point(
    server: Server, database: str
) -> None:
    row = await as_owner(
        server,
        database,
        "SELECT (pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider::text,"
        " datlocale) FROM pg_database WHERE datname = current_database()",
    )
    assert row == (server.owner.role, "UTF8", "b", "C.UTF-8")
    assert await as_owner(server, database, "SELECT lower('ÄÉ') || ('Z' < 'a')") == "äétrue"


async def test_app_role_works_with_the_tables_of_the_owner(server: Server, database: str) -> None:
    await as_owner(server, database, TABLE)

    assert await as_app(server, database, "INSERT INTO note (body) VALUES ('a') RETURNING id") == 1
    assert await as_app(server, database, "UPDATE note SET body = 'b' RETURNING body") == "b"
    assert await as_app(server, database, "DELETE FROM note RETURNING body") == "b"
    assert await as_app(server, database, "SELECT nextval('note_id_seq')") == 2


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (id bigint)",
        "CREATE TEMPORARY TABLE mine (id bigint)",
        "CREATE SCHEMA mine",
        "CREATE DATABASE mine",
        "CREATE ROLE mine",
        "CREATE EXTENSION pg_trgm",
        "ALTER TABLE note ADD COLUMN mine text",
        "TRUNCATE note",
        "SET ROLE {owner}",
    ],
)
async def test_app_role_changes_no_structure(server: Server, database: str, statement: str) -> None:
    await as_owner(server, database, TABLE)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await as_app(server, database, statement.format(owner=server.owner.role))
    tables = "SELECT string_agg(tablename, ',') FROM pg_tables WHERE schemaname = 'public'"
    assert await as_owner(server, database, tables) == "note"


async def test_app_role_owns_nothing_and_has_no_privilege_of_its_own(
    server: Server, database: str
) -> None:
    owned = await as_app(
        server,
        database,
        "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = current_user::regrole",
    )
    rights = await as_app(
        server,
        database,
        "SELECT (rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication)"
        " FROM pg_roles WHERE rolname = current_user",
    )
    assert owned == 0
    assert rights == (False,) * 5


async def test_owner_is_no_superuser_and_installs_extensions(server: Server, database: str) -> None:
    assert await as_owner(server, database, "SELECT current_setting('is_superuser')") == "off"
    for extension in ("pg_trgm", "unaccent", "btree_gist"):
        await as_owner(server, database, f"CREATE EXTENSION {extension}")
    assert await as_app(server, database, "SELECT unaccent('é')") == "e"


async def test_nobody_else_may_connect(server: Server, database: str) -> None:
    await as_owner(server, database, "CREATE ROLE erp_test_stranger LOGIN")
    try:
        may = await as_owner(
            server,
            database,
            "SELECT has_database_privilege('erp_test_stranger', current_database(), 'CONNECT')",
        )
    finally:
        await as_owner(server, database, "DROP ROLE erp_test_stranger")
    assert may is False


async def test_clone_has_the_rows_and_rights_of_its_template(server: Server, database: str) -> None:
    await as_owner(server, database, f"{TABLE}; ")
    await as_owner(server, database, "INSERT INTO note (body) VALUES ('kept')")
    # A session in the template hinders nobody.
    lingering = await asyncpg.connect(server.app_dsn(database))
    clone = f"{database}_clone"
    await create_database(server, clone, template=database)
    try:
        assert await as_app(server, clone, "SELECT body FROM note") == "kept"
        await as_owner(server, clone, "CREATE TABLE later (id bigint)")
        assert await as_app(server, clone, "INSERT INTO later VALUES (7) RETURNING id") == 7
        public = "SELECT has_database_privilege('public', current_database(), 'CONNECT')"
        assert await as_owner(server, clone, public) is False
        assert lingering.is_closed()
    finally:
        await drop_database(server, clone)
    assert await as_app(server, database, "SELECT count(*) FROM note") == 1


async def test_list_and_exists_know_made_and_dropped_databases(
    server: Server, database: str
) -> None:
    second = f"{database}_second"
    await create_database(server, second)
    assert await list_databases(server, database) == [second]
    assert await database_exists(server, second) is True

    await drop_database(server, second)

    assert await list_databases(server, database) == []
    assert await database_exists(server, second) is False
    assert await database_exists(server, database) is True
    assert database in await list_databases(server, server.prefix)


async def test_underscore_of_a_prefix_is_no_wildcard(server: Server, database: str) -> None:
    assert await list_databases(server, server.prefix.replace("_", "%")) == []
    assert await list_databases(server, database[:-1]) == []


async def test_dropping_ends_the_sessions_inside(server: Server, database: str) -> None:
    session = await asyncpg.connect(server.app_dsn(database))
    await drop_database(server, database)
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await session.execute("SELECT 1")
    assert await database_exists(server, database) is False


async def test_dropping_what_is_not_there_does_nothing(server: Server) -> None:
    await drop_database(server, "erp_test_never_made")
    assert await database_exists(server, "erp_test_never_made") is False


async def test_second_database_of_a_name_is_refused(server: Server, database: str) -> None:
    await as_owner(server, database, TABLE)
    with pytest.raises(asyncpg.DuplicateDatabaseError):
        await create_database(server, database)
    assert await as_app(server, database, "SELECT count(*) FROM note") == 0


@pytest.mark.parametrize("name", ["", "Erp", "erp-a", 'erp"a', "1erp", "é", "a" * 64, "a b"])
async def test_name_that_cannot_be_one_is_refused(server: Server, name: str) -> None:
    with pytest.raises(SettingsError, match="cannot be the name of a database"):
        await create_database(server, name)
    with pytest.raises(SettingsError, match="cannot be the name of a database"):
        await drop_database(server, name)
    assert await database_exists(server, name) is False


async def test_sqlalchemy_connects_as_the_owner(server: Server, database: str) -> None:
    engine = create_async_engine(server.owner_url(database))
    async with engine.connect() as connection:
        role = await connection.scalar(sa.text("SELECT current_user::text"))
    await engine.dispose()
    assert role == server.owner.role


async def test_role_with_an_unusual_name_gets_its_rights(server: Server, database: str) -> None:
    app = Login(f"{server.prefix}-{secrets.token_hex(4)} App")
    odd = replace(server, app=app)
    name = f"{database}_odd"
    owner = await asyncpg.connect(server.owner_dsn(server.maintenance))
    try:
        await owner.execute(f'CREATE ROLE "{app.role}"')
        await create_database(odd, name)
        may_enter = "SELECT has_database_privilege($1, $2, 'CONNECT')"
        assert await owner.fetchval(may_enter, app.role, name) is True
        await drop_database(odd, name)
        await owner.execute(f'DROP ROLE "{app.role}"')
    finally:
        await owner.close()
