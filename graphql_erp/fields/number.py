"""Integer, BigInteger, Float, Decimal."""

import decimal
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.fields.base import EQUALITY, ORDERING, FieldType, InvalidValue
from graphql_erp.fields.parse import (
    BIG_INTEGER_RANGE,
    INTEGER_RANGE,
    parse_decimal,
    parse_float,
    parse_integer,
    round_decimal,
)

MAX_DIGITS = 100
SUM_DIGITS = 38
AVERAGE_PLACES = 4
"""Decimal places an average has more than the values it is made of."""


@dataclass(frozen=True, kw_only=True)
class Integer(FieldType):
    """A whole number of 32 bits.

    Example:
        sequence: {type: Integer, default: 10}
    """

    name = "Integer"
    kind = Kind.INTEGER
    graphql_type = "Int"
    lookups = EQUALITY | ORDERING
    is_summable = True

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return INTEGER."""
        return sa.Integer()

    def clean(self, value: Any) -> int:
        """Return the number when 32 bits hold it."""
        return parse_integer(value, INTEGER_RANGE)

    def fit(self, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the value as an integer of the database."""
        return sa.cast(expression, self.column_type())

    def sum_type(self) -> FieldType:
        """Return BigInteger: 32 bits are soon too few for a sum."""
        return BigInteger()

    def average_type(self) -> FieldType:
        """Return Decimal with four places."""
        return Decimal(digits=(SUM_DIGITS, AVERAGE_PLACES))


@dataclass(frozen=True, kw_only=True)
class BigInteger(Integer):
    """A whole number of 64 bits, a string in GraphQL because JSON numbers lose digits.

    Example:
        counter: BigInteger
    """

    name = "BigInteger"
    graphql_type = "BigInt"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BIGINT."""
        return sa.BigInteger()

    def clean(self, value: Any) -> int:
        """Return the number when 64 bits hold it."""
        return parse_integer(value, BIG_INTEGER_RANGE)

    def fit(self, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the value unchanged: a sum may be beyond 64 bits."""
        return expression

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the number as text."""
        return sa.cast(column, sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return the number as text."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class Float(FieldType):
    """A floating point number; for measurements, never for money or quantities.

    Example:
        latitude: Float
    """

    name = "Float"
    kind = Kind.FLOAT
    graphql_type = "Float"
    lookups = EQUALITY | ORDERING
    is_summable = True

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return DOUBLE PRECISION."""
        return sa.Double()

    def clean(self, value: Any) -> float:
        """Return the number when it is finite."""
        return parse_float(value)

    def sum_type(self) -> FieldType:
        """Return Float."""
        return Float()

    def average_type(self) -> FieldType:
        """Return Float."""
        return Float()


@dataclass(frozen=True, kw_only=True)
class Decimal(FieldType):
    """An exact number with a fixed count of decimal places.

    Example:
        price: {type: Decimal, digits: [16, 2], default: 0}
    """

    name = "Decimal"
    kind = Kind.DECIMAL
    graphql_type = "Decimal"
    lookups = EQUALITY | ORDERING
    is_summable = True

    digits: tuple[int, int] = (16, 2)
    """Total digits and decimal places, as in NUMERIC(16, 2)."""

    def faults(self) -> tuple[str, ...]:
        """Return a sentence when the digits make no sense."""
        precision, scale = self.digits
        if not (1 <= precision <= MAX_DIGITS and 0 <= scale <= precision):
            return (
                f"`digits` are the total, 1 to {MAX_DIGITS}, and the decimal places within it.",
            )
        return ()

    def value_type(self) -> ValueType:
        """Return a decimal of the declared scale."""
        return ValueType(self.kind, nullable=not self.required, scale=self.digits[1])

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return NUMERIC of the declared digits."""
        return sa.Numeric(*self.digits)

    def clean(self, value: Any) -> decimal.Decimal:
        """Return the number rounded to the declared places, halves away from zero."""
        precision, scale = self.digits
        number = round_decimal(parse_decimal(value), scale)
        if number.adjusted() >= precision - scale and number:
            raise InvalidValue(
                f"must have at most {precision - scale} digits before the decimal point."
            )
        return number

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the number as text; a column of the declared type has exactly its places."""
        return sa.cast(column, sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return the number as text with the declared places."""
        return format(round_decimal(value, self.digits[1]), "f")

    def fit(self, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the value rounded to the declared places."""
        return sa.func.round(expression, sa.literal_column(str(self.digits[1])))

    def sum_type(self) -> FieldType:
        """Return Decimal of the same scale."""
        return Decimal(digits=(max(SUM_DIGITS, self.digits[0]), self.digits[1]))

    def average_type(self) -> FieldType:
        """Return Decimal with four places more."""
        scale = self.digits[1] + AVERAGE_PLACES
        return Decimal(digits=(max(SUM_DIGITS, self.digits[0]) + AVERAGE_PLACES, scale))
