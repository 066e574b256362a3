"""Strict readings of texts, numbers and dates: one rule for every way in."""

import datetime as dt
import decimal
import re
import unicodedata
from functools import lru_cache
from typing import Any

from graphql_erp.fields.base import InvalidValue

MAX_NUMBER_LENGTH = 140
"""Characters of the longest number read; beyond it nothing is converted."""
INTEGER_RANGE = (-(2**31), 2**31 - 1)
BIG_INTEGER_RANGE = (-(2**63), 2**63 - 1)

_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_FLOAT = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_TIME = re.compile(_CLOCK)
_DATETIME = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})[Tt ]({_CLOCK})(.*)")
_OFFSET = re.compile(r"[Zz]|[+-](?:0[0-9]|1[0-4]):[0-5][0-9]")
_FIRST = dt.datetime.min.replace(tzinfo=dt.UTC)
_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)
_EXACT = decimal.Context(prec=2 * MAX_NUMBER_LENGTH, rounding=decimal.ROUND_HALF_UP)
_PLAIN = 30
"""Calculated numbers of this size are taken as they are: to look at their digits takes longer."""


def parse_text(value: Any) -> str:
    """Return a text in Unicode's composed form.

    Raises:
        InvalidValue: It is no text, or holds characters PostgreSQL cannot store.
    """
    if not isinstance(value, str):
        raise InvalidValue("must be text; a number or a word like `true` is written in quotes.")
    if value.isascii():
        if "\0" in value:
            raise InvalidValue("must not contain the NUL character.")
        return value
    if "\0" in value:
        raise InvalidValue("must not contain the NUL character.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise InvalidValue("must not contain half of a surrogate pair.")
    return unicodedata.normalize("NFC", value)


def parse_integer(value: Any, bounds: tuple[int, int]) -> int:
    """Return a whole number within bounds.

    Raises:
        InvalidValue: It is no whole number, or outside.
    """
    low, high = bounds
    number = _whole(value)
    if number is None:
        raise InvalidValue("must be a whole number such as 12 or -3.")
    if not low <= number <= high:
        raise InvalidValue(f"must be between {low} and {high}.")
    return number


def _whole(value: Any) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        _refuse_length(value)
        return int(value) if _INTEGER.fullmatch(value) else None
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    if isinstance(value, decimal.Decimal) and value.is_finite():
        _refuse_size(value)
        return int(value) if value == value.to_integral_value(context=_EXACT) else None
    return None


def parse_decimal(value: Any) -> decimal.Decimal:
    """Return an exact number, never negative zero.

    Raises:
        InvalidValue: It is no number, not finite, written with an exponent, too long or a float.
    """
    if type(value) is decimal.Decimal and value.is_finite() and abs(value.adjusted()) < _PLAIN:
        return value or value.copy_abs()
    if isinstance(value, str):
        # No longer than a number may be, and without exponent: neither are its parts.
        number = _exact(value)
        return number or number.copy_abs()
    if isinstance(value, float):
        raise InvalidValue('must be exact: write it as text, such as "12.50".')
    if isinstance(value, bool) or not isinstance(value, int | decimal.Decimal):
        raise InvalidValue('must be a number, such as "12.50".')
    number = _exact(value)
    if not number.is_finite():
        raise InvalidValue("must be a finite number.")
    _refuse_size(number)
    return number or number.copy_abs()


def _exact(value: int | str | decimal.Decimal) -> decimal.Decimal:
    if isinstance(value, str):
        _refuse_length(value)
        if not _DECIMAL.fullmatch(value):
            raise InvalidValue(
                'must be a number such as "12.50", without exponent, NaN or Infinity.'
            )
    if isinstance(value, int) and value.bit_length() > 3 * MAX_NUMBER_LENGTH:
        raise InvalidValue(f"must not be longer than {MAX_NUMBER_LENGTH} characters.")
    return decimal.Decimal(value)


def round_decimal(value: decimal.Decimal, scale: int) -> decimal.Decimal:
    """Return a number with exactly so many places, halves away from zero."""
    rounded = value.quantize(_step(scale), context=_EXACT)
    return rounded or rounded.copy_abs()


@lru_cache(maxsize=256)
def _step(scale: int) -> decimal.Decimal:
    return decimal.Decimal(1).scaleb(-scale)


def _refuse_length(text: str) -> None:
    if len(text) > MAX_NUMBER_LENGTH:
        raise InvalidValue(f"must not be longer than {MAX_NUMBER_LENGTH} characters.")


def _refuse_size(value: decimal.Decimal) -> None:
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) else 0
    if max(value.adjusted(), places, len(value.as_tuple().digits)) > MAX_NUMBER_LENGTH:
        raise InvalidValue(f"must not be longer than {MAX_NUMBER_LENGTH} characters.")


