"""mixins: abstract models folded into the models that name them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.nodes import FieldDecl, ModelDecl
from graphql_erp.declarations.shape import Role, shape_of
from graphql_erp.declarations.source import BUILT_IN
from graphql_erp.declarations.text import Text
from graphql_erp.registry.draft import unknown

Models = Mapping[str, ModelDecl]

_ITS_OWN = frozenset({"label", "plural", "description", "api", "table", "abstract", "mixins"})
"""Keys of a model that no mixin gives."""
_FOLDED = {
    item.name: item.default
    for item in fields(ModelDecl)
    if shape_of(item).role is Role.OPTION and item.name not in _ITS_OWN | {"fields"}
}
"""Keys a mixin gives, with the value that says nothing."""


def mixed(
    models: Models,
    extensions: Sequence[ModelDecl],
    reached: Mapping[str, frozenset[str]],
    mistakes: Mistakes,
) -> dict[str, ModelDecl]:
    """Return the models with what their mixins declare in front of their own.

    Args:
        models: Models by name, the abstract ones with their extensions.
        extensions: What else names mixins of those models.
        reached: For each module itself and everything it depends on.
        mistakes: Gets the mistakes.

    Returns:
        All models; `mixins` of each then holds those of its mixins and extensions too, in the
        order in which Python looks for methods.
    """
    folder = _Folder({name: decl for name, decl in models.items() if decl.abstract}, mistakes)
    for decl in (*models.values(), *extensions):
        folder.check_names(decl, models, reached)
    folder.check_cycles()
    found: dict[str, ModelDecl] = {}
    for name, decl in models.items():
        users = [decl, *(item for item in extensions if item.name == name)]
        if not decl.abstract:
            folder.check_tables(users, extensions, reached)
        found[name] = decl if decl.abstract else folder.fold(decl, users)
    return found


@dataclass(frozen=True, slots=True)
class _Folder:
    """Folds abstract models into others."""

    abstract: Models
    mistakes: Mistakes

    def fold(self, decl: ModelDecl, users: Sequence[ModelDecl]) -> ModelDecl:
        """Return a model with everything its mixins and those of its extensions declare."""
        named = [name for user in users for name in user.mixins]
        if not named:
            return decl
        chain = self.chain(named)
        above = [self.abstract[name] for name in chain]
        values = {key: _given(key, default, decl, above) for key, default in _FOLDED.items()}
        layers = [self.abstract[name] for name in dict.fromkeys(self._deepest_first(named))]
        lists = {
            key: self._merged(key, decl, layers)
            for key in ("fields", *values)
            if key == "fields" or _holds_declarations(values[key])
        }
        return replace(decl, **{**values, **lists, "mixins": tuple(map(Text, chain))})

    def chain(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return mixins and theirs, each before those it builds upon."""
        last_first = dict.fromkeys(reversed(list(self._named_first(names))))
        return tuple(reversed(last_first))

    def _named_first(self, names: Iterable[str], path: tuple[str, ...] = ()) -> Iterator[str]:
        for name in names:
            if name in self.abstract and name not in path:
                yield name
                yield from self._named_first(self.abstract[name].mixins, (*path, name))

    def _deepest_first(self, names: Iterable[str], path: tuple[str, ...] = ()) -> Iterator[str]:
        for name in names:
            if name in self.abstract and name not in path:
                yield from self._deepest_first(self.abstract[name].mixins, (*path, name))
                yield name

    def _merged(self, key: str, decl: ModelDecl, layers: Sequence[ModelDecl]) -> tuple[Any, ...]:
        """Return the named declarations of one key: those of mixins first, own ones winning."""
        own = {item.name: item for item in getattr(decl, key)}
        found: dict[str, tuple[Any, str]] = {}
        for layer in layers:
            below = self.chain(layer.mixins)
            for item in getattr(layer, key):
                first, owner = found.get(item.name, (item, layer.name))
                if item.name in own or owner == layer.name or owner in below:
                    found[item.name] = (item, layer.name)
                elif _bare(first) != _bare(item):
                    self._clash(decl, (first, owner), (item, layer.name))
        merged = {name: item for name, (item, _) in found.items()} | own
        return tuple(merged.values())

    def _clash(self, decl: ModelDecl, first: tuple[Any, str], second: tuple[Any, str]) -> None:
        noun = type(first[0]).__name__.removesuffix("Decl").lower()
        message = (
            f'{noun} "{first[0].name}" of {decl.name} comes from two mixins that differ:'
            f" {first[1]} ({first[0].source}) and {second[1]} ({second[0].source})."
        )
        hint = f"Declare it in {decl.name} itself, or give it another name in one of them."
        place = decl.mixins[0].source if decl.mixins else decl.source
        self.mistakes.problems.append(place.problem("mixin_clash", message, hint))

    # ---- checks -----------------------------------------------------------------------------

    def check_names(
        self, decl: ModelDecl, models: Models, reached: Mapping[str, frozenset[str]]
    ) -> None:
        """Refuse mixins that are no abstract models, or of modules out of reach."""
        for name in decl.mixins:
            mixin = models.get(name)
            what = f'"{name}", a mixin of {decl.name},'
            if mixin is not None and mixin.abstract:
                if mixin.module not in reached[decl.module]:
                    message = f'{what} belongs to module "{mixin.module}".'
                    hint = f'Add "{mixin.module}" to the dependencies of "{decl.module}".'
                    problem = name.source.problem("missing_dependency", message, hint)
                    self.mistakes.problems.append(problem)
                continue
            if mixin is not None:
                message, hint = f"{what} is not abstract.", "Write `abstract: true` in it."
                problem = name.source.problem("not_abstract", message, hint)
                self.mistakes.problems.append(problem)
            elif not self.mistakes.is_lost(name):
                places = {known: item.source for known, item in self.abstract.items()}
                problem = unknown(
                    "unknown_model", f"{what} is no model.", name, places, name.source
                )
                self.mistakes.problems.append(problem)
            self.mistakes.anything = True  # whatever the mixin should have declared

    def check_cycles(self) -> None:
        """Refuse abstract models that mix in themselves."""
        reported: set[str] = set()
        for name, decl in self.abstract.items():
            if name in reported or name not in self.chain(decl.mixins):
                continue
            circle = [other for other in self.chain([name]) if name in self._all_below(other)]
            reported.update(circle)
            message = f"mixins need each other in a circle: {' -> '.join([*circle, name])}."
            problem = decl.mixins[0].source.problem("mixin_cycle", message)
            self.mistakes.problems.append(problem)

    def _all_below(self, name: str) -> tuple[str, ...]:
        return self.chain(self.abstract[name].mixins)

    def check_tables(
        self,
        users: Sequence[ModelDecl],
        extensions: Sequence[ModelDecl],
        reached: Mapping[str, frozenset[str]],
    ) -> None:
        """Refuse extensions of mixins whose columns no module's migrations would have.

        The module that extends the mixin must know the one that uses it, or be known to it.
        """
        for user in users:
            chain = self.chain(user.mixins)
            for item in extensions:
                is_far = item.module not in reached[user.module]
                is_far = is_far and user.module not in reached[item.module]
                if item.name not in chain or not is_far or not _changes_tables(item):
                    continue
                message = (
                    f"this extension of {item.name} changes the table of {user.name}, of which"
                    f' module "{item.module}" does not know.'
                )
                hint = f'Add "{user.module}" to the dependencies of "{item.module}".'
                problem = item.source.problem("missing_dependency", message, hint)
                self.mistakes.problems.append(problem)


def _given(key: str, default: Any, decl: ModelDecl, above: Sequence[ModelDecl]) -> Any:
    """Return the own value of a key, else that of the first mixin that says something."""
    values = (getattr(layer, key) for layer in (decl, *above))
    return next((value for value in values if value != default), default)


def _holds_declarations(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and is_dataclass(value[0])


def _bare(item: Any) -> Any:
    """Return a declaration without its place."""
    return replace(item, source=BUILT_IN, **({"module": ""} if hasattr(item, "module") else {}))


def _changes_tables(decl: ModelDecl) -> bool:
    return bool(decl.checks or decl.unique or decl.indexes) or any(map(_is_stored, decl.fields))


def _is_stored(decl: FieldDecl) -> bool:
    store = decl.options.get("store")
    return "compute" not in decl.options or (store is not None and store.value is True)
