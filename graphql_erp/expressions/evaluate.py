"""The tree on plain Python objects: the same answers as SQL, for unsaved records and modifiers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.evaluate_functions import arithmetic, call, comparable, folded
from graphql_erp.expressions.functions import LIST
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.lookup import Operand
from graphql_erp.expressions.moments import wall
from graphql_erp.expressions.numeric import CONTEXT, number_of, round_half_away
from graphql_erp.expressions.paths import relation_of, require
from graphql_erp.expressions.scope import FieldInfo, Models, Surroundings
from graphql_erp.expressions.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Condition,
    Counted,
    Kind,
    Literal,
    Lookup,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Related,
    ValueType,
)
from graphql_erp.expressions.types import type_of

_COMPARISONS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
}


@dataclass(frozen=True, slots=True)
class PythonContext:
    """What the Python form needs besides the tree and the record."""

    models: Models
    lookups: Mapping[str, LookupRow]
    surroundings: Surroundings

    @property
    def zone(self) -> ZoneInfo:
        """The actor's time zone."""
        return ZoneInfo(self.surroundings.values["timezone"])


def holds(condition: Condition, record: object, model: str, context: PythonContext) -> bool:
    """Tell whether a condition is true of a record: any object with the fields it mentions.

    Raises:
        ExpressionError: A lookup exists in SQL only.
    """
    return _Reader(record, model, context).holds(condition)


def evaluate(node: Node, record: object, model: str, context: PythonContext) -> Any:
    """Return a value of a record; numbers are `int` or `Decimal`, a record is its id.

    Raises:
        ExpressionError: A lookup exists in SQL only.
    """
    reader = _Reader(record, model, context)
    return _outward(reader.value(node), type_of(node, model, context.models))


def _outward(value: Any, known: ValueType) -> Any:
    return int(value) if known.kind is Kind.INTEGER and isinstance(value, Decimal) else value


