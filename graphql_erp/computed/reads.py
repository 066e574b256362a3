"""paths_read: the fields an expression or a method reads, as paths from its record."""

from __future__ import annotations

from collections.abc import Iterator

from graphql_erp.expressions.tree import Aggregate, Counted, Node, Path, Related
from graphql_erp.registry.model import FieldDef

Names = tuple[str, ...]


def paths_read(field: FieldDef) -> tuple[Names, ...]:
    """Return the paths a computed field reads; what lies behind computed fields is not among them.

    Args:
        field: The field; one that is not computed reads nothing.
    """
    found = [tuple(path.split(".")) for path in field.inputs]
    if field.expression is not None:
        found += _of(field.expression)
    return tuple(dict.fromkeys(found))


def _of(node: Node) -> Iterator[Names]:
    match node:
        case Path(names):
            yield names
        case Aggregate(relation=relation, value=value, where=where):
            yield from _beyond(relation, value, where)
        case Related(relation=relation, where=where):
            yield from _beyond(relation, where)
        case Counted(relation=relation, where=where, operand=operand):
            yield from _beyond(relation, where)
            yield from _of(operand)
        case _:
            for child in node.children():
                yield from _of(child)


def _beyond(relation: Names, *nodes: Node | None) -> Iterator[Names]:
    yield relation
    for node in nodes:
        if node is not None:
            yield from ((*relation, *names) for names in _of(node))
