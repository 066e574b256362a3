"""What expressions need to know of models and of a statement: protocols, filled from above."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa

from graphql_erp.expressions.tree import Node, ValueType


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field that holds a value."""

    name: str
    type: ValueType
    lookups: frozenset[str]
    """Names of the lookups that may be applied to it."""
    expression: Node | None = None
    """Bound tree of a field computed by an expression and not stored."""
    sql: bool = True
    """False for a field that only Python computes: it cannot be filtered or ordered by."""
    secret: bool = False
    """Whether nothing may be asked of its values."""
    members: tuple[str, ...] = ()
    """To-one fields of which one at most has a value, for a field that leads to one of several
    models; a path goes on by `<field>__<model>`."""

    def member(self, model: str) -> str:
        """Return the to-one field that leads to a model, by the model's name in snake case."""
        name = f"{self.name}_{model}"
        return name if name in self.members else ""


@dataclass(frozen=True, slots=True)
class RelationInfo:
    """A field that leads to another model."""

    name: str
    target: str
    to_many: bool
    nullable: bool = True
    has_column: bool = True
    """Whether the own row holds the id, which GraphQL then shows beside it as `companyId`."""
    member_of: str = ""
    """The field behind which it stands: typed filters know it beneath that one."""

    @property
    def shown(self) -> tuple[str, ...]:
        """Its names in a typed filter."""
        if not self.member_of:
            return (self.name,)
        return (self.member_of, self.name.removeprefix(f"{self.member_of}_"))


class Models(Protocol):
    """The fields of models, for binding and type checks."""

    def names(self, model: str) -> tuple[str, ...]:
        """Return all field names of a model, for "did you mean"."""

    def resolve(self, model: str, name: str) -> FieldInfo | RelationInfo | None:
        """Return what a name means on a model, None when it means nothing.

        Every model has `id`; a to-one relation `company` is both a relation and, through
        `company_id`, a value; a lookup on the relation itself compares ids.
        """


class SqlScope(Protocol):
    """One occurrence of a table in a statement, and the tables reachable from it."""

    model: str

    def column(self, name: str) -> sa.ColumnElement[Any]:
        """Return the column of a stored field, of `id`, or of a to-one relation (its id)."""

    def to_one(self, name: str) -> SqlScope:
        """Return the scope of a to-one target, joined once."""

    def to_many(self, name: str) -> SqlSubscope:
        """Return a fresh scope over the records of a to-many relation."""


class SqlSubscope(SqlScope, Protocol):
    """A scope of its own FROM clause, correlated with the outer one."""

    def exists(self, condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
        """Return EXISTS over the related records that meet a condition."""

    def scalar(
        self, value: sa.ColumnElement[Any], condition: sa.ColumnElement[bool] | None
    ) -> sa.ColumnElement[Any]:
        """Return a scalar subselect of an aggregate over the related records."""


class Related(Protocol):
    """A record or any object with attributes, seen by the Python back end."""

    def __getattr__(self, name: str) -> Any:
        """Return a value, another object (to-one), None, or a sequence of objects (to-many)."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Values of the names an expression may mention."""

    values: Mapping[str, Any]
    """user (id or None), company (id or None), companies (ids), today (date), now (datetime),
    timezone (IANA name), language (code)."""
