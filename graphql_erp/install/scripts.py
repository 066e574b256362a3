"""The revisions of a set of modules, and what a database lacks of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from alembic.runtime.migration import RevisionStep
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.install.engine_tables import ENGINE_MIGRATIONS

MIGRATIONS = "migrations"
"""Folder of a module that holds its revisions."""


class UnknownRevision(Exception):
    """A database is at a revision that none of the folders holds."""


def scripts_of(modules: Sequence[ModuleDecl]) -> ScriptDirectory:
    """Return the revisions of the engine and of modules."""
    folders = [ENGINE_MIGRATIONS, *(module.folder / MIGRATIONS for module in modules)]
    return ScriptDirectory(
        str(ENGINE_MIGRATIONS), version_locations=[str(item) for item in folders if item.is_dir()]
    )


def scripts_digest(modules: Sequence[ModuleDecl]) -> str:
    """Return a digest of the revisions of the engine and of modules, names and contents."""
    digest = hashlib.sha256()
    for folder in (ENGINE_MIGRATIONS, *(module.folder / MIGRATIONS for module in modules)):
        for file in revision_files(folder):
            digest.update(f"{file.name}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def missing_steps(scripts: ScriptDirectory, heads: Iterable[str]) -> Sequence[RevisionStep]:
    """Return the revisions a database with these heads has not got, in their order.

    Raises:
        UnknownRevision: It has revisions that are not among the scripts.
    """
    try:
        # Alembic's own commands and its cookbook call this method too; there is no other.
        return scripts._upgrade_revs("heads", tuple(heads))  # type: ignore[arg-type]  # noqa: SLF001
    except CommandError as error:
        raise UnknownRevision(str(error)) from error


def revision_files(folder: Path) -> list[Path]:
    """Return the files of a folder's revisions, in their order."""
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.py"))
