"""Module dependencies -> load order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphql_erp.declarations.names import did_you_mean
from graphql_erp.declarations.nodes import ModuleDecl
from graphql_erp.errors import Problem


def in_dependency_order(
    modules: Sequence[ModuleDecl], problems: list[Problem]
) -> tuple[ModuleDecl, ...]:
    """Return the modules, each after those it needs, else as given.

    Args:
        modules: One set of modules.
        problems: Unknown dependencies and cycles are added to it.
    """
    known = {module.identifier: module for module in modules}
    placed: dict[str, ModuleDecl] = {}

    def place(module: ModuleDecl, waiting: tuple[str, ...]) -> None:
        name = module.identifier
        if name in placed:
            return
        if name in waiting:
            chain = " -> ".join((*waiting[waiting.index(name) :], name))
            message = f"modules depend on each other in a circle: {chain}."
            problems.append(module.manifest.source.problem("dependency_cycle", message))
            return
        for needed in module.manifest.dependencies:
            if needed in known:
                place(known[needed], (*waiting, name))
            else:
                message = f'module "{name}" depends on unknown module "{needed}".'
                hint = did_you_mean(needed, known)
                problems.append(module.manifest.source.problem("unknown_module", message, hint))
        placed[name] = module

    for module in modules:
        place(module, ())
    return tuple(placed.values())


def closures(modules: Sequence[ModuleDecl]) -> Mapping[str, frozenset[str]]:
    """Return for each module itself and everything it depends on; modules are in order."""
    found: dict[str, frozenset[str]] = {}
    for module in modules:
        reached = {module.identifier}
        for needed in module.manifest.dependencies:
            reached |= found.get(needed, frozenset())
        found[module.identifier] = frozenset(reached)
    return found
