"""One module folder becomes a ModuleDecl: the union of the sections of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql_erp.declarations.nodes import BehaviourDecl, ManifestDecl, ModuleDecl
from graphql_erp.declarations.sections import FileDecl, read_file, read_manifest
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.strict_yaml import read_yaml
from graphql_erp.errors import Problem

MANIFEST = "manifest.yaml"
"""File that makes a folder a module."""

MODELS = "models"
REFERENCE = "reference.py"
DEMO = "demo"
"""Folder of a module whose records are loaded in demo mode only."""

_NOT_DECLARATIONS = frozenset({"i18n", "migrations", "tests"})
_YAML = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class ModuleFolder:
    """Where a module is, and what its files are called in problems."""

    path: Path
    label: str
    """Path in problems, such as `modules/crm`."""

    @property
    def name(self) -> str:
        """The folder's name, which is the module's identifier."""
        return self.path.name

    def label_of(self, file: Path) -> str:
        """Return what a file of the module is called in problems."""
        return f"{self.label}/{file.relative_to(self.path).as_posix()}"


def load_manifest(folder: ModuleFolder, problems: list[Problem]) -> ManifestDecl | None:
    """Return the manifest of a module; None when it has mistakes, which are added."""
    file = folder.path / MANIFEST
    content = _content(folder, file, problems)
    item = _parse(folder, file, content, problems) if content is not None else None
    return read_manifest(item, folder.name, problems) if item else None


def load_module(
    folder: ModuleFolder, manifest: ManifestDecl | None, problems: list[Problem]
) -> ModuleDecl | None:
    """Return all a module declares; mistakes are added to the problems.

    Without a manifest the files are read for their mistakes alone and None is returned.
    """
    digest = hashlib.sha256()
    files: list[FileDecl] = []
    behaviours: list[BehaviourDecl] = []
    for file in _files(folder.path):
        content = _content(folder, file, problems)
        if content is None:
            continue
        name = file.relative_to(folder.path).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
        if file.suffix == ".py":
            behaviours.append(BehaviourDecl(path=file, module=folder.name))
        elif name != MANIFEST and (item := _parse(folder, file, content, problems)):
            is_demo = name.startswith(f"{DEMO}/")
            files.append(read_file(item, folder.name, problems, demo=is_demo))
    if manifest is None:
        return None
    return _union(folder, manifest, files, tuple(behaviours), digest.hexdigest())


def _union(
    folder: ModuleFolder,
    manifest: ManifestDecl,
    files: list[FileDecl],
    behaviours: tuple[BehaviourDecl, ...],
    digest: str,
) -> ModuleDecl:
    def section(name: str) -> tuple[Any, ...]:
        return tuple(item for file in files for item in file.sections.get(name, ()))

    return ModuleDecl(
        manifest=manifest,
        folder=folder.path,
        models=tuple(model for file in files for model in file.models),
        records=section("records"),
        groups=section("groups"),
        access=section("access"),
        rules=section("rules"),
        behaviours=behaviours,
        digest=digest,
    )


def _files(folder: Path) -> Iterator[Path]:
    """Give the files that declare something, in the order of their names."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if any(part.startswith((".", "__")) for part in parts):
            continue
        if parts[0] in _NOT_DECLARATIONS or not (path.is_file() or path.is_symlink()):
            continue
        if path.suffix in _YAML or (path.suffix == ".py" and _is_behaviour(parts)):
            yield path


def _is_behaviour(parts: tuple[str, ...]) -> bool:
    """Tell a module's own Python from clients, scripts and tools that lie beside it."""
    return parts[0] == MODELS or parts == (REFERENCE,)


def _content(folder: ModuleFolder, file: Path, problems: list[Problem]) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        source = Source(folder.label_of(file))
        message = f"the file cannot be read: {error.strerror}."
        problems.append(source.problem("unreadable_file", message))
        return None


def _parse(
    folder: ModuleFolder, file: Path, content: bytes, problems: list[Problem]
) -> Located | None:
    label = folder.label_of(file)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        source = Source(label, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8."
        problems.append(source.problem("unreadable_file", message, "Save the file as UTF-8."))
        return None
    return read_yaml(text, label, problems)
