"""What was written, before any model is known: the tree of the parser and of `Q` and `F`."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.tree import Parameter, Scalar


@dataclass(frozen=True, slots=True)
class RawNode:
    """Base of everything written."""

    offset: int | None = field(default=None, compare=False, kw_only=True)
    """Character in the text; None when written in Python."""


@dataclass(frozen=True, slots=True)
class RawValue(RawNode):
    """Base of values; Python code may combine them with `+ - * / %`."""

    def __add__(self, other: object) -> RawValue:
        """Return the sum."""
        return RawArithmetic("+", self, raw_value(other))

    def __radd__(self, other: object) -> RawValue:
        """Return the sum."""
        return RawArithmetic("+", raw_value(other), self)

    def __sub__(self, other: object) -> RawValue:
        """Return the difference."""
        return RawArithmetic("-", self, raw_value(other))

    def __rsub__(self, other: object) -> RawValue:
        """Return the difference."""
        return RawArithmetic("-", raw_value(other), self)

    def __mul__(self, other: object) -> RawValue:
        """Return the product."""
        return RawArithmetic("*", self, raw_value(other))

    def __rmul__(self, other: object) -> RawValue:
        """Return the product."""
        return RawArithmetic("*", raw_value(other), self)

    def __truediv__(self, other: object) -> RawValue:
        """Return the quotient."""
        return RawArithmetic("/", self, raw_value(other))

    def __rtruediv__(self, other: object) -> RawValue:
        """Return the quotient."""
        return RawArithmetic("/", raw_value(other), self)

    def __mod__(self, other: object) -> RawValue:
        """Return the remainder."""
        return RawArithmetic("%", self, raw_value(other))

    def __neg__(self) -> RawValue:
        """Return the negative."""
        return RawNegative(self)


@dataclass(frozen=True, slots=True)
class RawLiteral(RawValue):
    """A constant."""

    value: Scalar


@dataclass(frozen=True, slots=True)
class RawList(RawValue):
    """A list of values."""

    items: tuple[RawNode, ...]


@dataclass(frozen=True, slots=True)
class RawName(RawValue):
    """A bare or dotted name: a name of the surroundings, or in a value a path of fields."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawParameter(RawValue):
    """A value known only at run time."""

    parameter: Parameter


@dataclass(frozen=True, slots=True)
class F(RawValue):
    """The value of a field: `Q(paid__lt=F("total"))`, `F("contact__name")`."""

    path: str

    @property
    def names(self) -> tuple[str, ...]:
        """The fields of the path."""
        return tuple(self.path.replace(".", "__").split("__"))


@dataclass(frozen=True, slots=True)
class RawArithmetic(RawValue):
    """`+ - * / %` of two values."""

    operator: str
    left: RawNode
    right: RawNode


@dataclass(frozen=True, slots=True)
class RawNegative(RawValue):
    """`-value`."""

    value: RawNode


@dataclass(frozen=True, slots=True)
class RawCall(RawValue):
    """A function of values; `keywords` hold `where=`."""

    function: str
    arguments: tuple[RawNode, ...]
    keywords: tuple[tuple[str, RawNode], ...] = ()


@dataclass(frozen=True, slots=True)
class RawCondition(RawNode):
    """Base of conditions."""


@dataclass(frozen=True, slots=True)
class RawCompare(RawCondition):
    """`< <= > >= == !=` of two values."""

    operator: str
    left: RawNode
    right: RawNode


@dataclass(frozen=True, slots=True)
class RawItem(RawNode):
    """One keyword of `Q(...)`: the path unsplit, as written."""

    path: str
    operand: RawValue


def raw_value(value: object) -> RawValue:
    """Return a Python value as a written one; a record stands for its id.

    Raises:
        ExpressionError: The value is of no kind an expression can hold.
    """
    if isinstance(value, RawValue):
        return value
    if isinstance(value, Parameter):
        return RawParameter(value)
    if isinstance(value, list | tuple | AbstractSet):
        items: Any = sorted(value, key=repr) if isinstance(value, AbstractSet) else value
        return RawList(tuple(raw_value(item) for item in items))
    if isinstance(value, str):
        return RawLiteral(str(value))
    if value is None or isinstance(
        value, bool | int | float | Decimal | date | datetime | time | timedelta
    ):
        return RawLiteral(value)
    identifier = getattr(value, "id", None)
    if isinstance(identifier, int):
        return RawLiteral(identifier)
    raise ExpressionError(
        f"A {type(value).__name__} cannot be part of an expression.",
        hint="Use text, numbers, dates, booleans, records, lists of them, or F(...).",
    )


@dataclass(frozen=True, slots=True)
class RawLookup(RawCondition):
    """A lookup whose value is known to be one: no to-many hops, no lookups in the path."""

    value: RawNode
    lookup: str
    operand: RawNode


@dataclass(frozen=True, slots=True)
class RawRelated(RawCondition):
    """A condition on records of a to-many relation: `quantifier` is some, every or none."""

    relation: tuple[str, ...]
    quantifier: str
    where: RawNode


@dataclass(frozen=True, slots=True)
class RawCounted(RawCondition):
    """A lookup on the number of records of a to-many relation."""

    relation: tuple[str, ...]
    where: RawNode
    lookup: str
    operand: RawNode
