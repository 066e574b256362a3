"""Graph: which kept fields must be made anew when which fields of which records change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from graphql_erp.computed.needs import Key, Need, needs_of
from graphql_erp.computed.path import Path
from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.registry import Registry

STAMPS = frozenset({"version", "updated_at", "updated_by"})
"""What every change of a record changes."""
_HELD_BY_TARGET = frozenset(
    {RelationKind.INVERSE, RelationKind.INVERSE_ONE, RelationKind.DESCENDANTS}
)
"""Relations that a new record is at the far end of from the start."""


@dataclass(frozen=True, slots=True)
class Route:
    """Records of which a kept field is stale, seen from records that changed."""

    model: str
    """Model of the kept field."""
    path: Path
    """Relations from there to the records that changed; empty: these are the same."""


Routes = dict[Route, dict[str, bool]]
"""By route the kept fields, each with whether its record may lead to other records than before."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Kept fields of one model that do not need each other and are made together."""

    model: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guard:
    """Records that must not change while a kept field is computed from them."""

    path: Path
    """Relations that lead to them."""
    is_exclusive: bool
    """Whether the same transaction may write them later, for they have kept fields too: two
    transactions that both share them would then wait for each other."""


@dataclass(frozen=True, slots=True)
class Graph:
    """All kept fields of a registry."""

    needs: Mapping[Key, tuple[Need, ...]]
    """What each kept field is computed from."""
    by_model: Mapping[str, tuple[tuple[Need, Key], ...]]
    """The same by the model of what is needed, with the kept field that needs it."""
    stages: tuple[Stage, ...]
    """All kept fields, each after those it is computed from."""
    guards: Mapping[Key, tuple[Guard, ...]]
    models: frozenset[str]
    """Those that have kept fields."""

    def routes(self, model: str, fields: Collection[str] | None, *, is_new: bool = False) -> Routes:
        """Return the kept fields that are stale when fields of a model's records change.

        Args:
            model: The model.
            fields: Names of the fields; None when records are created or deleted.
            is_new: The records are created, not deleted.
        """
        found: Routes = {}
        for need, (owner, kept) in self.by_model.get(model, ()):
            if fields is not None and need.field not in fields:
                continue
            if fields is None and not _matters(need, is_new=is_new):
                continue
            names = found.setdefault(Route(owner, need.path), {})
            names[kept] = names.get(kept, False) or need.is_relation
        return found

    def explain(self) -> str:
        """Return the stages and what their fields need, as text."""
        lines = []
        for number, stage in enumerate(self.stages, start=1):
            for name in stage.fields:
                lines.append(f"{number}. {stage.model}.{name}")
                lines.extend(f"   {need}" for need in self.needs[stage.model, name])
        return "\n".join(lines)


@lru_cache(maxsize=64)
def graph_of(registry: Registry) -> Graph:
    """Return the graph of a registry's kept fields."""
    needs = {
        (model.name, field.name): needs_of(registry, field)
        for model in registry.models.values()
        for field in model.fields.values()
        if field.is_kept
    }
    by_model: dict[str, list[tuple[Need, Key]]] = {}
    for key, wanted in needs.items():
        for need in wanted:
            by_model.setdefault(need.model, []).append((need, key))
    stages = tuple(_stages(needs))
    guards = {
        (stage.model, name): tuple(
            _guards(needs[stage.model, name], {later.model for later in stages[number:]})
        )
        for number, stage in enumerate(stages)
        for name in stage.fields
    }
    needed = {model: tuple(found) for model, found in by_model.items()}
    return Graph(needs, needed, stages, guards, frozenset(model for model, _ in needs))


def _matters(need: Need, *, is_new: bool) -> bool:
    """Tell whether a record that is created or deleted can be needed there."""
    if not need.path:
        return is_new
    return not is_new or need.path[-1].relation.kind in _HELD_BY_TARGET


def _stages(needs: Mapping[Key, tuple[Need, ...]]) -> Iterator[Stage]:
    """Give the stages; few of them, since each is a statement at least."""
    open_keys = dict.fromkeys(needs)
    while open_keys:
        ready: dict[str, list[str]] = {}
        waiting = set()
        for key in open_keys:
            if any(item in open_keys for item in _sources(needs[key])):
                waiting.add(key[0])
            else:
                ready.setdefault(key[0], []).append(key[1])
        if not ready:
            raise TypeError(f"Kept fields need each other: {', '.join(map(str, open_keys))}.")
        # A model all of whose fields are ready needs no second stage.
        model = next((name for name in ready if name not in waiting), next(iter(ready)))
        yield Stage(model, tuple(ready[model]))
        for name in ready[model]:
            del open_keys[model, name]


def _sources(wanted: tuple[Need, ...]) -> Iterator[Key]:
    return ((need.model, need.field) for need in wanted)


def _guards(wanted: tuple[Need, ...], written: Collection[str]) -> Iterator[Guard]:
    """Give the records whose link to the kept field's record they do not hold themselves.

    Who changes such a record cannot know of a link that another transaction is making.
    """
    paths: dict[Path, str] = {}
    for need in wanted:
        for length, hop in enumerate(need.path, start=1):
            if hop.relation.kind in {RelationKind.TO_ONE, RelationKind.LINK}:
                paths[need.path[:length]] = hop.relation.target
    for path, target in paths.items():
        yield Guard(path, target in written)
