"""Module dependencies: what each module may use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from graphql_erp.declarations.nodes import ModuleDecl


def reaches(
    modules: Sequence[ModuleDecl], unclear: AbstractSet[str]
) -> Mapping[str, frozenset[str]]:
    """Return for each module itself and everything it depends on.

    Args:
        modules: One set of modules, each after its dependencies.
        unclear: Modules whose dependencies could not be read; they may depend on anything.
    """
    everything = frozenset(module.identifier for module in modules)
    found: dict[str, frozenset[str]] = {}
    for module in modules:
        reached = {module.identifier}
        for needed in module.manifest.dependencies:
            reached |= found.get(needed, frozenset())
        is_unclear = not unclear.isdisjoint(reached)
        found[module.identifier] = everything if is_unclear else frozenset(reached)
    return found
