"""Permission: what an actor may see and do, as a value that plans and writes are restricted by."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graphql_erp.expressions.tree import Condition


class Operation(StrEnum):
    """What access is granted for, beside methods."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Conditions(Mapping[str, Condition]):
    """Conditions by model, hashed once: statements are kept by them.

    A model without one is granted in whole; one that is not granted at all has one that is never
    true.

    Attributes:
        hidden: Models and fields that may not be named: values kept elsewhere leave them out.
    """

    __slots__ = ("_hash", "_items", "hidden")

    def __init__(
        self, items: Mapping[str, Condition], hidden: frozenset[tuple[str, str]] = frozenset()
    ) -> None:
        self._items = dict(items)
        self.hidden = hidden
        self._hash = hash((frozenset(self._items.items()), hidden))

    def __getitem__(self, model: str) -> Condition:
        return self._items[model]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, model: object) -> bool:
        return model in self._items

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Conditions):
            return NotImplemented
        is_alike = self._hash == other._hash and self.hidden == other.hidden
        return is_alike and self._items == other._items


NO_CONDITIONS = Conditions({})
"""Everything is granted in whole."""

_ALL = dict.fromkeys(Operation, NO_CONDITIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """What access, rules and field groups leave of the models for one set of groups.

    Equal permissions have equal fingerprints, whoever's they are: a value speaks of actors by
    names such as `user`, which are bound when a statement is sent.
    """

    conditions: Mapping[Operation, Conditions] = field(default_factory=lambda: _ALL)
    """What must hold of a record, its new values included, by operation and model."""
    denied: frozenset[tuple[str, Operation]] = frozenset()
    """Models and what nobody granted there; their conditions are never true."""
    hidden: frozenset[tuple[str, str]] = frozenset()
    """Models and fields that are limited to groups the actor is not in."""
    methods: Mapping[tuple[str, str], Condition | None] | None = None
    """Methods that may be called, and of which records; None: all of all."""
    may_introspect: bool = True
    """Whether the schema may be asked for."""
    fingerprint: str = field(init=False, default="")
    """Part of every key of what is prepared for a permission."""

    def __post_init__(self) -> None:
        content = repr(
            (
                [sorted(self.conditions[operation].items()) for operation in Operation],
                sorted(self.denied),
                sorted(self.hidden),
                None if self.methods is None else sorted(self.methods.items(), key=_name),
                self.may_introspect,
            )
        )
        object.__setattr__(self, "fingerprint", hashlib.sha256(content.encode()).hexdigest())

    @property
    def readable(self) -> Conditions:
        """What must hold of the records of a model to be read."""
        return self.conditions[Operation.READ]

    def grants(self, model: str, operation: Operation) -> bool:
        """Tell whether an operation is granted on any record of a model."""
        return (model, operation) not in self.denied

    def sees(self, model: str, name: str) -> bool:
        """Tell whether a field may be named: selected, filtered by, written."""
        return (model, name) not in self.hidden

    def calls(self, model: str, method: str) -> bool:
        """Tell whether a method may be called."""
        return self.methods is None or (model, method) in self.methods

    def callable_on(self, model: str, method: str) -> Condition | None:
        """Return what must hold of the records a method is called on, None when nothing."""
        return None if self.methods is None else self.methods[model, method]


def _name(item: tuple[tuple[str, str], Condition | None]) -> tuple[str, str]:
    return item[0]


UNRESTRICTED = Permission()
"""Everything: that of elevated code."""