def declared(value: Any, known: ValueType) -> Any:
    """Return the value of an expression field as its type declares it."""
    if value is None:
        return None
    match known:
        case ValueType(kind=Kind.INTEGER):
            return int(round_half_away(number_of(value), 0))
        case ValueType(kind=Kind.DECIMAL, scale=int(scale)):
            return round_half_away(number_of(value), scale)
        case ValueType(kind=Kind.DECIMAL):
            return number_of(value)
    return value


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads nodes as seen from one record; a record that is None has nothing."""

    record: Any
    model: str
    context: PythonContext

    def at(self, hops: Sequence[str]) -> _Reader:
        """Return a reader at the end of to-one hops."""
        reader = self
        for hop in hops:
            relation = require(self.context.models, reader.model, hop)
            if isinstance(relation, FieldInfo):
                raise ExpressionError(f'"{hop}" of {reader.model} is a value and leads nowhere.')
            record = None if reader.record is None else getattr(reader.record, relation.name)
            reader = _Reader(record, relation.target, self.context)
        return reader

    def related(self, relation: tuple[str, ...]) -> list[_Reader]:
        """Return readers of the records of a to-many relation."""
        target = relation_of(self.context.models, self.model, relation).target
        start = self.at(relation[:-1]).record
        records = None if start is None else getattr(start, relation[-1])
        return [_Reader(record, target, self.context) for record in records or ()]

    # ---- conditions -------------------------------------------------------------------------

    def holds(self, node: Condition) -> bool:
        match node:
            case And(items):
                return all(self.holds(item) for item in items)
            case Or(items):
                return any(self.holds(item) for item in items)
            case Not(item):
                return not self.holds(item)
            case Lookup(value, name, operand):
                known = type_of(value, self.model, self.context.models)
                return self.lookup(self.value(value), known, name, operand)
            case Compare():
                return self.compare(node)
            case Related(relation, quantifier, where):
                found = (reader.holds(where) for reader in self.related(relation))
                if quantifier == "every":
                    return all(found)
                return any(found) == (quantifier == "some")
            case Counted(relation, where, name, operand):
                count = sum(reader.holds(where) for reader in self.related(relation))
                return self.lookup(count, ValueType(Kind.INTEGER), name, operand)
        raise ExpressionError(f"{type(node).__name__} is not a condition.")

    def lookup(self, value: Any, known: ValueType, name: str, operand: Node) -> bool:
        row = self.context.lookups[name]
        if row.complement_of:
            return not self.lookup(value, known, row.complement_of, operand)
        if row.python is None:
            raise ExpressionError(
                f'The lookup "{name}" exists in SQL only.', hint="Use contains or startswith."
            )
        given = self.value(operand)
        if given is None:
            return False
        if row.operand is Operand.FLAG:
            return bool(row.python(value)) is given
        if value is None:
            return False
        if row.date_part and isinstance(value, datetime):
            value = wall(value, self.context.zone)
        if row.operand is Operand.LIST:
            return any(row.python(*_with_list(value, item)) for item in given if item is not None)
        if row.operand is not Operand.PAIR:
            return row.python(*comparable(value, given))
        if None in given:
            return False
        low, high = (comparable(value, item) for item in given)
        return row.python(low[0], low[1], high[1])

    def compare(self, node: Compare) -> bool:
        left, right = self.value(node.left), self.value(node.right)
        negated = node.operator == "!="
        if left is None or right is None:
            return negated
        left, right = comparable(left, right)
        found: bool = _COMPARISONS["==" if negated else node.operator](left, right)
        return found is not negated

    # ---- values -----------------------------------------------------------------------------

    def value(self, node: Node) -> Any:
        match node:
            case Condition():
                return self.holds(node)
            case Literal(value):
                return value
            case Name(name):
                return self.context.surroundings.values[name]
            case Path(names):
                return self.at(names[:-1]).field(names[-1])
        return self.computed(node)

    def computed(self, node: Node) -> Any:
        match node:
            case Negative(inner):
                value = self.value(inner)
                return None if value is None else CONTEXT.minus(number_of(value))
            case Arithmetic(operator, left, right):
                zone = self.context.zone
                return arithmetic(operator, self.value(left), self.value(right), zone)
            case Call(function, nodes):
                return self.call(node, function, [self.value(item) for item in nodes])
            case Case(branches, otherwise):
                chosen = (value for condition, value in branches if self.holds(condition))
                return self.alike(self.value(next(chosen, otherwise)), node)
            case Aggregate():
                return self.aggregate(node)
        raise ExpressionError(
            f"{type(node).__name__} has no value in Python.", hint="Give its value first."
        )

    def call(self, node: Node, function: str, values: list[Any]) -> Any:
        if function == LIST:
            return tuple(values)
        value = call(function, values, self.context.zone)
        return self.alike(value, node) if function == "coalesce" else value

    def alike(self, value: Any, node: Node) -> Any:
        """Return one of several values; numbers of two kinds are all exact."""
        known = type_of(node, self.model, self.context.models)
        return number_of(value) if value is not None and known.kind is Kind.DECIMAL else value

    def aggregate(self, node: Aggregate) -> Any:
        readers = self.related(node.relation)
        where = node.where
        if where is not None:
            readers = [reader for reader in readers if reader.holds(where)]
        if node.value is None:
            return len(readers)
        value = node.value
        return folded(node.function, [reader.value(value) for reader in readers])

    def field(self, name: str) -> Any:
        if self.record is None:
            return None
        member = require(self.context.models, self.model, name)
        if not isinstance(member, FieldInfo):
            target = getattr(self.record, member.name)
            return target if target is None or isinstance(target, int) else target.id
        if member.expression is not None:
            return declared(self.value(member.expression), member.type)
        value = getattr(self.record, member.name)
        is_decimal = member.type.kind is Kind.DECIMAL
        return declared(value, member.type) if is_decimal else value


def _with_list(value: Any, item: Any) -> tuple[Any, tuple[Any]]:
    left, right = comparable(value, item)
    return left, (right,)