def parse_float(value: Any) -> float:
    """Return a finite floating point number, never negative zero.

    Raises:
        InvalidValue: It is no number, or not finite.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str | decimal.Decimal):
        raise InvalidValue("must be a number such as 1.5.")
    if isinstance(value, str):
        _refuse_length(value)
        if not _FLOAT.fullmatch(value):
            raise InvalidValue("must be a number such as 1.5, not NaN or Infinity.")
    try:
        number = float(value)
    except (OverflowError, ValueError):
        number = float("inf")
    if number - number != 0:
        raise InvalidValue("must be a finite number of at most about 308 digits.")
    return number or 0.0


def parse_boolean(value: Any) -> bool:
    """Return true or false.

    Raises:
        InvalidValue: It is neither.
    """
    if isinstance(value, bool):
        return value
    if value in {"true", "false"}:
        return bool(value == "true")
    raise InvalidValue("must be true or false.")


def parse_date(value: Any) -> dt.date:
    """Return a day of the years 1 to 9999.

    Raises:
        InvalidValue: It is no day, or not written as YYYY-MM-DD.
    """
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value
    if isinstance(value, str) and _DATE.fullmatch(value):
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            raise InvalidValue("is no day of the calendar.") from None
    raise InvalidValue("must be a date written as YYYY-MM-DD.")


def parse_time(value: Any) -> dt.time:
    """Return a time of day without a time zone.

    Raises:
        InvalidValue: It is no time, or not written as HH:MM, HH:MM:SS or HH:MM:SS.ffffff.
    """
    if isinstance(value, dt.time) and value.tzinfo is None:
        return value.replace(fold=0)
    if isinstance(value, str) and _TIME.fullmatch(value):
        return _clock(value)
    raise InvalidValue("must be a time written as HH:MM:SS, without a time zone.")


def parse_datetime(value: Any) -> dt.datetime:
    """Return a moment in UTC.

    Raises:
        InvalidValue: It is no moment, or its offset from UTC is not said.
    """
    if isinstance(value, str):
        value = _moment(value)
    if not isinstance(value, dt.datetime):
        raise InvalidValue("must be a moment written as YYYY-MM-DDTHH:MM:SSZ.")
    if value.utcoffset() is None:
        raise InvalidValue("must say its offset from UTC, as in 2026-01-31T12:00:00Z or ...+02:00.")
    try:
        moment = value.astimezone(dt.UTC)
    except OverflowError:
        raise InvalidValue("must lie within the years 1 to 9999 in UTC.") from None
    # The driver takes the very first and the very last moment of Python for infinity.
    if moment in {_FIRST, _LAST}:
        raise InvalidValue("must lie within the years 1 to 9999 in UTC, their ends excluded.")
    return moment


def _moment(text: str) -> dt.datetime:
    match = _DATETIME.fullmatch(text)
    if match is None:
        raise InvalidValue("must be a moment written as YYYY-MM-DDTHH:MM:SSZ.")
    day, clock, offset = match.groups()
    moment = dt.datetime.combine(parse_date(day), _clock(clock))
    if not offset:
        return moment
    if not _OFFSET.fullmatch(offset):
        raise InvalidValue(
            "must end in Z or an offset such as +02:00, after at most six digits of a second."
        )
    if offset in {"Z", "z"}:
        return moment.replace(tzinfo=dt.UTC)
    hours, minutes = offset[1:].split(":")
    shift = dt.timedelta(hours=int(hours), minutes=int(minutes))
    return moment.replace(tzinfo=dt.timezone(-shift if offset[0] == "-" else shift))


def _clock(text: str) -> dt.time:
    main, _, fraction = text.partition(".")
    hour, minute, *second = (int(part) for part in main.split(":"))
    microsecond = int(fraction.ljust(6, "0")) if fraction else 0
    return dt.time(hour, minute, second[0] if second else 0, microsecond)
