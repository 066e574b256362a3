"""Rows: what is to be written, clean and nested as the input was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from graphql_erp.behaviour.model import Model
from graphql_erp.errors import UserErrorCode, UserProblem
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.security.permission import Operation

WRITES = (Operation.CREATE, Operation.UPDATE, Operation.DELETE)
"""What is done to records."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A to-one target not looked up yet: values of one of its unique keys, the id included."""

    target: str
    key: tuple[str, ...]
    values: tuple[Any, ...]


@dataclass(slots=True)
class ToMany:
    """What is done to the records a to-many field leads to, in the order of the attributes."""

    unlink: list[int] = field(default_factory=list)
    delete: list[Row] = field(default_factory=list)
    update: list[Row] = field(default_factory=list)
    create: list[Row] = field(default_factory=list)
    link: list[int] = field(default_factory=list)
    set: list[int] | None = None
    """The targets that shall be linked afterwards, no others; None to leave it at the above."""


@dataclass(slots=True)
class Row:
    """One record to be written.

    Values are clean and by field name; references are looked up later, those of all rows
    together.
    """

    index: int | None = None
    """Number in a bulk."""
    path: tuple[str, ...] = ()
    """Place in the input of the root field, for errors."""
    id: int | None = None
    version: int | None = None
    """Version the record must still have; None when it does not matter."""
    values: dict[str, Any] = field(default_factory=dict)
    given: frozenset[str] = frozenset()
    """Names of the fields the input gave, computed ones with a setter included."""
    unchecked: tuple[tuple[str, Reference], ...] = ()
    """References by field whose ids the database looks at when the row is stored."""
    inverses: dict[str, Any] = field(default_factory=dict)
    """Clean values of computed fields that are set through `inverse_<field>`."""
    creates: dict[str, Row] = field(default_factory=dict)
    """New target by to-one field."""
    to_many: dict[str, ToMany] = field(default_factory=dict)
    """By to-many field."""
    problems: list[UserProblem] = field(default_factory=list)
    record: Model | None = None
    """What behaviour sees of it, where there is behaviour."""
    stored: tuple[int, Any] | None = None
    """How many changes there were in the transaction, and what the database then held of it."""

    def problem(self, code: UserErrorCode, message: str, *path: str) -> None:
        """Note what is wrong with this row."""
        self.problems.append(UserProblem(code, message, self._place(path), self.index))

    def note(self, problem: UserProblem) -> None:
        """Note a problem that speaks of this row alone; its path is put into the input's."""
        path = self._place(problem.path)
        self.problems.append(replace(problem, path=path, index=self.index))

    def _place(self, path: tuple[str, ...]) -> tuple[str, ...]:
        """Return the place in the input of a path in the record.

        An update item says id and version beside its data.
        """
        is_beside = path in {("id",), ("version",)} and self.path[-1:] == ("data",)
        return (*(self.path[:-1] if is_beside else self.path), *path)


@dataclass(slots=True)
class Batch:
    """Rows of one model that one operation writes together."""

    model: ModelDef
    operation: Operation
    rows: list[Row]


def nested(batch: Batch, models: Any) -> Iterator[Batch]:
    """Give the batches beneath one, of whatever depth, together with itself."""
    yield batch
    for definition, rows in to_one_creates(batch.rows, batch.model).items():
        target = models[_target(batch.model.fields[definition])]
        yield from nested(Batch(target, Operation.CREATE, rows), models)
    for name, commands in to_many_commands(batch.rows).items():
        target = models[_target(batch.model.fields[name])]
        for operation in WRITES:
            rows = [row for _, item in commands for row in getattr(item, operation.value)]
            if rows:
                yield from nested(Batch(target, operation, rows), models)


def to_one_creates(rows: list[Row], model: ModelDef) -> dict[str, list[Row]]:
    """Return the new targets of each to-one field."""
    known = {name for row in rows for name in row.creates}
    names = [name for name in model.fields if name in known] if known else []
    return {name: [row.creates[name] for row in rows if name in row.creates] for name in names}


def to_many_commands(rows: list[Row]) -> dict[str, list[tuple[Row, ToMany]]]:
    """Return the rows and their commands by to-many field."""
    found: dict[str, list[tuple[Row, ToMany]]] = {}
    for row in rows:
        for name, commands in row.to_many.items():
            found.setdefault(name, []).append((row, commands))
    return found


def _target(definition: FieldDef) -> str:
    if definition.relation is None:
        raise TypeError(f"{definition.model}.{definition.name} is not a relation.")
    return definition.relation.target
