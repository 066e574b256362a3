"""Search paths become the modules that were asked for and all they depend on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.module import MANIFEST, ModuleFolder, load_manifest, load_module
from graphql_erp.declarations.names import is_identifier
from graphql_erp.declarations.nodes import ManifestDecl, ModuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.errors import DeclarationError, Problem
from graphql_erp.naming import did_you_mean


def load_modules(paths: Sequence[Path], names: Sequence[str]) -> tuple[ModuleDecl, ...]:
    """Return modules and those they depend on, each after its dependencies.

    Raises:
        DeclarationError: Something in these modules cannot be read.
    """
    modules, mistakes = read_modules(paths, names)
    if mistakes.problems:
        raise DeclarationError(mistakes.problems)
    return modules


def read_modules(
    paths: Sequence[Path], names: Sequence[str]
) -> tuple[tuple[ModuleDecl, ...], Mistakes]:
    """Return what can be read of modules and of those they depend on, and all mistakes in them.

    Each module comes after its dependencies; the order depends on nothing but the set of modules.

    Args:
        paths: Folders that hold module folders.
        names: Identifiers of the modules asked for.
    """
    mistakes = Mistakes()
    folders = _discover(paths, mistakes)
    manifests = _closure(folders, _known(folders, names, paths, mistakes), mistakes)
    order = _order(manifests, mistakes)
    modules = tuple(load_module(folders[name], manifests[name], mistakes) for name in order)
    mistakes.problems[:] = _distinct(mistakes.problems)
    return modules, mistakes


def available_modules(paths: Sequence[Path]) -> Mapping[str, Path]:
    """Return the folder of every module in the search paths, by identifier.

    Raises:
        DeclarationError: A module is in two places, or a folder's name is no identifier.
    """
    mistakes = Mistakes()
    folders = _discover(paths, mistakes)
    if mistakes.problems:
        raise DeclarationError(mistakes.problems)
    return {name: folder.path for name, folder in folders.items()}


def _distinct(problems: Sequence[Problem]) -> list[Problem]:
    """Leave out what a later step said of the same mistake."""
    first: dict[tuple[str, int, int, str], Problem] = {}
    for problem in problems:
        place = (problem.path, problem.line, problem.column, problem.check)
        first.setdefault(place, problem)
    return list(first.values())


def _discover(paths: Sequence[Path], mistakes: Mistakes) -> dict[str, ModuleFolder]:
    folders: dict[str, ModuleFolder] = {}
    for path in dict.fromkeys(path.resolve() for path in paths):
        for manifest in sorted(path.glob(f"*/{MANIFEST}")):
            folder = ModuleFolder(manifest.parent, f"{path.name}/{manifest.parent.name}")
            problem = _folder_problem(folder, folders.get(folder.name))
            if problem:
                mistakes.problems.append(problem)
                mistakes.anything = True
            else:
                folders[folder.name] = folder
    return dict(sorted(folders.items()))


def _folder_problem(folder: ModuleFolder, other: ModuleFolder | None) -> Problem | None:
    source = Source(f"{folder.label}/{MANIFEST}")
    if not is_identifier(folder.name):
        message = f'the folder "{folder.name}" cannot be the identifier of a module.'
        hint = "Start with a lower-case letter; lower-case letters, digits and _ follow."
        return source.problem("bad_name", message, hint)
    if other is None:
        return None
    message = f'the module "{folder.name}" is in {other.label} too.'
    return source.problem("duplicate_module", message, "Remove or rename one of the two folders.")


def _known(
    folders: Mapping[str, ModuleFolder],
    names: Sequence[str],
    paths: Sequence[Path],
    mistakes: Mistakes,
) -> list[str]:
    source = Source(":".join(path.resolve().name for path in paths))
    mistakes.problems.extend(
        _unknown(f'there is no module "{name}".', name, folders, source)
        for name in names
        if name not in folders
    )
    return [name for name in names if name in folders]


def _unknown(
    message: str, name: str, folders: Mapping[str, ModuleFolder], source: Source
) -> Problem:
    hint = did_you_mean(name, folders) or f"A module is a folder that holds {MANIFEST}."
    return source.problem("unknown_module", message, hint)


def _closure(
    folders: Mapping[str, ModuleFolder], names: Sequence[str], mistakes: Mistakes
) -> dict[str, ManifestDecl]:
    """Return the manifests of modules and of all they depend on."""
    manifests: dict[str, ManifestDecl] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in manifests:
            continue
        manifests[name], needs = load_manifest(folders[name], folders, mistakes)
        waiting.extend(needed for needed in needs if needed in folders)
        for needed in manifests[name].dependencies:
            if needed not in folders:
                message = f'module "{name}" depends on unknown module "{needed}".'
                problem = _unknown(message, needed, folders, needed.source)
                mistakes.problems.append(problem)
                mistakes.anything = True
    return manifests


def _order(manifests: Mapping[str, ManifestDecl], mistakes: Mistakes) -> list[str]:
    graph = {
        name: [needed for needed in manifest.dependencies if needed in manifests]
        for name, manifest in manifests.items()
    }
    sorter = TopologicalSorter(dict(sorted(graph.items())))
    try:
        sorter.prepare()
    except CycleError as error:
        mistakes.problems.append(_cycle_problem(error.args[1], manifests))
        mistakes.modules.update(manifests)
        return sorted(manifests)
    order: list[str] = []
    while ready := sorted(sorter.get_ready()):
        order.extend(ready)
        sorter.done(*ready)
    return order


def _cycle_problem(found: Sequence[str], manifests: Mapping[str, ManifestDecl]) -> Problem:
    cycle = list(found[:0:-1])
    start = cycle.index(min(cycle))
    names = [*cycle[start:], *cycle[:start], cycle[start]]
    shown = " -> ".join(names)
    back = next(item for item in manifests[names[0]].dependencies if item == names[1])
    message = f"modules depend on each other: {shown}."
    hint = "Move what both need to a module of its own."
    return back.source.problem("dependency_cycle", message, hint)
