"""Client values -> values PostgreSQL takes, by type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from graphql_erp.errors import BadUserInput
from graphql_erp.expressions.tree import Kind, ValueType

_MAX_ID = 2**63 - 1
_MAX_ID_DIGITS = 19
_MAX_DECIMAL_CHARACTERS = 1_000
_INTEGER = re.compile(r"-?[0-9]+")
_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


def read_id(value: Any) -> int:
    """Return the database key an id speaks of.

    Raises:
        BadUserInput: It is not a whole number PostgreSQL can hold.
    """
    text = str(value)
    if text.isascii() and text.isdigit() and len(text) <= _MAX_ID_DIGITS:
        number = int(text)
        if number <= _MAX_ID:
            return number
    raise BadUserInput(
        f'"{text[:40]}" is not an id.', hint="Ids are whole numbers, as the API gives them."
    )


def read_text(value: Any) -> str:
    """Return text as PostgreSQL stores it: NFC, no NUL, no lone surrogates.

    Raises:
        BadUserInput: The text cannot be stored or compared.
    """
    text = str(value)
    if text.isascii():
        if "\0" in text:
            raise BadUserInput("Text must not contain NUL.", hint="Remove the character U+0000.")
        return text
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadUserInput(
            "Text contains half of a surrogate pair.", hint="Send well-formed Unicode."
        ) from error
    if "\0" in text:
        raise BadUserInput("Text must not contain NUL.", hint="Remove the character U+0000.")
    return unicodedata.normalize("NFC", text)


def read_offset(value: Any) -> int:
    """Return how many records to skip.

    Raises:
        BadUserInput: It is negative.
    """
    number = int(value or 0)
    if number < 0:
        raise BadUserInput("`offset` must not be negative.", hint="Skip 0 records or more.")
    return number


def _read_integer(value: Any) -> int:
    # An id is compared as a number and travels as text.
    text = str(value)
    number = int(text) if len(text) <= _MAX_ID_DIGITS + 1 and _INTEGER.fullmatch(text) else None
    if number is None or not -_MAX_ID - 1 <= number <= _MAX_ID:
        raise BadUserInput(
            f'"{text[:40]}" is not a whole number of 64 bits.', hint="Write it in digits."
        )
    return number


def _read_decimal(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    text = str(value)
    if len(text) <= _MAX_DECIMAL_CHARACTERS and _DECIMAL.fullmatch(text):
        return Decimal(text)
    raise BadUserInput(f'"{text[:40]}" is not a number.', hint="Write it in digits.")


def _read_date(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _read_datetime(value: Any) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _read_time(value: Any) -> time:
    return value if isinstance(value, time) else time.fromisoformat(value)


def _as_it_is(value: Any) -> Any:
    return value


_READERS: dict[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: read_text,
    Kind.JSON: read_text,
    Kind.RECORD: read_id,
    Kind.INTEGER: _read_integer,
    Kind.DECIMAL: _read_decimal,
    Kind.FLOAT: float,
    Kind.BOOLEAN: bool,
    Kind.DATE: _read_date,
    Kind.DATETIME: _read_datetime,
    Kind.TIME: _read_time,
}

_SQL_TYPES: dict[Kind, sa.types.TypeEngine[Any]] = {
    Kind.TEXT: sa.Text(),
    Kind.JSON: sa.Text(),
    Kind.BINARY: sa.LargeBinary(),
    Kind.RECORD: sa.BigInteger(),
    Kind.INTEGER: sa.BigInteger(),
    Kind.DECIMAL: sa.Numeric(),
    Kind.FLOAT: sa.Double(),
    Kind.BOOLEAN: sa.Boolean(),
    Kind.DATE: sa.Date(),
    Kind.DATETIME: sa.DateTime(timezone=True),
    Kind.TIME: sa.Time(),
    Kind.DURATION: sa.Interval(),
}


def reader(value_type: ValueType) -> Callable[[Any], Any]:
    """Return the function that makes a client's value one that PostgreSQL takes."""
    read = _READERS.get(value_type.kind, _as_it_is)
    if value_type.many:
        return lambda values: [read(value) for value in values]
    return lambda value: None if value is None else read(value)


def sql_type(value_type: ValueType) -> sa.types.TypeEngine[Any]:
    """Return the SQL type of a parameter."""
    element = _SQL_TYPES[value_type.kind]
    return sa.ARRAY(element) if value_type.many else element
