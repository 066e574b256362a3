"""Arithmetic and functions on Python values, with PostgreSQL's results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from graphql_erp.expressions.functions import DURATIONS, LONGEST, MIDNIGHT
from graphql_erp.expressions.moments import midnight, moment_of, moved, part_of, start_of, wall
from graphql_erp.expressions.numeric import (
    CONTEXT,
    divide,
    number_of,
    remainder,
    round_half_away,
)

_OPERATORS: Final[Mapping[str, Callable[[Decimal, Decimal], Decimal | None]]] = {
    "+": CONTEXT.add,
    "-": CONTEXT.subtract,
    "*": CONTEXT.multiply,
    "/": divide,
    "%": remainder,
}

_NUMBER: Final = (int, float, Decimal)


@dataclass(frozen=True, slots=True)
class Duration:
    """`days(3)`, `months(1)`, `years(2)`."""

    unit: str
    amount: int


def arithmetic(operator: str, left: Any, right: Any, zone: ZoneInfo) -> Any:
    """Return `left operator right`; null when a side is."""
    if left is None or right is None:
        return None
    if isinstance(right, Duration):
        amount = right.amount if operator == "+" else -right.amount
        if not isinstance(left, datetime):
            return moved(left, right.unit, amount)
        clock = moved(wall(left, zone), right.unit, amount)
        return moment_of(clock, zone) if isinstance(clock, datetime) else None
    if isinstance(left, date):
        return (left - right).days
    result = _OPERATORS[operator](number_of(left), number_of(right))
    return None if result is None else CONTEXT.plus(result)  # PostgreSQL has no -0


def call(function: str, values: Sequence[Any], zone: ZoneInfo) -> Any:
    """Return a function's value."""
    match function:
        case "coalesce":
            return next((value for value in values if value is not None), None)
        case "concat":
            return "".join(_text(value) for value in values)
        case "start_of":
            unit, moment = values
            return None if moment is None else start_of(unit, _day(moment, zone))
    first = values[0]
    if first is None:
        return None
    if function == "round":
        return round_half_away(number_of(first), values[1])
    if function in DURATIONS:
        amount = int(first)
        return Duration(function, amount) if abs(amount) <= LONGEST[function] else None
    if function == MIDNIGHT:
        return midnight(first, zone)
    return part_of(function, _day(first, zone))


def folded(function: str, values: Sequence[Any]) -> Any:
    """Return `sum min max avg` of values without the nulls."""
    known = [value for value in values if value is not None]
    if function in {"min", "max"}:
        return (min if function == "min" else max)(known, default=None)
    total = Decimal(0)
    for value in known:
        total = CONTEXT.add(total, number_of(value))
    if function == "sum":
        return total
    return divide(total, Decimal(len(known)))


def comparable(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values as PostgreSQL compares them: beside a float all numbers are floats."""
    is_number = isinstance(left, _NUMBER) and isinstance(right, _NUMBER)
    if is_number and (isinstance(left, float) or isinstance(right, float)):
        return float(left), float(right)
    return left, right


def _day(moment: date, zone: ZoneInfo) -> date:
    return wall(moment, zone).date() if isinstance(moment, datetime) else moment


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return format(value, "f")
    return value.isoformat() if isinstance(value, date) else str(value)
