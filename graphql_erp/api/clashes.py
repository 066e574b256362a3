"""Clashes: two declarations that make the same name in the finished schema."""

from collections.abc import Iterable, Iterator, Mapping

from graphql_erp.api.shapes import BUILT_IN_SCALARS, ENGINE, Origin, TypeShape
from graphql_erp.declarations.source import BUILT_IN
from graphql_erp.errors import Problem

_CHECK = "schema_name_clash"
CHECKS: Mapping[str, str] = {
    _CHECK: "Two declarations make the same name in the finished GraphQL schema.",
}
"""Sentence by id of the checks of this layer, from which their reference page starts."""


def name_clashes(shapes: Iterable[TypeShape]) -> tuple[Problem, ...]:
    """Return a problem for every name made twice, each pair of causes named once."""
    problems: dict[frozenset[Origin], Problem] = {}
    for what, first, second in _clashes(tuple(shapes)):
        problems.setdefault(frozenset((first, second)), _problem(what, first, second))
    return tuple(problems.values())


def _clashes(shapes: tuple[TypeShape, ...]) -> Iterator[tuple[str, Origin, Origin]]:
    types = dict.fromkeys(BUILT_IN_SCALARS, ENGINE)
    for shape in shapes:
        if shape.name in types:
            yield f'GraphQL type "{shape.name}"', types[shape.name], shape.origin
        types.setdefault(shape.name, shape.origin)
    for shape in shapes:
        fields: dict[str, Origin] = {}
        for field in shape.fields:
            origin = field.origin or shape.origin
            if field.name in fields:
                what = f'field "{field.name}" of GraphQL type "{shape.name}"'
                yield what, fields[field.name], origin
            fields.setdefault(field.name, origin)


def _problem(what: str, first: Origin, second: Origin) -> Problem:
    place = first if second.source is BUILT_IN else second
    message = f"{what} is made twice: by {first} and by {second}."
    return place.source.problem(_CHECK, message, "Rename one of them.")
