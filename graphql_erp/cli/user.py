"""`erp user`: passwords, suspension, reset tokens and the keys that sign tokens."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated

import typer

from graphql_erp.auth.keys import TOKEN_KEYS, KeyFile
from graphql_erp.auth.secrets import new_password
from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say
from graphql_erp.cli.first_passwords import opened_gate
from graphql_erp.cli.served_tenant import require_current
from graphql_erp.errors import SettingsError, UserError
from graphql_erp.identity.accounts import Accounts
from graphql_erp.identity.credentials import Credential
from graphql_erp.install.tenants import tenant_state
from graphql_erp.tenants.server import open_server

user_app = typer.Typer(no_args_is_help=True, help="Passwords, suspension, reset tokens, keys.")

Login = Annotated[str, typer.Argument(help="Login name or e-mail address.")]
Tenant = Annotated[str | None, typer.Option(help="Tenant; the one of the settings by default.")]
Work = Callable[[Accounts, Credential], Awaitable[str]]


@user_app.command("password")
def password(
    login: Login,
    tenant: Tenant = None,
    *,
    ask: Annotated[
        bool, typer.Option("--ask", help="Ask for the password instead of generating one.")
    ] = False,
) -> None:
    """Give a user another password and end their sessions."""
    typed = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else ""

    async def work(accounts: Accounts, user: Credential) -> str:
        await accounts.set_password(user.user, typed or given)
        return f"Password of {user.login}: {given}" if not typed else f"{user.login} has it."

    given = new_password()
    _with_user(login, tenant, work)


@user_app.command("suspend")
def suspend(
    login: Login,
    tenant: Tenant = None,
    *,
    back: Annotated[bool, typer.Option("--back", help="Let the user in again.")] = False,
) -> None:
    """Keep a user out; their sessions end within a second."""

    async def work(accounts: Accounts, user: Credential) -> str:
        await accounts.set_active(user.user, active=back)
        return f"{user.login} may sign in." if back else f"{user.login} is suspended."

    _with_user(login, tenant, work)


@user_app.command("reset-password")
def reset_password(login: Login, tenant: Tenant = None) -> None:
    """Make a token that sets a user's password once, to be handed to them."""

    async def work(accounts: Accounts, user: Credential) -> str:
        made = await accounts.new_reset(user)
        if made is None:
            raise SettingsError(f"{user.login} is suspended.", hint="erp user suspend --back")
        return f"Token for userResetPassword, good once: {made.token}"

    _with_user(login, tenant, work)


@user_app.command("rotate-keys")
def rotate_keys(
    *,
    revoke: Annotated[
        bool, typer.Option("--revoke", help="End all access tokens given before at once.")
    ] = False,
) -> None:
    """Sign access tokens by another key, in all processes that share the data folder."""
    KeyFile(settings_with().data_dir / TOKEN_KEYS).rotate(keep_old=not revoke)
    say("A new key signs access tokens." + (" The old ones are refused." if revoke else ""))


def _with_user(login: str, tenant: str | None, work: Work) -> None:
    """Do something with a user and print what it gives.

    Raises:
        SettingsError: There is no such user, or it cannot be done.
    """
    settings = settings_with(tenant=tenant)

    async def run() -> str:
        require_current(await tenant_state(server, settings, settings.tenant))
        async with opened_gate(server, settings, settings.tenant) as gate:
            user = await gate.accounts.find(login)
            if user is None:
                raise SettingsError(f'There is no user "{login}".', hint="Give the login name.")
            try:
                return await work(gate.accounts, user)
            except UserError as error:
                raise SettingsError(str(error)) from error

    with open_server(settings) as server:
        say(asyncio.run(run()))
