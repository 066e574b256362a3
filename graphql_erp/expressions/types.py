"""The type of every value, checked when a module loads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import DURATIONS, LIST, MIDNIGHT, NAMES
from graphql_erp.expressions.paths import path_type, relation_of
from graphql_erp.expressions.scope import Models
from graphql_erp.expressions.tree import (
    Aggregate,
    Arithmetic,
    Call,
    Case,
    Condition,
    Kind,
    Literal,
    Name,
    Negative,
    Node,
    Parameter,
    Path,
    ValueType,
)

NUMBERS: Final = frozenset({Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT})
ORDERED: Final = NUMBERS | {Kind.TEXT, Kind.DATE, Kind.DATETIME, Kind.TIME}
BOOLEAN: Final = ValueType(Kind.BOOLEAN, nullable=False)
INTEGER: Final = ValueType(Kind.INTEGER, nullable=False)
TEXT: Final = ValueType(Kind.TEXT, nullable=False)
DATE: Final = ValueType(Kind.DATE, nullable=False)


def type_of(node: Node, model: str, models: Models) -> ValueType:
    """Return the type of a value seen from a model; a condition is a boolean, never null.

    Raises:
        ExpressionError: A path is unknown or the parts do not fit together.
    """
    match node:
        case Condition():
            return BOOLEAN
        case Literal(value):
            return literal_type(value)
        case Parameter(type=known):
            return known
        case Name(name):
            return NAMES[name]
        case Path(names):
            return path_type(models, model, names)
        case Negative() | Arithmetic():
            return _computed(node, model, models)
        case Call():
            return _call(node, model, models)
        case Case(branches, otherwise):
            values = [value for _, value in branches]
            return common_type([*values, otherwise], model, models)
        case Aggregate():
            return _aggregate(node, model, models)
    raise ExpressionError(f"{type(node).__name__} is not a value.")


def literal_type(value: object) -> ValueType:
    """Return the natural type of a constant."""
    match value:
        case bool():
            return BOOLEAN
        case int():
            is_long = not -(2**63) <= value < 2**63
            return ValueType(Kind.DECIMAL, nullable=False, scale=0) if is_long else INTEGER
        case Decimal():
            return ValueType(Kind.DECIMAL, nullable=False, scale=decimal_places(value))
        case float():
            return ValueType(Kind.FLOAT, nullable=False)
        case str():
            return TEXT
        case datetime():
            return ValueType(Kind.DATETIME, nullable=False)
        case date():
            return DATE
        case time():
            return ValueType(Kind.TIME, nullable=False)
        case tuple() if value:
            return replace(literal_type(value[0]), many=True)
    raise ExpressionError(
        "This constant has no type of its own.", hint="Give at least one typed value beside it."
    )


def decimal_places(value: Decimal) -> int:
    """Return how many places after the point a number is written with."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def is_null(node: Node) -> bool:
    """Tell whether a node is the constant null."""
    return isinstance(node, Literal) and node.value is None


def whole(node: Node) -> int:
    """Return a constant that is a whole number, such as the digits of `round`.

    Raises:
        ExpressionError: The node is something else.
    """
    if isinstance(node, Literal) and isinstance(node.value, int):
        return node.value
    raise ExpressionError("A constant whole number is expected.")


def fits(actual: ValueType, expected: ValueType) -> bool:
    """Tell whether two values can be compared or stand for one another."""
    if actual.many != expected.many:
        return False
    kinds = {actual.kind, expected.kind}
    if kinds <= NUMBERS or kinds == {Kind.RECORD, Kind.INTEGER}:
        return True
    if kinds == {Kind.RECORD}:
        return not (actual.model and expected.model) or actual.model == expected.model
    return len(kinds) == 1


def described(value: ValueType) -> str:
    """Return a type as messages name it."""
    name = f"{value.model or 'record'}" if value.kind is Kind.RECORD else value.kind.value
    return f"list of {name}" if value.many else name


def common_type(nodes: Sequence[Node], model: str, models: Models) -> ValueType:
    """Return the type that holds all values; constants null give way.

    Raises:
        ExpressionError: The values do not fit together.
    """
    known = [type_of(node, model, models) for node in nodes if not is_null(node)]
    nullable = len(known) < len(nodes) or any(item.nullable for item in known)
    return replace(_folded(known), nullable=nullable)


def _first_known(node: Call, model: str, models: Models) -> ValueType:
    # Each argument's type is asked once: twice would double the work at every level.
    known = [type_of(item, model, models) for item in node.arguments if not is_null(item)]
    return replace(_folded(known), nullable=all(item.nullable for item in known))


def _folded(known: Sequence[ValueType]) -> ValueType:
    if not known:
        raise ExpressionError("All values are null.", hint="Give at least one typed value.")
    result = known[0]
    for other in known[1:]:
        result = _common(result, other)
    return result


