"""The one expression tree: conditions and values, immutable and hashable.

Text, Python `Q(...)` objects, the typed GraphQL filter and wire JSON all become this tree, bound
to a model: every path is split into relation hops and a field, every lookup is named. SQL, Python
and wire forms are made from it and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum

Scalar = str | int | bool | float | Decimal | date | datetime | time | timedelta | None


class Kind(StrEnum):
    """What a value is, as far as expressions care."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    FLOAT = "float"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    TIME = "time"
    DURATION = "duration"
    JSON = "json"
    BINARY = "binary"
    RECORD = "record"
    """A record, compared by its id."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """Type of a value: its kind, and what narrows it."""

    kind: Kind
    nullable: bool = True
    many: bool = False
    """A list of such values (operand of `in`)."""
    scale: int | None = None
    """Decimal places of a DECIMAL, None when not fixed."""
    model: str = ""
    """Model of a RECORD."""
    choices: tuple[str, ...] = ()
    """Values of a selection."""


@dataclass(frozen=True, slots=True)
class Node:
    """Base of every node."""

    def children(self) -> Iterator[Node]:
        """Give the nodes directly below this one."""
        for item in fields(self):
            value = getattr(self, item.name)
            for part in value if isinstance(value, tuple) else (value,):
                if isinstance(part, Node):
                    yield part
                elif isinstance(part, tuple):
                    yield from (inner for inner in part if isinstance(inner, Node))


# ---- values ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A constant; a tuple is the operand of `in`, `nin` or `between`."""

    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, slots=True)
class Parameter(Node):
    """A value known only at run time: `key` says where it comes from, such as `$filter.name.eq`."""

    key: str
    type: ValueType


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name of the surroundings: user, company, companies, today, now."""

    name: str


@dataclass(frozen=True, slots=True)
class Path(Node):
    """Fields from the model at hand: to-one hops, then a field; `F("stage__name")`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`+ - * / %` of two values."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Negative(Node):
    """`-value`."""

    value: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of values: coalesce, concat, round, days, start_of, ..."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Case(Node):
    """First value whose condition holds; `otherwise` when none does."""

    branches: tuple[tuple[Condition, Node], ...]
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Aggregate(Node):
    """`sum | count | min | max | avg` of a value over a to-many relation.

    `relation` is to-one hops and then exactly one to-many field; `value` is None for `count` and
    is otherwise seen from the related model, as `where` is.
    """

    function: str
    relation: tuple[str, ...]
    value: Node | None
    where: Condition | None = None


# ---- conditions: always true or false, never unknown -----------------------------------------


@dataclass(frozen=True, slots=True)
class Condition(Node):
    """Base of conditions."""


@dataclass(frozen=True, slots=True)
class And(Condition):
    """True when every item is; true when empty."""

    items: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Or(Condition):
    """True when an item is; false when empty."""

    items: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Not(Condition):
    """The complement."""

    item: Condition


@dataclass(frozen=True, slots=True)
class Lookup(Condition):
    """One lookup on a value: `path` has to-one hops only (to-many hops are `Related`)."""

    value: Node
    lookup: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Compare(Condition):
    """`< <= > >= == !=` of two values of arithmetic."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Related(Condition):
    """A condition on records of a relation: `quantifier` is some, every or none.

    `relation` is to-one hops and then exactly one to-many field. A condition beneath a to-one
    relation needs no `Related`: its paths simply start with the hop.
    """

    relation: tuple[str, ...]
    quantifier: str
    where: Condition


@dataclass(frozen=True, slots=True)
class Counted(Condition):
    """A lookup on the number of records of a to-many relation."""

    relation: tuple[str, ...]
    where: Condition
    lookup: str
    operand: Node


TRUE = And()
FALSE = Or()


def conjunction(*conditions: Condition | None) -> Condition | None:
    """Return the conditions joined by AND, None when nothing restricts."""
    items: list[Condition] = []
    for condition in conditions:
        if isinstance(condition, And):
            items.extend(condition.items)
        elif condition is not None:
            items.append(condition)
    unique = tuple(dict.fromkeys(items))
    if not unique:
        return None
    return unique[0] if len(unique) == 1 else And(unique)


def walk(node: Node) -> Iterator[Node]:
    """Give a node and everything below it."""
    yield node
    for child in node.children():
        yield from walk(child)
