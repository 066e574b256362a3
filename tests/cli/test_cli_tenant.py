import asyncio
import io
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_sign_in import ask
from typed_command import typed

from graphql_erp.cli.served_tenant import ServedTenant
from graphql_erp.config import Settings, settings
from graphql_erp.install.names import tenant_database
from graphql_erp.tenants.databases import create_database, database_exists, drop_database
from graphql_erp.tenants.server import Server


@pytest.fixture
def tenant(typed_settings: Settings, server: Server) -> Iterator[str]:
    """Give the name of a tenant that does not exist before and after the test."""
    name = f"t{secrets.token_hex(4)}"
    yield name
    asyncio.run(drop_database(server, tenant_database(typed_settings, name)))


def rows(text: str) -> list[list[str]]:
    return [line.split() for line in text.splitlines()]


def test_tenant_is_made_listed_extended_and_dropped(
    tenant: str, typed_settings: Settings, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("tenant", "create", tenant) == 0
    shown = capsys.readouterr().out.splitlines(keepends=True)
    assert re.fullmatch("Sign in as admin with the password [a-z2-9-]{23}\n", shown[0])
    assert shown[1] == "It is shown this once. Another one: erp user password admin\n"
    assert "".join(shown[2:]) == (
        f'Made tenant "{tenant}". Serve it with: erp serve --tenant {tenant}\n'
    )

    assert typed("tenant", "list") == 0
    listed = rows(capsys.readouterr().out)
    assert listed[0] == ["tenant", "modules", "current"]
    assert [row for row in listed if row[0] == tenant] == [[tenant, "core", "1.0", "yes"]]

    assert typed("module", "install", "crm", "--tenant", tenant) == 0
    assert capsys.readouterr().out == f'Tenant "{tenant}" is up to date.\n'
    assert typed("module", "list", "--tenant", tenant) == 0
    modules = rows(capsys.readouterr().out)
    assert modules[0][-1] == "installed"
    assert [(row[0], row[-1]) for row in modules[1:]] == [("core", "1.0"), ("crm", "1.0")]

    assert typed("tenant", "drop", tenant, "--yes") == 0
    assert capsys.readouterr().out == f'Dropped tenant "{tenant}".\n'
    assert not asyncio.run(database_exists(server, tenant_database(typed_settings, tenant)))


@pytest.mark.usefixtures("typed_settings")
def test_tenant_that_does_not_exist_cannot_be_dropped(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("tenant", "drop", "nobody", "--yes") == 1

    assert capsys.readouterr().err == (
        'There is no tenant "nobody".\nMake it: erp tenant create nobody\n'
    )


def test_nothing_is_dropped_without_a_yes(
    tenant: str, typed_settings: Settings, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tenant_database(typed_settings, tenant)
    asyncio.run(create_database(server, database))
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))

    assert typed("tenant", "drop", tenant) == 1

    assert asyncio.run(database_exists(server, database))


@pytest.mark.usefixtures("typed_settings")
def test_serving_a_tenant_that_does_not_exist_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("serve", "--tenant", "nobody") == 1

    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == 'There is no tenant "nobody".\nMake it: erp tenant create nobody\n'


def test_serving_a_tenant_that_is_not_migrated_is_refused(
    tenant: str, typed_settings: Settings, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(create_database(server, tenant_database(typed_settings, tenant)))

    assert typed("serve", "--tenant", tenant) == 1

    assert capsys.readouterr().err == (
        f'The tenant "{tenant}" cannot be served. No module is installed.\n'
        f"Run: erp module install --tenant {tenant} core\n"
    )


@pytest.mark.usefixtures("typed_settings")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("serve", "--tenant", "No Name"), "Unusable settings: tenant: "),
        (("tenant", "create", "No Name"), '"No Name" cannot be the name of a tenant.'),
    ],
)
def test_name_that_is_no_tenants_is_refused(
    arguments: tuple[str, ...], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed(*arguments) == 1

    assert capsys.readouterr().err.startswith(error)


@pytest.mark.usefixtures("typed_settings")
def test_migrations_of_shipped_modules_are_complete(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("module", "makemigration", "core", "crm", "--check") == 0

    assert capsys.readouterr().out == "Models and migrations agree.\n"


def test_new_module_is_migrated_installed_and_answers(
    tenant: str,
    typed_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("new", "book_club", "--path", str(tmp_path)) == 0
    monkeypatch.setenv("ERP_MODULE_PATHS", f"{typed_settings.module_paths}:{tmp_path}")
    settings.cache_clear()
    assert typed("tenant", "create", tenant, "core") == 0

    capsys.readouterr()
    assert typed("module", "makemigration", "book_club") == 0
    file = tmp_path / "book_club" / "migrations" / "0001_initial.py"
    assert capsys.readouterr().out == f"Wrote {file}. Read it before you use it.\n"
    assert typed("module", "makemigration", "book_club", "--check") == 0
    assert typed("module", "install", "book_club", "--tenant", tenant, "--demo") == 0

    document = "{ bookClubItems { nodes { name total } } }"
    assert asyncio.run(answer_of(tenant, document)) == {
        "data": {
            "bookClubItems": {
                "nodes": [
                    {"name": "Example", "total": "10.00"},
                    {"name": "First item", "total": "10.00"},
                ]
            }
        }
    }


def test_models_without_migrations_are_told(
    typed_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert typed("new", "book_list", "--path", str(tmp_path)) == 0
    monkeypatch.setenv("ERP_MODULE_PATHS", f"{typed_settings.module_paths}:{tmp_path}")
    settings.cache_clear()
    capsys.readouterr()

    assert typed("module", "makemigration", "book_list", "--check") == 1

    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "Models and migrations differ. Run: erp module makemigration"
    assert all(line.startswith("book_list: ") for line in lines[:-1])
    assert not (tmp_path / "book_list" / "migrations").exists()


async def answer_of(tenant: str, document: str) -> Any:
    """Return what a tenant that is served in this process answers."""
    served = ServedTenant(settings().model_copy(update={"tenant": tenant}))
    await served.startup()
    try:
        return await ask(served, document)
    finally:
        await served.shutdown()
