import datetime as dt
import decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphql_erp.fields.base import InvalidValue
from graphql_erp.fields.parse import (
    BIG_INTEGER_RANGE,
    INTEGER_RANGE,
    parse_boolean,
    parse_date,
    parse_datetime,
    parse_decimal,
    parse_float,
    parse_integer,
    parse_text,
    parse_time,
    round_decimal,
)

UTC = dt.UTC
D = decimal.Decimal


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("", ""),
        ("abc", "abc"),
        ("e\u0301", "\u00e9"),
        ("\U0001f600", "\U0001f600"),
        (" a\n", " a\n"),
    ],
)
def test_text_is_composed(value: str, parsed: str) -> None:
    assert parse_text(value) == parsed


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0b", "must not contain the NUL character."),
        ("é\0", "must not contain the NUL character."),
        ("\ud83d", "must not contain half of a surrogate pair."),
        (5, "must be text; a number or a word like `true` is written in quotes."),
        (None, "must be text; a number or a word like `true` is written in quotes."),
    ],
)
def test_text_refuses(value: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as error:
        parse_text(value)

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        (5, 5),
        ("-12", -12),
        ("007", 7),
        (5.0, 5),
        (D("5.00"), 5),
        (2**31 - 1, 2147483647),
        (str(-(2**31)), -2147483648),
    ],
)
def test_integer(value: Any, parsed: int) -> None:
    result = parse_integer(value, INTEGER_RANGE)

    assert (result, type(result)) == (parsed, int)


@pytest.mark.parametrize(
    "value",
    [
        True,
        "1.0",
        "1e3",
        " 1",
        "1 ",
        "+1",
        "",
        "\u0663",
        "1_000",
        1.5,
        D("1.5"),
        D("NaN"),
        None,
        [1],
    ],
)
def test_integer_refuses_what_is_no_whole_number(value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"^must be a whole number such as 12 or -3\.$"):
        parse_integer(value, INTEGER_RANGE)


@pytest.mark.parametrize(
    ("value", "bounds"),
    [
        (2**31, INTEGER_RANGE),
        ("-2147483649", INTEGER_RANGE),
        (2**63, BIG_INTEGER_RANGE),
        (1e300, BIG_INTEGER_RANGE),
        (D("1e100"), BIG_INTEGER_RANGE),
    ],
)
def test_integer_refuses_what_is_outside(value: Any, bounds: tuple[int, int]) -> None:
    with pytest.raises(InvalidValue) as error:
        parse_integer(value, bounds)

    assert str(error.value) == f"must be between {bounds[0]} and {bounds[1]}."


@pytest.mark.parametrize("value", ["9" * 141, D("1e1000000"), D("1e-1000000")])
def test_long_numbers_are_refused_before_they_are_converted(value: Any) -> None:
    for parse in (parse_decimal, lambda item: parse_integer(item, INTEGER_RANGE)):
        with pytest.raises(InvalidValue, match=r"^must not be longer than 140 characters\.$"):
            parse(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1.50", "1.50"),
        ("-0", "0"),
        ("-0.00", "0.00"),
        (D("-0"), "0"),
        (D("0E-7"), "0E-7"),
        (7, "7"),
        (D("1E+2"), "1E+2"),
        (10**100, "1" + "0" * 100),
    ],
)
def test_decimal(value: Any, text: str) -> None:
    assert str(parse_decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (1.5, 'must be exact: write it as text, such as "12.50".'),
        (True, 'must be a number, such as "12.50".'),
        (None, 'must be a number, such as "12.50".'),
        ("1e5", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        ("NaN", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        ("-Infinity", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        ("1,5", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        (".5", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        ("\u0661.5", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        ("1.5\n", 'must be a number such as "12.50", without exponent, NaN or Infinity.'),
        (D("sNaN"), "must be a finite number."),
        (D("Infinity"), "must be a finite number."),
        (10**200, "must not be longer than 140 characters."),
    ],
)
def test_decimal_refuses(value: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as error:
        parse_decimal(value)

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "scale", "rounded"),
    [
        ("1.005", 2, "1.01"),
        ("-1.005", 2, "-1.01"),
        ("2", 2, "2.00"),
        ("-0.004", 2, "0.00"),
        ("0.5", 0, "1"),
        ("9" * 100 + ".5", 0, "1" + "0" * 100),
    ],
)
def test_rounding_is_half_away_from_zero(value: str, scale: int, rounded: str) -> None:
    assert str(round_decimal(D(value), scale)) == rounded


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6), st.integers(0, 6))
def test_rounding_moves_a_number_by_half_a_step_at_most(value: D, scale: int) -> None:
    step = D(1).scaleb(-scale)

    assert abs(round_decimal(value, scale) - value) * 2 <= step


@pytest.mark.parametrize(
    ("value", "parsed"), [("1.5", 1.5), ("1e-7", 1e-7), (-0.0, 0.0), (3, 3.0), ("-2.5E+3", -2500.0)]
)
def test_float(value: Any, parsed: float) -> None:
    assert str(parse_float(value)) == str(parsed)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, "1e999", D("NaN")])
def test_float_refuses_what_is_not_finite(value: Any) -> None:
    with pytest.raises(InvalidValue, match="must be a finite number"):
        parse_float(value)


