"""PostgreSQL's NUMERIC arithmetic on Decimal: the same digits, to the last place.

PostgreSQL has no -0, so no result is one: `CONTEXT.plus` makes it 0.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MIN_EMIN, ROUND_HALF_UP, Context, Decimal
from typing import Final

from graphql_erp.expressions.types import decimal_places

_SIGNIFICANT: Final = 16
_BASE_DIGITS: Final = 4
_MOST_PLACES: Final = 1_000
_FLOAT_DIGITS: Final = 15

CONTEXT: Final = Context(prec=4_000, rounding=ROUND_HALF_UP, Emax=MAX_EMAX, Emin=MIN_EMIN)


def number_of(value: object) -> Decimal:
    """Return a number as NUMERIC; a float counts with 15 significant digits, as in PostgreSQL.

    Raises:
        TypeError: The value is no number.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        plain = format(Decimal(format(value, f".{_FLOAT_DIGITS}g")), "f")
        return CONTEXT.plus(Decimal(plain))
    raise TypeError(f"A {type(value).__name__} is not a number.")


def round_half_away(value: Decimal, places: int) -> Decimal:
    """Return a number with so many places after the point; negative places give tens."""
    rounded = value.quantize(Decimal(1).scaleb(-places), context=CONTEXT)
    if places < 0:
        rounded = rounded.quantize(Decimal(1), context=CONTEXT)
    return CONTEXT.plus(rounded)


def divide(left: Decimal, right: Decimal) -> Decimal | None:
    """Return the quotient with as many places as PostgreSQL gives it; by zero null."""
    if not right:
        return None
    places = _quotient_places(left, right)
    # Half away from zero must see the exact quotient, so digits are cut by whole numbers.
    shift = Decimal(1).scaleb(places)
    whole, rest = CONTEXT.divmod(CONTEXT.multiply(left.copy_abs(), shift), right.copy_abs())
    if CONTEXT.multiply(rest, Decimal(2)) >= right.copy_abs():
        whole = CONTEXT.add(whole, Decimal(1))
    quotient = whole.scaleb(-places, context=CONTEXT)
    return CONTEXT.minus(quotient) if left.is_signed() != right.is_signed() else quotient


def remainder(left: Decimal, right: Decimal) -> Decimal | None:
    """Return what is left of a division, with the sign of the dividend; by zero null."""
    return CONTEXT.plus(CONTEXT.remainder(left, right)) if right else None


def _quotient_places(left: Decimal, right: Decimal) -> int:
    """Choose the scale as PostgreSQL's `select_div_scale` does."""
    left_weight, left_digit = _head(left)
    right_weight, right_digit = _head(right)
    weight = left_weight - right_weight - (left_digit <= right_digit)
    places = _SIGNIFICANT - weight * _BASE_DIGITS
    least = max(decimal_places(left), decimal_places(right), 0)
    return min(max(places, least), _MOST_PLACES)


def _head(value: Decimal) -> tuple[int, int]:
    """Return weight and value of the first digit to the base 10 000."""
    if not value:
        return 0, 0
    weight = value.adjusted() // _BASE_DIGITS
    return weight, int(value.copy_abs().scaleb(-weight * _BASE_DIGITS, context=CONTEXT))
