"""`erp secrets`: the keys that seal secrets."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say
from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.install.reseal import reseal
from graphql_erp.install.tenants import list_tenants
from graphql_erp.sealing.keys import Key, KeyFile
from graphql_erp.sealing.sealer import KeySealer
from graphql_erp.tenants.server import Server, open_server

secrets_app = typer.Typer(no_args_is_help=True, help="The keys that seal secrets.")


@secrets_app.callback()
def _secrets() -> None:
    """Keep `rotate` a command of its own."""


@secrets_app.command("rotate")
def rotate(
    *,
    new_key: Annotated[
        bool,
        typer.Option(
            "--new-key/--no-new-key",
            help="Make a new key; without one, seal anew what older keys sealed.",
        ),
    ] = True,
) -> None:
    """Make a new key and seal all secrets of all tenants with it; servers may go on meanwhile."""
    settings = settings_with()
    file = KeyFile(settings.key_path)
    if not file.read() and not new_key:
        raise SettingsError(f"There is no key file {file.path}.", hint="Nothing is sealed yet.")
    key = file.rotate() if new_key else file.sealing_key()
    with open_server(settings) as server:
        counts = asyncio.run(_reseal(server, settings, file, key))
    for tenant, count in counts.items():
        say(f'Tenant "{tenant}": {count} secrets sealed anew.')
    older = len(file.read()) - 1
    if older:
        say(f"{file.path} holds {older} older keys: copies of databases may still need them.")


async def _reseal(server: Server, settings: Settings, file: KeyFile, key: Key) -> dict[str, int]:
    counts = {}
    for state in await list_tenants(server, settings):
        if not state.is_current:
            raise SettingsError(
                f'The tenant "{state.tenant}" is not current: {state.reason}',
                hint=f"Run: {state.mend}\nThen: erp secrets rotate --no-new-key",
            )
        sealer = KeySealer(file, state.tenant)
        modules = list(state.modules)
        counts[state.tenant] = await reseal(server, settings, state.tenant, modules, key, sealer)
    return counts
