import asyncio
import re
import secrets
from collections.abc import Iterator

import pytest
from typed_command import typed

from graphql_erp.auth.keys import TOKEN_KEYS, KeyFile
from graphql_erp.cli.first_passwords import opened_gate
from graphql_erp.config import Settings
from graphql_erp.errors import UserError
from graphql_erp.install.names import tenant_database
from graphql_erp.install.progress import Silent
from graphql_erp.install.tenants import create_tenant
from graphql_erp.security.request_facts import NO_REQUEST
from graphql_erp.tenants.databases import drop_database
from graphql_erp.tenants.server import Server


@pytest.fixture
def tenant(typed_settings: Settings, server: Server) -> Iterator[str]:
    name = f"t{secrets.token_hex(4)}"
    asyncio.run(
        create_tenant(server, typed_settings, name, ["core"], demo=False, progress=Silent())
    )
    yield name
    asyncio.run(drop_database(server, tenant_database(typed_settings, name)))


def can_sign_in(server: Server, settings: Settings, tenant: str, password: str) -> bool:
    async def run() -> bool:
        async with opened_gate(server, settings, tenant) as gate:
            try:
                await gate.accounts.login("admin", password, None, NO_REQUEST)
            except UserError:
                return False
            return True

    return asyncio.run(run())


def test_password_is_given_the_user_suspended_and_let_in_again(
    tenant: str, typed_settings: Settings, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("user", "password", "admin", "--tenant", tenant) == 0
    found = re.fullmatch("Password of admin: (.*)\n", capsys.readouterr().out)
    assert found is not None
    password = found.group(1)
    assert can_sign_in(server, typed_settings, tenant, password)

    assert typed("user", "suspend", "admin", "--tenant", tenant) == 0
    assert capsys.readouterr().out == "admin is suspended.\n"
    assert not can_sign_in(server, typed_settings, tenant, password)
    assert typed("user", "reset-password", "admin", "--tenant", tenant) == 1
    assert capsys.readouterr().err.startswith("admin is suspended.")

    assert typed("user", "suspend", "admin", "--back", "--tenant", tenant) == 0
    assert capsys.readouterr().out == "admin may sign in.\n"
    assert can_sign_in(server, typed_settings, tenant, password)


def test_token_of_a_command_sets_the_password_once(
    tenant: str, typed_settings: Settings, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    assert typed("user", "reset-password", "admin", "--tenant", tenant) == 0
    shown = capsys.readouterr().out
    token = shown.removeprefix("Token for userResetPassword, good once: ").strip()

    async def use() -> None:
        async with opened_gate(server, typed_settings, tenant) as gate:
            await gate.accounts.reset_password(token, "another horse battery")

    asyncio.run(use())
    with pytest.raises(UserError, match="The token is not valid"):
        asyncio.run(use())
    assert can_sign_in(server, typed_settings, tenant, "another horse battery")


def test_user_who_does_not_exist_is_told(tenant: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("user", "password", "nobody", "--tenant", tenant) == 1

    assert capsys.readouterr().err == 'There is no user "nobody".\nGive the login name.\n'


def test_keys_are_rotated(typed_settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    file = typed_settings.data_dir / TOKEN_KEYS
    (before, *_) = KeyFile(file).keys()

    assert typed("user", "rotate-keys") == 0
    keys = KeyFile(file).keys()
    assert [key.name for key in keys[1:]] == [before.name]
    assert typed("user", "rotate-keys", "--revoke") == 0

    assert len(KeyFile(file).keys()) == 1
    assert capsys.readouterr().out == (
        "A new key signs access tokens.\nA new key signs access tokens. The old ones are refused.\n"
    )
