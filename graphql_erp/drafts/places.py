"""Place: where in a form records are drafted, and what must be loaded there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graphql_erp.computed.reads import Names, paths_read
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry
from graphql_erp.writing.duplicate import is_owned
from graphql_erp.writing.rows import Row


@dataclass(slots=True, eq=False)
class Place:
    """The record of a form, its lines, or new records its to-one fields lead to."""

    model: ModelDef
    names: Names
    """Relations that lead here from the record of the form."""
    above: tuple[str, ...] = ()
    """Models of the places above."""
    is_new: bool = False
    """Whether a to-one field is on the way: what is drafted behind it does not exist yet."""
    parts: dict[str, Place] = field(default_factory=dict)
    """Places beneath, by relation."""

    def all(self) -> Iterator[Place]:
        """Give this place and all beneath."""
        yield self
        for part in self.parts.values():
            yield from part.all()


def place_of(registry: Registry, model: ModelDef, rows: Sequence[Row]) -> Place:
    """Return where the record of a form and what belongs to it are drafted.

    Lines are drafted where the data speaks of them, and where something is computed from them.

    Args:
        registry: The models.
        model: The record's model.
        rows: What the data says of records there.
    """
    return _place(registry, Place(model, ()), rows)


def _place(registry: Registry, place: Place, rows: Sequence[Row]) -> Place:
    read = {names[0] for names in _reads(place.model)}
    read |= {path.partition(".")[0] for path in _method_paths(place)}
    for definition in place.model.fields.values():
        relation, name = definition.relation, definition.name
        if relation is None:
            continue
        inner = [row.creates[name] for row in rows if name in row.creates]
        is_drafted = bool(inner)
        if relation.kind is RelationKind.INVERSE and relation.inverse:
            commands = [row.to_many[name] for row in rows if name in row.to_many]
            inner = [row for item in commands for row in (*item.update, *item.create)]
            is_line = name in read and is_owned(registry, definition)
            is_new = relation.target not in (*place.above, place.model.name)
            is_drafted = bool(commands) or (is_line and is_new)
        if is_drafted:
            beneath = Place(
                model=registry.models[relation.target],
                names=(*place.names, name),
                above=(*place.above, place.model.name),
                is_new=place.is_new or not definition.is_to_many,
            )
            place.parts[name] = _place(registry, beneath, inner)
    return place


def stored_paths(place: Place) -> tuple[str, ...]:
    """Return the paths to what is known of stored records before they are drafted."""
    found: list[str] = []
    for item in place.all():
        if item.is_new:
            continue
        if item.names:
            found.append(".".join(item.names))
        found += (
            ".".join((*item.names, definition.name))
            for definition in item.model.fields.values()
            if definition.is_computed and not definition.is_stored
        )
    return tuple(found)


def needed_paths(registry: Registry, place: Place) -> tuple[str, ...]:
    """Return the paths to what drafted records are computed from, and their methods read."""
    found: dict[str, None] = dict.fromkeys(_method_paths(place))
    for item in place.all():
        if item.names and not item.is_new:
            found[".".join(item.names)] = None
        for names in _reads(item.model):
            path = _loaded(registry, item.model, names)
            if path:
                found[".".join((*item.names, *path))] = None
    return tuple(found)


def _method_paths(place: Place) -> Iterator[str]:
    """Give the paths that methods of the form's record name."""
    for method in () if place.names else place.model.logic.onchange:
        yield from method.load


def _reads(model: ModelDef) -> Iterator[Names]:
    for definition in model.fields.values():
        yield from paths_read(definition)


def _loaded(registry: Registry, model: ModelDef, names: Names) -> Names:
    """Return the path to be loaded for one that is read: an own value is there already."""
    end: FieldDef | None = None
    for name in names:
        end = model.fields[name]
        if end.relation is not None:
            model = registry.models[end.relation.target]
    if end is not None and end.is_to_many:
        return (*names, "id")
    is_id = end is not None and end.relation is not None
    return names[:-1] if is_id or len(names) == 1 else names
