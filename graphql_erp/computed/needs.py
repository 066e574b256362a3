"""needs_of: the stored fields a kept field is computed from, and the way to them.

What a foreign key deletes with a record is deleted by the engine where it is needed, and is no
concern here; what one clears is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from graphql_erp.computed.path import Hop, Path
from graphql_erp.expressions.tree import Aggregate, Counted, Node, Related
from graphql_erp.expressions.tree import Path as FieldPath
from graphql_erp.registry.model import FieldDef, ModelDef, Relation, RelationKind
from graphql_erp.registry.registry import Registry

Key = tuple[str, str]
"""Model and field."""

_EXISTENCE = "id"
"""A field that never changes: only creating and deleting the record concerns who needs it."""


@dataclass(frozen=True, slots=True)
class Need:
    """A stored field some records of which a kept field is computed from."""

    path: Path
    """Relations that lead there; empty: it is a field of the same record."""
    model: str
    field: str
    is_relation: bool = False
    """Whether it decides which records are reached, beside what is read of them."""

    def __str__(self) -> str:
        """Return it as a dotted path."""
        return ".".join([*(hop.name for hop in self.path), f"({self.model}.{self.field})"])


def needs_of(registry: Registry, field: FieldDef) -> tuple[Need, ...]:
    """Return what a kept field is computed from; virtual fields stand for what they need."""
    reader = _Reader(registry)
    own = Need((), field.model, _EXISTENCE, is_relation=True)
    return tuple(dict.fromkeys([own, *reader.of_field((), field)]))


@dataclass(frozen=True, slots=True)
class _Reader:
    registry: Registry

    def model(self, name: str) -> ModelDef:
        return self.registry.models[name]

    def of_field(self, path: Path, field: FieldDef) -> Iterator[Need]:
        """Give what a computed field needs."""
        for dotted in field.inputs:
            yield from self.along(path, field.model, tuple(dotted.split(".")))
        if field.expression is not None:
            yield from self.of(path, field.model, field.expression)

    def of(self, path: Path, model: str, node: Node) -> Iterator[Need]:
        match node:
            case FieldPath(names):
                yield from self.along(path, model, names)
            case Aggregate(relation=relation, value=value, where=where):
                yield from self.beyond(path, model, relation, value, where)
            case Related(relation=relation, where=where):
                yield from self.beyond(path, model, relation, where)
            case Counted(relation=relation, where=where, operand=operand):
                yield from self.beyond(path, model, relation, where)
                yield from self.of(path, model, operand)
            case _:
                for child in node.children():
                    yield from self.of(path, model, child)

    def beyond(
        self, path: Path, model: str, names: tuple[str, ...], *nodes: Node | None
    ) -> Iterator[Need]:
        yield from self.along(path, model, names)
        for name in names:
            hop = self.hop(model, name)
            path, model = (*path, hop), hop.relation.target
        for node in nodes:
            if node is not None:
                yield from self.of(path, model, node)

    def hop(self, model: str, name: str) -> Hop:
        relation = self.model(model).fields[name].relation
        if relation is None:
            raise TypeError(f"{model}.{name} is not a relation.")
        return Hop(model, name, relation)

    def along(self, path: Path, model: str, names: tuple[str, ...]) -> Iterator[Need]:
        """Give what following fields needs: the relations, and the value at the end."""
        for name in names:
            field = self.model(model).fields[name]
            if field.relation is not None:
                hop = Hop(model, name, field.relation)
                yield from self.of_relation(path, hop, field)
                path, model = (*path, hop), field.relation.target
            elif field.is_stored and not field.is_generated:
                yield Need(path, model, name)
            else:
                yield from self.of_field(path, field)

    def of_relation(self, path: Path, hop: Hop, field: FieldDef) -> Iterator[Need]:
        """Give what decides which records a relation leads to."""
        relation, beyond = hop.relation, (*path, hop)
        match relation.kind:
            case RelationKind.TO_ONE | RelationKind.LINK:
                # Links are written from either end, and then both ends are told.
                yield Need(path, hop.model, field.name, is_relation=True)
                yield Need(beyond, relation.target, _EXISTENCE)
            case RelationKind.ANCESTORS:
                name = self.to_one_of(relation)
                yield Need(path, hop.model, name, is_relation=True)
                yield Need(beyond, relation.target, name, is_relation=True)
            case _:
                name = self.to_one_of(relation)
                yield Need(beyond, relation.target, name, is_relation=True)

    def to_one_of(self, relation: Relation) -> str:
        """Return the to-one field whose column holds a relation."""
        for field in self.model(relation.target).fields.values():
            is_own = field.relation is not None and field.relation.kind is RelationKind.TO_ONE
            if is_own and field.column == relation.column:
                return field.name
        raise TypeError(f"{relation.target} has no relation in column {relation.column}.")
