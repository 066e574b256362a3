"""One module folder becomes a ModuleDecl: the union of the sections of its files."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graphql_erp.declarations.mistakes import Mistakes, words_of
from graphql_erp.declarations.nodes import BehaviourDecl, ManifestDecl, ModuleDecl
from graphql_erp.declarations.sections import FileDecl, read_file, read_manifest
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.strict_yaml import read_yaml

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


def load_manifest(
    folder: ModuleFolder, modules: Collection[str], mistakes: Mistakes
) -> tuple[ManifestDecl, Collection[str]]:
    """Return the manifest of a module and the modules it needs.

    When something is wrong with it, an empty one takes its place, and the module needs whatever
    module is mentioned in its text.

    Args:
        folder: The module.
        modules: Identifiers of all modules there are.
        mistakes: Gets the mistakes and the names lost by them.
    """
    file = folder.path / MANIFEST
    before = len(mistakes.problems)
    content = _content(folder, file, mistakes)
    item = _parse(folder, file, content, mistakes) if content is not None else None
    manifest = read_manifest(item, folder.name, mistakes) if item else None
    if manifest is not None and len(mistakes.problems) == before:
        return manifest, manifest.dependencies
    mistakes.modules.add(folder.name)
    source = Source(folder.label_of(file))
    empty = ManifestDecl(name=folder.name, identifier=folder.name, version="", source=source)
    mentioned = words_of((content or b"").decode(errors="replace"))
    return empty, [name for name in modules if name in mentioned]


def load_module(folder: ModuleFolder, manifest: ManifestDecl, mistakes: Mistakes) -> ModuleDecl:
    """Return all that can be read of a module; its mistakes are added to the others."""
    digest = hashlib.sha256()
    files: list[FileDecl] = []
    behaviours: list[BehaviourDecl] = []
    for file in _files(folder.path):
        content = _content(folder, file, mistakes)
        if content is None:
            continue
        name = file.relative_to(folder.path).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode() + content)
        if file.suffix == ".py":
            behaviours.append(BehaviourDecl(path=file, module=folder.name))
        elif name != MANIFEST:
            files.append(_load_file(folder, file, content, mistakes))
    return _union(folder, manifest, files, tuple(behaviours), digest.hexdigest())


def _load_file(folder: ModuleFolder, file: Path, content: bytes, mistakes: Mistakes) -> FileDecl:
    """Return what a file declares: nothing when its YAML is not what the author meant."""
    before = len(mistakes.problems)
    item = _parse(folder, file, content, mistakes)
    is_clean = len(mistakes.problems) == before
    if not is_clean:
        mistakes.lose(content.decode(errors="replace"))
    if item is None:
        return FileDecl()
    is_demo = file.relative_to(folder.path).parts[0] == DEMO
    read = read_file(item, folder.name, mistakes, demo=is_demo)
    return read if is_clean else FileDecl()


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


def _content(folder: ModuleFolder, file: Path, mistakes: Mistakes) -> bytes | None:
    try:
        return file.read_bytes()
    except OSError as error:
        source = Source(folder.label_of(file))
        message = f"the file cannot be read: {error.strerror}."
        mistakes.problems.append(source.problem("unreadable_file", message))
        mistakes.anything = True
        return None


def _parse(folder: ModuleFolder, file: Path, content: bytes, mistakes: Mistakes) -> Located | None:
    label = folder.label_of(file)
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        before = content[: error.start].decode()
        source = Source(label, before.count("\n") + 1, len(before) - before.rfind("\n"))
        message = f"the byte 0x{content[error.start]:02X} is not UTF-8."
        problem = source.problem("unreadable_file", message, "Save the file as UTF-8.")
        mistakes.problems.append(problem)
        return None
    return read_yaml(text, label, mistakes.problems)
