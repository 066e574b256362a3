"""Model: base of behaviour classes, and what a record is in Python."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Self

from graphql_erp.behaviour.protocols import Definition, Environment
from graphql_erp.errors import FieldNotLoaded
from graphql_erp.naming import did_you_mean

RESERVED_NAMES = frozenset(
    {
        "changed",
        "create",
        "create_many",
        "delete",
        "delete_many",
        "env",
        "fetch",
        "id",
        "load",
        "log",
        "stored",
        "update",
        "update_many",
        "warn",
    }
)
"""Attributes every record has; a field of such a name would hide them."""

Store = Callable[[Sequence[Any]], Awaitable[None]]


class Model:
    """A record of a model, with its methods; a class is called like the model it belongs to.

    A class of the same name in another module extends it: both are bases of the finished class,
    the extending one first, so that `super()` leads from extension to extended.

    Loaded values are attributes. A to-one field gives the record it leads to, of which the id
    alone is known unless more was loaded, a Reference a record of one of its models; a to-many
    field gives a list. Reading what is not loaded raises `FieldNotLoaded`. Values are assigned in
    hooks, setters and drafts only, where the record is about to be written; everywhere else
    `await record.update(...)` writes.

    Hooks are methods of these names, plain or async, called for each record; as class methods
    they are called once with the list of records: `before_create`, `after_create`,
    `before_update`, `after_update`, `before_delete`, `after_delete`.

    Example:
        class CrmLead(Model):
            @mutation(load=["stage.is_won"])
            async def mark_won(self) -> Self: ...
    """

    _definition: ClassVar[Definition]
    _env: Environment | None = None
    _siblings: Sequence[Model] = ()
    """Records loaded together with this one: what is fetched for one is fetched for all."""
    _pending: dict[str, Any] | None = None
    """Values about to be written, by field; None outside of a write."""
    _before: Mapping[str, Any] = {}
    """Values the database held, of fields that are or were about to be written."""
    _changed: frozenset[str] = frozenset()
    """Names of the fields the last write gave."""
    _store: Store | None = None
    """The step that writes, while a batch is written."""

    _warnings: list[str] | None = None
    """What the user of a form is told; None outside of a draft."""

    id: int

    def __getattr__(self, name: str) -> Any:
        # Called only for what is not an attribute already, hence for what is not loaded.
        if name.startswith("_") or name not in self._definition.fields:
            raise AttributeError(f"{type(self).__name__} has no attribute {name!r}.")
        definition = self._definition
        if definition.fields[name].members:
            targets = (getattr(self, member) for member in definition.fields[name].members)
            return next((target for target in targets if target is not None), None)
        raise FieldNotLoaded(
            f"{definition.name}.{name} is not loaded.",
            hint=f'Name it: in load=["{name}"], in the inputs of the computed field, or with'
            f' await record.fetch("{name}").',
        )

    def _set(self, name: str, value: Any) -> None:
        if name.startswith("_"):
            object.__setattr__(self, name, value)
            return
        known = self._definition.fields
        if name not in known:
            message = f"{type(self).__name__} has no field {name!r}."
            raise AttributeError(f"{message} {did_you_mean(name, list(known))}".rstrip())
        if self._pending is None:
            raise AttributeError(
                f"{type(self).__name__}.{name} cannot be assigned here:"
                f" use await record.update({name}=...)."
            )
        if known[name].is_system or known[name].is_computed:
            raise AttributeError(f"{type(self).__name__}.{name} is made by the engine.")
        if known[name].member_of:
            message = f"{type(self).__name__}.{name} is assigned as {known[name].member_of}."
            raise AttributeError(message)
        if known[name].members:
            for member, target in _targets(known, name, value):
                self._assign(member, target)
            return
        self._assign(name, value)

    if not TYPE_CHECKING:  # to checkers, what can be assigned is what `erp types` declares
        __setattr__ = _set

    def _assign(self, name: str, value: Any) -> None:
        if self._pending is None:
            raise TypeError(f"{self!r} is not being written.")
        if name not in self._pending and "id" in self.__dict__:
            self._before = {**self._before, name: self.__dict__.get(name)}
        self._pending[name] = value
        self.__dict__[name] = value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or "id" not in self.__dict__:
            return self is other
        same = self._definition.name == other._definition.name
        return same and self.__dict__["id"] == other.__dict__.get("id")

    def __hash__(self) -> int:
        if "id" not in self.__dict__:
            return object.__hash__(self)
        return hash((self._definition.name, self.id))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.__dict__.get('id', 'new')}>"

    @property
    def env(self) -> Environment:
        """On whose behalf and in which transaction the record was loaded."""
        if self._env is None:
            raise FieldNotLoaded(
                f"{type(self).__name__} is computed without an environment.",
                hint="Declare what the computation needs as inputs.",
            )
        return self._env

    @property
    def changed(self) -> frozenset[str]:
        """Names of the fields about to be written; in `after_` hooks, of those just written."""
        names = self._changed if self._pending is None else frozenset(self._pending)
        fields = self._definition.fields
        behind = {fields[name].member_of for name in names if name in fields}
        return names | behind - {""}

    def stored(self, name: str) -> Any:
        """Return the value a field had before the write of which this is a hook."""
        if name in self._before:
            return self._before[name]
        if name in self._definition.fields and self._definition.fields[name].members:
            targets = (self.stored(member) for member in self._definition.fields[name].members)
            return next((target for target in targets if target is not None), None)
        return getattr(self, name)

    def warn(self, text: str, **values: object) -> None:
        """Tell the user of a form something; in methods marked with `@onchange`.

        Example:
            self.warn("Only {stock} left.", stock=self.product.stock)
        """
        if self._warnings is None:
            raise TypeError("warn is for methods marked with @onchange: raise UserError instead.")
        self._warnings.append(text.format(**values) if values else text)

    async def fetch(self, *paths: str) -> Self:
        """Load dotted paths of this record and of all records loaded together with it."""
        await self.env.fetch(self._siblings or [self], paths)
        return self

    async def update(self, **values: Any) -> Self:
        """Change fields of this record; omitted ones stay, None clears."""
        await self.env.update_records([self], values)
        return self

    async def delete(self) -> None:
        """Delete this record."""
        await self.env.delete_records([self])

    @classmethod
    async def create_many(cls, records: Sequence[Self]) -> None:
        """Write new records; override to do something around it for the whole batch."""
        await _store(records)

    @classmethod
    async def update_many(cls, records: Sequence[Self]) -> None:
        """Write the changes of records; override to do something around it for the batch."""
        await _store(records)

    @classmethod
    async def delete_many(cls, records: Sequence[Self]) -> None:
        """Delete records; override to do something around it for the whole batch."""
        await _store(records)


def _targets(
    fields: Mapping[str, Any], name: str, value: Model | None
) -> Iterator[tuple[str, Model | None]]:
    """Give the values of the fields of which one holds the record a field leads to."""
    leads = {fields[member].relation.target: member for member in fields[name].members}
    if value is not None and (not isinstance(value, Model) or value._definition.name not in leads):  # noqa: SLF001 - the same class
        raise TypeError(f"{name} takes a record of {' or '.join(leads)}, not {value!r}.")
    for target, member in leads.items():
        is_it = value is not None and value._definition.name == target  # noqa: SLF001
        yield member, value if is_it else None


async def _store(records: Sequence[Model]) -> None:
    if not records:
        return
    step = records[0]._store  # noqa: SLF001 - a part of the class that no author should see
    if step is None:
        raise TypeError("create_many, update_many and delete_many are called by the engine.")
    await step(records)


def record(cls: type[Model], values: Mapping[str, Any], env: Environment | None = None) -> Any:
    """Return a record with loaded values: to-one as records, to-many as lists of records."""
    made = cls.__new__(cls)
    state = made.__dict__
    state.update(values)
    if env is not None:
        state["_env"] = env
    return made


def siblings(records: Iterable[Model]) -> None:
    """Note that records were loaded together."""
    together = list(records)
    for item in together:
        item.__dict__["_siblings"] = together


def record_class(definition: Definition, behaviour: type | None) -> type[Model]:
    """Return the class of a model's records: its behaviour, knowing its definition."""
    base = behaviour or Model
    return type(definition.name, (base,), {"_definition": definition, "__doc__": base.__doc__})