def _common(left: ValueType, right: ValueType) -> ValueType:
    if not fits(left, right):
        raise ExpressionError(
            f"The values are of different types: {described(left)} and {described(right)}."
        )
    if {left.kind, right.kind} <= NUMBERS and left.kind != right.kind:
        return ValueType(Kind.DECIMAL, scale=_most(left, right))
    if left.kind is Kind.DECIMAL:
        return replace(left, scale=_most(left, right))
    choices = tuple(dict.fromkeys(left.choices + right.choices))
    return replace(left, choices=choices if left.choices and right.choices else ())


def _places(value: ValueType) -> int | None:
    return 0 if value.kind is Kind.INTEGER else value.scale


def _most(left: ValueType, right: ValueType) -> int | None:
    first, second = _places(left), _places(right)
    return None if first is None or second is None else max(first, second)


def _computed(node: Negative | Arithmetic, model: str, models: Models) -> ValueType:
    if isinstance(node, Arithmetic):
        return _arithmetic(node, model, models)
    value = type_of(node.value, model, models)
    if value.kind in NUMBERS and not value.many:
        return _exact(value)
    raise ExpressionError(f"- needs a number, not {described(value)}.")


def _exact(value: ValueType) -> ValueType:
    """Arithmetic is exact: a FLOAT in it is a DECIMAL."""
    return replace(value, kind=Kind.DECIMAL) if value.kind is Kind.FLOAT else value


def _arithmetic(node: Arithmetic, model: str, models: Models) -> ValueType:
    left = type_of(node.left, model, models)
    right = type_of(node.right, model, models)
    nullable = left.nullable or right.nullable
    if left.many or right.many:
        raise ExpressionError(f"{node.operator} cannot compute with a list.")
    if {left.kind, right.kind} <= NUMBERS:
        return _number(node, left, right)
    if right.kind is Kind.DURATION and left.kind in {Kind.DATE, Kind.DATETIME}:
        if node.operator in {"+", "-"}:
            return ValueType(left.kind, nullable=True)
    elif node.operator == "-" and left.kind is right.kind is Kind.DATE:
        return ValueType(Kind.INTEGER, nullable=nullable)
    raise ExpressionError(
        f"{node.operator} cannot combine {described(left)} and {described(right)}.",
        hint=_hint(node.operator, left.kind, right.kind),
    )


def _hint(operator: str, left: Kind, right: Kind) -> str:
    kinds = {left, right}
    if operator == "+" and Kind.TEXT in kinds:
        return "Use concat(a, b) to join texts."
    if kinds & {Kind.DATE, Kind.DATETIME} and kinds & NUMBERS:
        return "Write days(n), months(n) or years(n) after the date."
    if left is Kind.DURATION:
        return "Write the date first: due + days(3) + months(1)."
    if kinds <= {Kind.DATE, Kind.DATETIME}:
        return 'Use start_of("day", moment) to get the date of a moment.'
    return ""


def _number(node: Arithmetic, left: ValueType, right: ValueType) -> ValueType:
    nullable = left.nullable or right.nullable
    divides = node.operator in {"/", "%"}
    is_safe = isinstance(node.right, Literal) and bool(node.right.value)
    nullable = nullable or (divides and not is_safe)
    if node.operator == "/":
        return ValueType(Kind.DECIMAL, nullable=nullable)
    if left.kind is right.kind is Kind.INTEGER:
        return ValueType(Kind.INTEGER, nullable=nullable)
    scale = _most(left, right)
    first, second = _places(left), _places(right)
    if node.operator == "*":
        scale = None if first is None or second is None else first + second
    return ValueType(Kind.DECIMAL, nullable=nullable, scale=scale)


def _call(node: Call, model: str, models: Models) -> ValueType:
    match node.function:
        case "coalesce":
            return _first_known(node, model, models)
        case "concat":
            return TEXT
        case "round":
            number, digits = node.arguments
            nullable = type_of(number, model, models).nullable
            return ValueType(Kind.DECIMAL, nullable=nullable, scale=whole(digits))
        case "start_of":
            moment = node.arguments[-1]
            return replace(DATE, nullable=type_of(moment, model, models).nullable)
        case _ if node.function in DURATIONS:
            return ValueType(Kind.DURATION)
        case _ if node.function == MIDNIGHT:
            known = type_of(node.arguments[0], model, models)
            return ValueType(Kind.DATETIME, nullable=known.nullable)
        case _ if node.function == LIST:
            return replace(common_type(node.arguments, model, models), many=True)
    value = type_of(node.arguments[0], model, models)
    return ValueType(Kind.INTEGER, nullable=value.nullable)


def _aggregate(node: Aggregate, model: str, models: Models) -> ValueType:
    target = relation_of(models, model, node.relation).target
    if node.value is None:
        return INTEGER
    value = type_of(node.value, target, models)
    match node.function:
        case "sum":
            return replace(_exact(value), nullable=False)
        case "avg":
            return ValueType(Kind.DECIMAL)
        case _:
            return replace(value, nullable=True)
