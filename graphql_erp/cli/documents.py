"""`erp documents`: documents that clients name by their hash."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Annotated

import orjson
import typer

from graphql_erp.api.documents import DocumentCache
from graphql_erp.api.errors import listed
from graphql_erp.api.execution import Engine
from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say, show_table
from graphql_erp.cli.served_tenant import require_current
from graphql_erp.config import Settings
from graphql_erp.environment.documents import PREFIX
from graphql_erp.errors import RequestError, SettingsError
from graphql_erp.install.custom_fields import tenant_registry
from graphql_erp.install.documents import forget_documents, list_documents, register_documents
from graphql_erp.install.tenants import tenant_state
from graphql_erp.tenants.server import Server, open_server

documents_app = typer.Typer(
    no_args_is_help=True, help="Register documents that clients name by their hash."
)
Tenant = Annotated[str | None, typer.Option(help="Whose documents.")]
_SUFFIXES = frozenset({".graphql", ".gql"})


@documents_app.command("register")
def register(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files, or folders with .graphql and .gql files.", exists=True),
    ],
    tenant: Tenant = None,
    output: Annotated[
        Path | None, typer.Option(help="File that gets the ids by name of file, as JSON.")
    ] = None,
) -> None:
    """Register documents, each file as one; none when one does not fit the tenant's schema."""
    settings = settings_with(tenant=tenant)
    texts = dict(read_documents(paths))
    if not texts:
        raise SettingsError("There are no documents.", hint="Give .graphql files or their folder.")
    with open_server(settings) as server:
        engine = asyncio.run(tenant_engine(server, settings))
        hashes = checked(engine.documents, texts)
        documents = {hashes[name]: (text, name) for name, text in texts.items()}
        asyncio.run(register_documents(server, settings, settings.tenant, documents))
    ids = {name: PREFIX + found for name, found in hashes.items()}
    if output is not None:
        output.write_bytes(orjson.dumps(ids, option=orjson.OPT_INDENT_2) + b"\n")
    show_table(["id", "file"], [[found, name] for name, found in ids.items()])


@documents_app.command("list")
def list_all(tenant: Tenant = None) -> None:
    """List the registered documents of a tenant."""
    settings = settings_with(tenant=tenant)
    with open_server(settings) as server:
        found = asyncio.run(list_documents(server, settings, settings.tenant))
    rows = [[PREFIX + item.hash, item.name, f"{item.created_at:%Y-%m-%d %H:%M}"] for item in found]
    show_table(["id", "file", "registered"], rows)


@documents_app.command("forget")
def forget(
    ids: Annotated[list[str], typer.Argument(help="Ids, with or without `sha256:`.")],
    tenant: Tenant = None,
) -> None:
    """Forget registered documents; servers stop answering them within ten seconds."""
    settings = settings_with(tenant=tenant)
    with open_server(settings) as server:
        asyncio.run(forget_documents(server, settings, settings.tenant, ids))
    say(f"Forgot {len(ids)}.")


def read_documents(paths: Sequence[Path]) -> Iterator[tuple[str, str]]:
    """Give name and text of each file, those of folders by their place in the folder.

    Raises:
        SettingsError: A file is not text in UTF-8, or two have one name.
    """
    seen: set[str] = set()
    for path, name in _files(paths):
        if name in seen:
            raise SettingsError(
                f'Two files are called "{name}".', hint="Register the folder that holds both."
            )
        seen.add(name)
        try:
            # Bytes count: the hash is that of the text as it is, its ends of lines included.
            yield name, path.read_bytes().decode()
        except UnicodeDecodeError as error:
            raise SettingsError(
                f"{path} is not text in UTF-8.", hint="Save it as UTF-8."
            ) from error


def checked(documents: DocumentCache, texts: Mapping[str, str]) -> Mapping[str, str]:
    """Return the hash of each document by its name.

    Raises:
        SettingsError: Documents do not fit the schema; all mistakes are told.
    """
    hashes: dict[str, str] = {}
    mistakes: list[str] = []
    for name, text in texts.items():
        try:
            hashes[name] = documents.get(text).hash
        except RequestError as error:
            mistakes.extend(_told(name, item) for item in listed(error))
    if mistakes:
        raise SettingsError(
            "\n".join(mistakes), hint="Nothing was registered. Correct the documents and try again."
        )
    return hashes


async def tenant_engine(server: Server, settings: Settings) -> Engine:
    """Return the engine of the tenant as it is now.

    Raises:
        TenantUnavailable: It does not exist or is not migrated.
    """
    state = await tenant_state(server, settings, settings.tenant)
    require_current(state)
    registry, _ = await tenant_registry(server, settings, settings.tenant, list(state.modules))
    return Engine(registry, settings)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    for path in paths:
        if not path.is_dir():
            yield path, path.name
            continue
        for file in sorted(path.rglob("*")):
            if file.is_file() and file.suffix in _SUFFIXES:
                yield file, file.relative_to(path).as_posix()


def _told(name: str, error: RequestError) -> str:
    place = "".join(f":{line}:{column}" for line, column in error.locations[:1])
    return f"{name}{place}: {error.message}"
