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
    parts: dict[str, Place] = field(default_factory=dict)
    """Places beneath, by relation."""

    @property
    def relation(self) -> str:
        """Dotted path that leads here, "" for the record of the form."""
        return ".".join(self.names)

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
    read = {names[0] for names in _reads(place)}
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
            target, above = registry.models[relation.target], (*place.above, place.model.name)
            beneath = Place(target, (*place.names, name), above)
            place.parts[name] = _place(registry, beneath, inner)
    return place


def stored_paths(place: Place) -> tuple[str, ...]:
    """Return the paths to what is known of stored records before they are drafted."""
    found: list[str] = []
    for item in place.all():
        prefix = (*item.names,)
        if prefix and not _leads_to_new(place, prefix):
            found.append(item.relation)
        elif prefix:
            continue
        found += (
            ".".join((*prefix, definition.name))
            for definition in item.model.fields.values()
            if definition.is_computed and not definition.is_stored
        )
    return tuple(found)


def _leads_to_new(root: Place, names: Names) -> bool:
    """Tell whether a to-one field is on the way: what is drafted behind it is new."""
    place = root
    for name in names:
        if not place.model.fields[name].is_to_many:
            return True
        place = place.parts[name]
    return False


def needed_paths(registry: Registry, place: Place) -> tuple[str, ...]:
    """Return the paths to what drafted records are computed from."""
    found: dict[str, None] = {}
    for item in place.all():
        if item.names and not _leads_to_new(place, item.names):
            found[item.relation] = None
        for names in _reads(item):
            path = _loaded(registry, item.model, names)
            if path:
                found[".".join((*item.names, *path))] = None
    return tuple(found)


def _reads(place: Place) -> Iterator[Names]:
    for definition in place.model.fields.values():
        yield from paths_read(definition)
    if not place.names:
        for method in place.model.logic.onchange:
            for path in method.load:
                yield tuple(path.split("."))


def _loaded(registry: Registry, model: ModelDef, names: Names) -> Names:
    """Return the path to be loaded for one that is read: an id alone is a column beside it."""
    end: FieldDef | None = None
    for name in names:
        end = model.fields[name]
        if end.relation is not None:
            model = registry.models[end.relation.target]
    if end is None or end.relation is None:
        return names[:-1] if len(names) == 1 else names
    return (*names, "id") if end.is_to_many else names[:-1]
