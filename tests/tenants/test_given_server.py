import secrets
import stat
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest

from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.tenants.address import Login
from graphql_erp.tenants.password import app_password, password_file
from graphql_erp.tenants.postmaster import SUPERUSER
from graphql_erp.tenants.roles import check_major
from graphql_erp.tenants.server import Server, open_server

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def given(module_dir: Path) -> Iterator[Server]:
    """Give a server that asks roles named `secret...` for their passwords."""
    settings = Settings(data_dir=module_dir, database_url="", database_prefix="given")
    opened = open_server(settings)
    assert opened.lease
    rules = opened.lease.place.cluster / "pg_hba.conf"
    rules.write_text(f'local all "/^secret" scram-sha-256\n{rules.read_text()}')
    opened.close()
    with open_server(settings) as again:
        yield again


@pytest.fixture
async def superuser(given: Server) -> AsyncIterator[asyncpg.Connection]:
    """Give a connection of the server's superuser."""
    connection = await asyncpg.connect(given.address.dsn(Login(SUPERUSER), "postgres"))
    yield connection
    await connection.close()


@pytest.fixture
def prefix() -> str:
    """Give a prefix whose roles nobody has made yet and that need passwords."""
    return f"secret{secrets.token_hex(4)}"


def settings_of(given: Server, tmp_path: Path, prefix: str, login: Login | None = None) -> Settings:
    url = given.address.dsn(login or given.owner, "postgres")
    return Settings(database_url=url, database_prefix=prefix, data_dir=tmp_path / "data")


async def test_given_server_gets_an_app_role_with_a_kept_password(
    given: Server, tmp_path: Path, prefix: str
) -> None:
    settings = settings_of(given, tmp_path, prefix)

    opened = open_server(settings)

    assert (opened.major, opened.lease, opened.owner) == (18, None, given.owner)
    kept = password_file(settings.data_dir, str(opened.address), f"{prefix}_app")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text().strip() == opened.app.password != ""
    assert list(settings.data_dir.iterdir()) == [kept]
    connection = await asyncpg.connect(opened.app_dsn("postgres"))
    assert await connection.fetchval("SELECT current_user::text") == f"{prefix}_app"
    await connection.close()
    assert open_server(settings) == opened


async def test_other_password_is_refused_with_the_file_to_mend(
    given: Server, tmp_path: Path, prefix: str
) -> None:
    first = open_server(settings_of(given, tmp_path, prefix))
    elsewhere = settings_of(given, tmp_path / "elsewhere", prefix)

    with pytest.raises(SettingsError, match=f"refuses the role {prefix}_app") as refused:
        open_server(elsewhere)

    kept = password_file(elsewhere.data_dir, str(first.address), f"{prefix}_app")
    assert str(kept) in refused.value.hint
    kept.write_text(first.app.password)
    assert open_server(elsewhere).app == first.app


async def test_app_role_with_too_many_rights_is_refused(
    given: Server, tmp_path: Path, prefix: str, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(f"CREATE ROLE {prefix}_app LOGIN CREATEDB")
    with pytest.raises(SettingsError, match=f"The role {prefix}_app .* must not have"):
        open_server(settings_of(given, tmp_path, prefix))


async def test_owner_that_may_not_create_databases_is_refused(
    given: Server, tmp_path: Path, prefix: str, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(f"CREATE ROLE {prefix} LOGIN PASSWORD 'p'")
    with pytest.raises(SettingsError, match=f"The role {prefix} may not create databases"):
        open_server(settings_of(given, tmp_path, prefix, Login(prefix, "p")))


async def test_owner_that_may_not_create_roles_is_refused(
    given: Server, tmp_path: Path, prefix: str, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(f"CREATE ROLE {prefix} LOGIN CREATEDB PASSWORD 'p'")
    with pytest.raises(SettingsError, match=f"may not make the role {prefix}_app") as refused:
        open_server(settings_of(given, tmp_path, prefix, Login(prefix, "p")))
    assert f'CREATE ROLE "{prefix}_app" LOGIN' in refused.value.hint
    assert await superuser.fetchval("SELECT to_regrole($1)", f"{prefix}_app") is None


async def test_wrong_password_of_the_owner_is_refused_without_printing_it(
    given: Server, tmp_path: Path, prefix: str, superuser: asyncpg.Connection
) -> None:
    await superuser.execute(f"CREATE ROLE {prefix} LOGIN CREATEDB PASSWORD 'p'")
    with pytest.raises(SettingsError, match="password authentication failed") as refused:
        open_server(settings_of(given, tmp_path, prefix, Login(prefix, "wrong-one")))
    assert "wrong-one" not in refused.value.message


async def test_server_that_does_not_answer_is_refused(tmp_path: Path) -> None:
    settings = Settings(
        database_url=f"postgresql://me:hidden@/postgres?host={tmp_path}", data_dir=tmp_path / "data"
    )
    with pytest.raises(
        SettingsError, match=r"The server in ERP_DATABASE_URL .* cannot be used"
    ) as e:
        open_server(settings)
    assert "hidden" not in e.value.message


def test_server_older_than_16_is_refused() -> None:
    check_major(16, "db")
    with pytest.raises(SettingsError) as refused:
        check_major(15, "db")
    assert refused.value.message == "The server at db is PostgreSQL 15; 16 or later is needed."


def test_password_is_generated_once_per_server_and_role(tmp_path: Path) -> None:
    first = app_password(tmp_path, "db:1", "a_app")
    assert app_password(tmp_path, "db:1", "a_app") == first
    others = {app_password(tmp_path, "db:2", "a_app"), app_password(tmp_path, "db:1", "b_app")}
    assert len({first, *others}) == 3
