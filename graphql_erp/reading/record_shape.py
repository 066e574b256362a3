"""RecordShape: which values of a record and of the records around it are loaded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from graphql_erp.naming import did_you_mean
from graphql_erp.planning.plan import FieldValue, MethodValue, ObjectPlan
from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.registry import Registry


@dataclass(frozen=True, slots=True)
class RecordShape:
    """What is loaded of the records at one place."""

    model: str
    fields: tuple[str, ...]
    """Fields whose values one statement gives, the id first."""
    relations: tuple[tuple[str, RecordShape], ...] = ()
    """Relations that are followed, and what is loaded beyond them."""
    computed: tuple[str, ...] = ()
    """Fields computed by methods, each after those it needs."""


@lru_cache(maxsize=2048)
def record_shape(
    registry: Registry, model: str, paths: tuple[str, ...], *, is_whole: bool
) -> RecordShape:
    """Return what dotted paths lead to.

    A path that ends at a relation stands for the own columns of the records there and of those on
    the way; one that ends at a field for that field alone.

    Args:
        registry: The models.
        model: Where the paths start.
        paths: Dotted paths.
        is_whole: All own columns are loaded besides.

    Raises:
        AttributeError: A name in a path is no field, or leads nowhere.
    """
    draft = _Draft(registry, model)
    if is_whole:
        draft.add_columns()
    for path in paths:
        draft.add(path.split("."), is_input=False)
    return draft.shape()


@lru_cache(maxsize=2048)
def input_shape(registry: Registry, model: str, paths: tuple[str, ...]) -> RecordShape:
    """Return what the inputs of a computed field lead to.

    An input that ends at a relation stands for the ids of the records there.

    Raises:
        AttributeError: A name in a path is no field, or leads nowhere.
    """
    draft = _Draft(registry, model)
    for path in paths:
        draft.add(path.split("."), is_input=True)
    return draft.shape()


def reads_own_values(registry: Registry, field: FieldDef) -> bool:
    """Tell whether the inputs of a field are values of the record that SQL gives."""
    fields = registry.models[field.model].fields
    return all(
        name in fields and fields[name].relation is None and fields[name].is_sql
        for name in field.inputs
    )


def shape_of_object(
    registry: Registry, plan: ObjectPlan, *, is_part: bool = False
) -> RecordShape | None:
    """Return what methods need of a record for its answer object, None when it needs none.

    Args:
        registry: The models.
        plan: The object.
        is_part: Fields that are computed from values of the record alone are left out.
    """
    fields = registry.models[plan.model].fields
    paths: dict[str, None] = {}
    is_whole = False
    for member in plan.members:
        match member.value:
            case FieldValue(name) if not fields[name].is_sql:
                if not (is_part and reads_own_values(registry, fields[name])):
                    paths[name] = None
            case MethodValue(load=load):
                is_whole = True
                paths.update(dict.fromkeys(load))
    if not paths and not is_whole:
        return None
    return record_shape(registry, plan.model, tuple(paths), is_whole=is_whole)


@dataclass(slots=True)
class _Draft:
    registry: Registry
    model: str
    fields: dict[str, None] = field(default_factory=lambda: {"id": None})
    relations: dict[str, _Draft] = field(default_factory=dict)
    computed: dict[str, None] = field(default_factory=dict)

    def add_columns(self) -> None:
        known = self.registry.models[self.model].fields.values()
        self.fields.update((item.name, None) for item in known if item.is_stored)

    def add(self, path: Sequence[str], *, is_input: bool) -> bool:
        """Add what a path leads to; return whether it ends at a relation."""
        name, *rest = path
        fields = self.registry.models[self.model].fields
        found = fields.get(name)
        if found is None:
            message = f"{self.model} has no field {name!r}. {did_you_mean(name, list(fields))}"
            raise AttributeError(message.rstrip())
        if found.relation is not None:
            if found.is_stored:
                self.fields[name] = None
            return self.follow(name, found.relation.target, rest, is_input=is_input)
        if found.members:
            message = f"{self.model}.{name} leads to several models."
            raise AttributeError(f"{message} Name those it needs: {', '.join(found.members)}.")
        if rest:
            raise AttributeError(f"{self.model}.{name} is a value and leads nowhere.")
        if found.is_stored or not found.inputs:
            self.fields[name] = None
            return False
        for needed in found.inputs:
            self.add(needed.split("."), is_input=True)
        self.computed[name] = None
        return False

    def follow(self, name: str, target: str, rest: Iterable[str], *, is_input: bool) -> bool:
        """Add what a path leads to beyond a relation; return whether it ends at a relation."""
        below = tuple(rest)
        if not below and is_input and name in self.fields:
            return True
        draft = self.relations.setdefault(name, _Draft(self.registry, target))
        is_end = draft.add(below, is_input=is_input) if below else True
        if is_end and not is_input:
            draft.add_columns()
        return is_end

    def shape(self) -> RecordShape:
        relations = tuple((name, draft.shape()) for name, draft in self.relations.items())
        return RecordShape(self.model, tuple(self.fields), relations, tuple(self.computed))