@pytest.mark.parametrize("value", ["nan", "inf", "0x10", "1_0", "1e9999", True, None])
def test_float_refuses_other_spellings(value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"must be a number such as 1\.5"):
        parse_float(value)


@pytest.mark.parametrize(
    ("value", "parsed"), [(True, True), (False, False), ("true", True), ("false", False)]
)
def test_boolean(value: Any, parsed: object) -> None:
    assert parse_boolean(value) is parsed


@pytest.mark.parametrize("value", [1, 0, "yes", "True", "", None])
def test_boolean_refuses(value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"^must be true or false\.$"):
        parse_boolean(value)


@pytest.mark.parametrize("value", ["0001-01-01", "2024-02-29", "9999-12-31"])
def test_date(value: str) -> None:
    assert parse_date(value).isoformat() == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2026-02-30", "is no day of the calendar."),
        ("0000-01-01", "is no day of the calendar."),
        ("20260101", "must be a date written as YYYY-MM-DD."),
        ("2026-1-1", "must be a date written as YYYY-MM-DD."),
        ("-0044-03-15", "must be a date written as YYYY-MM-DD."),
        ("10000-01-01", "must be a date written as YYYY-MM-DD."),
        ("today", "must be a date written as YYYY-MM-DD."),
        (dt.datetime(2026, 1, 1, tzinfo=UTC), "must be a date written as YYYY-MM-DD."),
        (20260101, "must be a date written as YYYY-MM-DD."),
    ],
)
def test_date_refuses(value: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as error:
        parse_date(value)

    assert str(error.value) == message


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("08:30", dt.time(8, 30)),
        ("23:59:59", dt.time(23, 59, 59)),
        ("00:00:00.5", dt.time(0, 0, 0, 500000)),
        ("00:00:00.000001", dt.time(0, 0, 0, 1)),
        (dt.time(1, 2), dt.time(1, 2)),
    ],
)
def test_time(value: Any, parsed: dt.time) -> None:
    assert parse_time(value) == parsed


@pytest.mark.parametrize(
    "value",
    ["24:00", "8:30", "08:60", "08:30:60", "08:30Z", "1.5", 830, dt.time(1, tzinfo=UTC)],
)
def test_time_refuses(value: Any) -> None:
    with pytest.raises(InvalidValue, match=r"^must be a time written as HH:MM:SS"):
        parse_time(value)


@pytest.mark.parametrize(
    ("value", "parsed"),
    [
        ("2026-01-31T12:00:00Z", dt.datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31t12:00:00z", dt.datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("2026-01-31 12:00+02:00", dt.datetime(2026, 1, 31, 10, tzinfo=UTC)),
        ("2026-01-01T00:30:00.25-05:45", dt.datetime(2026, 1, 1, 6, 15, 0, 250000, tzinfo=UTC)),
    ],
)
def test_datetime_is_given_with_any_offset_and_kept_in_utc(value: str, parsed: dt.datetime) -> None:
    result = parse_datetime(value)

    assert (result, result.tzinfo) == (parsed, UTC)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            "2026-01-31T12:00:00",
            "must say its offset from UTC, as in 2026-01-31T12:00:00Z or ...+02:00.",
        ),
        (
            dt.datetime(2026, 1, 31),  # noqa: DTZ001
            "must say its offset from UTC, as in 2026-01-31T12:00:00Z or ...+02:00.",
        ),
        (
            "2026-01-31T12:00:00.1234567Z",
            "must end in Z or an offset such as +02:00, after at most six digits of a second.",
        ),
        (
            "2026-01-31T12:00:00 UTC",
            "must end in Z or an offset such as +02:00, after at most six digits of a second.",
        ),
        ("2026-01-31", "must be a moment written as YYYY-MM-DDTHH:MM:SSZ."),
        ("2026-13-01T00:00Z", "is no day of the calendar."),
        ("0001-01-01T00:00+14:00", "must lie within the years 1 to 9999 in UTC."),
        (
            "9999-12-31T23:59:59.999999Z",
            "must lie within the years 1 to 9999 in UTC, their ends excluded.",
        ),
        (
            "0001-01-01T00:00:00Z",
            "must lie within the years 1 to 9999 in UTC, their ends excluded.",
        ),
        (dt.date(2026, 1, 1), "must be a moment written as YYYY-MM-DDTHH:MM:SSZ."),
        (5, "must be a moment written as YYYY-MM-DDTHH:MM:SSZ."),
    ],
)
def test_datetime_refuses(value: Any, message: str) -> None:
    with pytest.raises(InvalidValue) as error:
        parse_datetime(value)

    assert str(error.value) == message


@given(st.text())
def test_no_text_breaks_a_reading(text: str) -> None:
    readings = (
        parse_text,
        parse_decimal,
        parse_float,
        parse_date,
        parse_time,
        parse_datetime,
        lambda item: parse_integer(item, INTEGER_RANGE),
    )
    for read in readings:
        try:
            read(text)
        except InvalidValue as error:
            assert str(error).endswith(".")  # noqa: PT017


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_survives_its_text(moment: dt.datetime) -> None:
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        return
    limits = {dt.datetime.min.replace(tzinfo=UTC), dt.datetime.max.replace(tzinfo=UTC)}
    assume(expected not in limits)

    assert parse_datetime(expected.isoformat()) == expected
