"""Guards: which groups may name a field, those of what it is computed from included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from graphql_erp.expressions.tree import Aggregate, Counted, Node, Path, Related
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry

Guard = frozenset[frozenset[str]]
"""Sets of groups, of each of which an actor must have one; empty: anybody."""


@lru_cache(maxsize=16)
def guards(registry: Registry) -> Mapping[tuple[str, str], Guard]:
    """Return the guards of the fields that have one, by model and field.

    A computed field without groups of its own shows what its inputs hold, so it takes over their
    guards; with groups of its own, its author has decided who may see the result. The two ends of
    a relation show the same links.
    """
    found: dict[tuple[str, str], Guard] = {}
    for model in registry.models.values():
        for field in model.fields.values():
            guard = _guard(registry, field, found, frozenset())
            if guard:
                found[model.name, field.name] = guard
    return found


def hidden_fields(registry: Registry, groups: frozenset[str]) -> frozenset[tuple[str, str]]:
    """Return the models and fields that somebody in some groups may not name."""
    return frozenset(
        place
        for place, guard in guards(registry).items()
        if not all(wanted & groups for wanted in guard)
    )


def _guard(
    registry: Registry,
    field: FieldDef,
    known: Mapping[tuple[str, str], Guard],
    above: frozenset[tuple[str, str]],
) -> Guard:
    place = (field.model, field.name)
    if place in known:
        return known[place]
    groups = field.type.groups or _groups_at_the_other_end(registry, field)
    if groups:
        return frozenset({frozenset(groups)})
    if place in above:
        return frozenset()
    inputs = _inputs(registry, field)
    return frozenset[frozenset[str]]().union(
        *(_guard(registry, item, known, above | {place}) for item in inputs)
    )


def _groups_at_the_other_end(registry: Registry, field: FieldDef) -> tuple[str, ...]:
    """Return the groups of the field this one is the inverse of: it shows the same links."""
    relation = field.relation
    if relation is None or not relation.inverse:
        return ()
    other = registry.models[relation.target].fields.get(relation.inverse)
    return () if other is None else other.type.groups


def _inputs(registry: Registry, field: FieldDef) -> Iterator[FieldDef]:
    """Give the fields a computed field is made from, hops of paths included."""
    if field.expression is not None:
        yield from named_fields(registry, field.model, field.expression)
    for path in field.inputs:
        yield from along(registry, field.model, tuple(path.split(".")))


def named_fields(registry: Registry, model: str, node: Node) -> Iterator[FieldDef]:
    """Give every field that an expression over a model names, hops of paths included."""
    match node:
        case Path(names):
            yield from along(registry, model, names)
        case (
            Related(relation=relation, where=inner)
            | Aggregate(relation=relation, where=inner)
            | Counted(relation=relation, where=inner)
        ):
            yield from along(registry, model, relation)
            target = end_of(registry, model, relation)
            below: list[Node] = [] if inner is None else [inner]
            if isinstance(node, Aggregate) and node.value is not None:
                below.append(node.value)
            for item in below:
                yield from named_fields(registry, target, item)
            if isinstance(node, Counted):
                yield from named_fields(registry, model, node.operand)
        case _:
            for child in node.children():
                yield from named_fields(registry, model, child)


def along(registry: Registry, model: str, path: tuple[str, ...]) -> Iterator[FieldDef]:
    """Give the fields on a path, one after another."""
    for name in path:
        field = registry.models[model].fields[name]
        yield field
        if field.relation is not None:
            model = field.relation.target


def end_of(registry: Registry, model: str, relation: tuple[str, ...]) -> str:
    """Return the model that relations lead to."""
    for field in along(registry, model, relation):
        if field.relation is not None:
            model = field.relation.target
    return model
