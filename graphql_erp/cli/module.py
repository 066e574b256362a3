"""`erp module`: list, check, install modules and write their migrations."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from graphql_erp.api.schema import build_schema
from graphql_erp.cli.choices import module_names, settings_with
from graphql_erp.cli.console import Steps, say, show_table
from graphql_erp.config import Settings
from graphql_erp.declarations.discover import available_modules, load_modules, read_modules
from graphql_erp.errors import DeclarationError
from graphql_erp.install.engine_tables import ENGINE
from graphql_erp.install.modules import install_modules
from graphql_erp.install.progress import Progress
from graphql_erp.install.registries import module_folders
from graphql_erp.install.revisions import check_migrations, make_migration
from graphql_erp.install.tenants import tenant_state
from graphql_erp.registry.build import build_registry
from graphql_erp.tenants.server import Server, open_server

module_app = typer.Typer(no_args_is_help=True, help="List, check and install modules.")

Names = Annotated[list[str] | None, typer.Argument(help="Modules; all there are by default.")]
Tenant = Annotated[str | None, typer.Option(help="Tenant; the one of the settings by default.")]
Folders = Annotated[
    list[Path] | None,
    typer.Option("--path", help="Another folder that holds modules.", file_okay=False),
]


@module_app.command("list")
def list_all(
    tenant: Annotated[
        str | None, typer.Option(help="Say also what is installed in this tenant.")
    ] = None,
) -> None:
    """List the modules there are."""
    settings = settings_with(tenant=tenant)
    folders = module_folders(settings)
    installed = _installed(settings) if tenant else None
    modules = load_modules(folders, list(available_modules(folders)))
    rows = [
        [
            module.identifier,
            module.manifest.name,
            module.manifest.version,
            ", ".join(module.manifest.dependencies),
            module.manifest.description,
            *([installed.get(module.identifier, "")] if installed is not None else []),
        ]
        for module in sorted(modules, key=lambda item: item.identifier)
    ]
    extra = ["installed"] if installed is not None else []
    show_table(["module", "name", "version", "needs", "description", *extra], rows)


@module_app.command("check")
def check(modules: Names = None, path: Folders = None) -> None:
    """Show every mistake in the declarations of modules, and fail when there is one."""
    settings = settings_with()
    folders = [*module_folders(settings), *(path or [])]
    names = module_names(settings, modules or []) if modules else list(available_modules(folders))
    try:
        loaded, mistakes = read_modules(folders, names)
        registry = build_registry(loaded, mistakes)
        build_schema(registry)
    except DeclarationError as error:
        _show_mistakes(error)
        raise typer.Exit(1) from error
    say(f"No mistakes: {len(loaded)} modules, {len(registry.models)} models.")


def _show_mistakes(error: DeclarationError) -> None:
    for problem in error.problems:
        say(str(problem))
    count = len(error.problems)
    say(f"{count} mistake{'s' if count > 1 else ''}.")


@module_app.command("install")
def install(
    modules: Annotated[
        list[str] | None,
        typer.Argument(help="Modules to add; none: bring those installed up to date."),
    ] = None,
    tenant: Tenant = None,
    *,
    demo: Annotated[bool, typer.Option("--demo", help="Load demo data too.")] = False,
) -> None:
    """Add modules to a tenant and bring it up to date."""
    settings = settings_with(tenant=tenant)
    with open_server(settings) as server, Steps() as steps:
        asyncio.run(
            install_modules(
                server, settings, settings.tenant, modules or [], demo=demo, progress=steps
            )
        )
    say(f'Tenant "{settings.tenant}" is up to date.')


@module_app.command("makemigration")
def makemigration(
    modules: Names = None,
    name: Annotated[str, typer.Option(help="What the migration does, in a few words.")] = "",
    *,
    check: Annotated[
        bool,
        typer.Option("--check", help="Write nothing; fail when models and migrations differ."),
    ] = False,
) -> None:
    """Write the migrations that bring the tables of modules to what their models say.

    The engine's own tables are a module called engine.
    """
    settings = settings_with()
    names = module_names(settings, modules or [])
    with open_server(settings) as server, Steps() as steps:
        if check:
            lines = asyncio.run(check_migrations(server, settings, names, steps))
        else:
            written = asyncio.run(_make_migrations(server, settings, names, name, steps))
            lines = [f"Wrote {path}. Read it before you use it." for path in written]
    for line in lines or ["Models and migrations agree."]:
        say(line)
    if check and lines:
        say("Models and migrations differ. Run: erp module makemigration")
        raise typer.Exit(1)


async def _make_migrations(
    server: Server, settings: Settings, names: Sequence[str], name: str, progress: Progress
) -> list[Path]:
    """Write the migrations of modules, those that others stand on first."""
    known = [module for module in names if module != ENGINE]
    loaded = load_modules(module_folders(settings), known)
    order = [item.identifier for item in loaded if item.identifier in known]
    if ENGINE in names:
        order.insert(0, ENGINE)
    paths = [
        await make_migration(server, settings, module, name=name, progress=progress)
        for module in order
    ]
    return [path for path in paths if path]


def _installed(settings: Settings) -> Mapping[str, str]:
    with open_server(settings) as server:
        return asyncio.run(tenant_state(server, settings, settings.tenant)).modules
