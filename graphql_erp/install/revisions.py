"""Revisions: written from what the models say and the migrations do not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.install.bring_up import differ
from graphql_erp.install.compare import compare
from graphql_erp.install.engine_tables import ENGINE, ENGINE_MIGRATIONS, ENGINE_TABLES
from graphql_erp.install.migrate import driver_of, migrate, owner_transaction
from graphql_erp.install.names import scratch_database
from graphql_erp.install.progress import Progress, Silent
from graphql_erp.install.registries import registry_of
from graphql_erp.install.revision_name import file_name, revision_name
from graphql_erp.install.revision_text import Revision, revision_text, warnings_of
from graphql_erp.install.scripts import MIGRATIONS, revision_files, scripts_of
from graphql_erp.install.shared_checks import without_shared
from graphql_erp.install.sql_text import fills_of
from graphql_erp.install.step_text import Source
from graphql_erp.install.templates import exclusively
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.build import build_tables
from graphql_erp.tables.steps import Step
from graphql_erp.tenants.databases import create_database, database_exists
from graphql_erp.tenants.server import Server


async def make_migration(
    server: Server, settings: Settings, module: str, *, name: str = "", progress: Progress
) -> Path | None:
    """Write the revision that brings a module's tables to what its models say.

    Args:
        server: Where the comparison is made, in a database of its own.
        settings: Where the modules are.
        module: Identifier of the module, or `engine` for the engine's own tables.
        name: What the revision does, in a few words; found by itself when empty.
        progress: Told of every step, and of what the revision destroys.

    Returns:
        The file; None when nothing differs.

    Raises:
        SettingsError: A module it depends on has changes without a revision.
        DeclarationError: The declarations have mistakes.
    """
    registry = None if module == ENGINE else registry_of(settings, [module])
    async with _scratch(server, settings) as database:
        if registry is not None:
            await _require_clean(server, settings, database, module, registry)
        progress.step(f"Comparing {module}", 0, 1)
        steps = await _steps(server, database, registry)
        progress.step(f"Comparing {module}", 1, 1)
    if not steps:
        return None
    source = _source(registry)
    folder = _folder(registry, module)
    revision = _revision(registry, module, folder, name or _named(folder, steps))
    folder.mkdir(exist_ok=True)
    path = folder / revision.file
    path.write_text(revision_text(revision, source, steps), encoding="utf-8")
    for warning in warnings_of(source, steps):
        progress.step(f"{path.name}: {warning}", 1, 1)
    return path


async def check_migrations(
    server: Server, settings: Settings, modules: Sequence[str], progress: Progress
) -> list[str]:
    """Return a line for each difference between models and migrations, the engine's first.

    Raises:
        DeclarationError: The declarations have mistakes.
    """
    lines: list[str] = []
    async with _scratch(server, settings) as database:
        names = [ENGINE, *dict.fromkeys(modules)]
        for number, module in enumerate(names):
            progress.step("Comparing", number, len(names))
            registry = None if module == ENGINE else registry_of(settings, [module])
            steps = await _steps(server, database, registry)
            lines.extend(f"{module}: {step.line()}" for step in steps)
        progress.step("Comparing", len(names), len(names))
    return lines


@asynccontextmanager
async def _scratch(server: Server, settings: Settings) -> AsyncIterator[str]:
    """Give an empty database, which is kept: all that happens in it is undone.

    Making and dropping one takes longer than the comparison, and a drop makes all tenants wait
    for a checkpoint.
    """
    database = scratch_database(settings)
    async with exclusively(server, f"database {database}"):
        if not await database_exists(server, database):
            await create_database(server, database)
        yield database


async def _steps(server: Server, database: str, registry: Registry | None) -> tuple[Step, ...]:
    """Return what differs after all revisions are replayed; the database stays empty."""
    scripts = scripts_of(registry.modules if registry else ())
    tables = build_tables(registry) if registry else None
    async with owner_transaction(server, database, undone=True) as connection:
        await migrate(connection, scripts, Silent())
        steps = await compare(await driver_of(connection), tables)
    return without_shared(steps, registry)


async def _require_clean(
    server: Server, settings: Settings, database: str, module: str, registry: Registry
) -> None:
    """Refuse when what a module stands on has changes without a revision."""
    needed = [item.identifier for item in registry.modules if item.identifier != module]
    below = registry_of(settings, needed) if needed else None
    steps = await _steps(server, database, below)
    if not steps:
        return
    lines = [step.line() for step in steps]
    if below is None:
        raise SettingsError(
            f"The engine's tables and migrations differ: {'; '.join(lines)}.",
            hint=f"Run: erp module makemigration {ENGINE}",
        )
    raise differ(below, lines)


def _source(registry: Registry | None) -> Source:
    tables = dict(ENGINE_TABLES.metadata.tables)
    if registry is None:
        return Source(tables)
    tables |= build_tables(registry).metadata.tables
    return Source(tables, fills_of(registry))


def _folder(registry: Registry | None, module: str) -> Path:
    if registry is None:
        return ENGINE_MIGRATIONS
    own = next(item for item in registry.modules if item.identifier == module)
    return own.folder / MIGRATIONS


def _named(folder: Path, steps: Sequence[Step]) -> str:
    return revision_name(steps, is_first=not revision_files(folder))


def _revision(registry: Registry | None, module: str, folder: Path, name: str) -> Revision:
    """Return the head of the next revision of a branch."""
    files = revision_files(folder)
    number = int(files[-1].name[:4]) + 1 if files else 1
    return Revision(
        module=module,
        number=number,
        name=file_name(name),
        down_revision=f"{module}_{number - 1:04d}" if files else None,
        depends_on=_needed(registry, module),
    )


def _needed(registry: Registry | None, module: str) -> tuple[str, ...]:
    """Return the last revision of each branch a module stands on directly."""
    if registry is None:
        return ()
    own = next(item for item in registry.modules if item.identifier == module)
    folders = {item.identifier: item.folder / MIGRATIONS for item in registry.modules}
    branches = own.manifest.dependencies or (ENGINE,)
    found = []
    for branch in branches:
        files = revision_files(folders.get(branch, ENGINE_MIGRATIONS))
        if files:
            found.append(f"{branch}_{files[-1].name[:4]}")
    return tuple(found)
