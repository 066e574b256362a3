"""Constants to the type they are compared with: one rule for literals and run-time values."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Final, TypeVar

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.tree import Kind, Scalar, ValueType
from graphql_erp.naming import constant, did_you_mean

_DIGITS: Final = re.compile(r"-?\d{1,19}", re.ASCII)
_DECIMAL: Final = re.compile(r"-?\d{1,100}(?:\.\d{1,100})?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DATETIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_TIME: Final = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?", re.ASCII)
T = TypeVar("T")

_BIGINT: Final = 2**63
_LONGEST: Final = 300

_EXPECTED: Final[Mapping[Kind, str]] = MappingProxyType(
    {
        Kind.TEXT: 'text in quotes, such as "acme"',
        Kind.INTEGER: "a whole number, such as 5",
        Kind.DECIMAL: "a number, such as 12.50",
        Kind.FLOAT: "a finite number, such as 0.5",
        Kind.BOOLEAN: "True or False",
        Kind.DATE: 'a date, such as "2026-01-31"',
        Kind.DATETIME: 'a date and time with offset, such as "2026-01-31T10:00:00Z"',
        Kind.TIME: 'a time, such as "10:00"',
        Kind.DURATION: "a duration, such as days(3)",
        Kind.JSON: "text in quotes",
        Kind.BINARY: "no constant",
        Kind.RECORD: "the id of a record, such as 5",
    }
)


def coerce_value(value: Scalar | tuple[Scalar, ...], expected: ValueType) -> object:
    """Return a value in the Python type of an operand: text to date, id, exact number, ...

    A list gives a tuple. Text is NFC-normalised; the GraphQL name of a choice gives the choice.

    Raises:
        ExpressionError: The value does not fit.
    """
    if expected.many:
        if not isinstance(value, tuple | list):
            raise ExpressionError(
                f"{shown(value)} is not a list.", hint="Write the values in brackets: [1, 2]."
            )
        return tuple(_coerce_one(item, expected) for item in value)
    if isinstance(value, tuple | list):
        raise ExpressionError(
            "A list stands where one value is expected.", hint='Use the lookup "in".'
        )
    return _coerce_one(value, expected)


def clean_constant(value: Scalar) -> Scalar:
    """Return a constant that needs no type beside it, as PostgreSQL can hold it.

    Raises:
        ExpressionError: It is not finite, too long, or has no time zone.
    """
    match value:
        case None | bool():
            return value
        case str():
            return _text(value)
        case float() if not math.isfinite(value):
            raise ExpressionError(f"{value} is not a finite number.")
        case int() | Decimal() if _decimal(value) is None:
            raise ExpressionError(f"{shown(value)} cannot be part of an expression.")
        case datetime() if _datetime(value) is None:
            raise ExpressionError(f"{value} has no time zone.", hint="Give it tzinfo=UTC.")
    return value


def is_date_text(value: object) -> bool:
    """Tell whether a constant is a date and not a moment."""
    if isinstance(value, str):
        return _DATE.fullmatch(value) is not None
    return isinstance(value, date) and not isinstance(value, datetime)


def shown(value: object) -> str:
    """Return a constant as it is written in messages."""
    if isinstance(value, str):
        text = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
        return f'"{text}"'
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**100:
        return "A whole number of more than 100 digits"
    return str(value)


def _coerce_one(value: Scalar, expected: ValueType) -> object:
    if value is None:
        raise ExpressionError(
            "null cannot be compared with.",
            hint="Use the lookup isnull: Q(field__isnull=True).",
        )
    result = _COERCIONS[expected.kind](value)
    if result is None:
        raise ExpressionError(
            f"{shown(value)} does not fit: {_EXPECTED[expected.kind]} is expected."
        )
    if expected.choices:
        return _choice(str(result), expected.choices)
    return result


def _choice(value: str, choices: tuple[str, ...]) -> str:
    if value in choices:
        return value
    for choice in choices:
        if constant(choice) == value:
            return choice
    raise ExpressionError(
        f"{shown(value)} is not one of the choices.", hint=did_you_mean(value, choices)
    )


def _text(value: Scalar) -> str | None:
    if not isinstance(value, str):
        return None
    if "\0" in value:
        raise ExpressionError("Text cannot hold the character NUL.", hint="Remove it.")
    return unicodedata.normalize("NFC", value)


def _integer(value: Scalar) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = int(value) if _DIGITS.fullmatch(value) else None
    if isinstance(value, Decimal) and value.is_finite() and abs(value) < _BIGINT:
        value = int(value) if value == int(value) else None
    if not isinstance(value, int):
        return None
    if not -_BIGINT <= value < _BIGINT:
        raise ExpressionError(f"{shown(value)} is beyond 64 bits.", hint="Use a smaller number.")
    return value


def _decimal(value: Scalar) -> Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, float):
        value = format(Decimal(repr(value)), "f") if math.isfinite(value) else None
    if isinstance(value, Decimal):
        value = format(value, "f") if value.is_finite() and _is_short(value) else None
    if isinstance(value, int):
        value = str(value) if abs(value) < 10**100 else None
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    return None


def _is_short(value: Decimal) -> bool:
    longest = 100
    exponent = value.as_tuple().exponent
    return (
        isinstance(exponent, int)
        and abs(exponent) <= longest
        and -longest <= value.adjusted() < longest
    )


def _float(value: Scalar) -> float | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    exact = _decimal(value)
    return None if exact is None else float(exact)


def _boolean(value: Scalar) -> bool | None:
    return value if isinstance(value, bool) else None


def _date(value: Scalar) -> date | None:
    if isinstance(value, datetime):
        return None
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        return _parsed(date.fromisoformat, value)
    return None


def _datetime(value: Scalar) -> datetime | None:
    if isinstance(value, str) and _DATETIME.fullmatch(value):
        value = _parsed(datetime.fromisoformat, value.upper())
    if not isinstance(value, datetime) or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None


def _time(value: Scalar) -> time | None:
    if isinstance(value, str) and _TIME.fullmatch(value):
        return _parsed(time.fromisoformat, value)
    return value if isinstance(value, time) and value.tzinfo is None else None


def _parsed(parse: Callable[[str], T], text: str) -> T | None:
    try:
        return parse(text)
    except ValueError:
        return None


def _never(_value: Scalar) -> None:
    return None


_COERCIONS: Final[Mapping[Kind, Callable[[Scalar], object]]] = MappingProxyType(
    {
        Kind.TEXT: _text,
        Kind.INTEGER: _integer,
        Kind.DECIMAL: _decimal,
        Kind.FLOAT: _float,
        Kind.BOOLEAN: _boolean,
        Kind.DATE: _date,
        Kind.DATETIME: _datetime,
        Kind.TIME: _time,
        Kind.DURATION: _never,
        Kind.JSON: _text,
        Kind.BINARY: _never,
        Kind.RECORD: _integer,
    }
)
