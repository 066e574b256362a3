"""Abstract models have no records: whatever needs some is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import ModelDecl, ModuleDecl
from graphql_erp.declarations.source import Source
from graphql_erp.registry.draft import declared_in

_MEANINGLESS = ("plural", "table")
_HINT = "Name a model that mixes it in."


def refuse_uses(
    modules: Sequence[ModuleDecl], abstract: Mapping[str, ModelDecl], mistakes: Mistakes
) -> None:
    """Refuse relations, records, grants and rules of abstract models.

    Args:
        modules: All modules.
        abstract: Abstract models by name.
        mistakes: Gets the mistakes; the names refused are lost, so that nobody misses the models.
    """
    for module in modules:
        for what, name, source in _uses(module):
            if name not in abstract:
                continue
            message = f"{what} an abstract model{declared_in(abstract[name].source)}."
            mistakes.problems.append(source.problem("abstract_model", message, _HINT))
            mistakes.lose(name)
    for decl in abstract.values():
        for key in _MEANINGLESS:
            if getattr(decl, key):
                message = f'"{key}" means nothing for {decl.name}, which is abstract.'
                problem = decl.source.problem("abstract_model", message, "Leave it out.")
                mistakes.problems.append(problem)


def unmixed(models: Mapping[str, ModelDecl]) -> Iterator[ModelDecl]:
    """Give the abstract models that no other model mixes in."""
    used = {name for model in models.values() if not model.abstract for name in model.mixins}
    return (model for name, model in models.items() if model.abstract and name not in used)


def _uses(module: ModuleDecl) -> Iterator[tuple[str, str, Source]]:
    """Give what needs records: what it does, of which model, where."""
    for model in module.models:
        for field in model.fields:
            target = field.options.get("to")
            if target is not None:
                what = f'field "{field.name}" of {model.name} points to {target.value},'
                yield what, str(target.value), target.source
    for record in module.records:
        what = f'record "{record.identifier}" belongs to {record.model},'
        yield what, record.model, record.source
    for access in module.access:
        yield f"access of {access.group} is about {access.model},", access.model, access.source
    for rule in module.rules:
        if not rule.model:
            continue
        yield f'rule "{rule.name}" is about {rule.model},', str(rule.model), rule.model.source
