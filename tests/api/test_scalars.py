"""What clients may write for each scalar of our own, and what it is read as."""

import datetime as dt
import decimal
from typing import Any

import pytest
from graphql import GraphQLError, parse_value
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.api.scalars import GRAPHQL_SCALARS
from graphql_erp.fields.parse import MAX_NUMBER_LENGTH

D = decimal.Decimal
SCALARS = GRAPHQL_SCALARS


def from_variable(name: str, value: Any) -> Any:
    return SCALARS[name].coerce_input_value(value)


def from_literal(name: str, text: str) -> Any:
    read = SCALARS[name].coerce_input_literal
    assert read is not None
    return read(parse_value(text))


READ_VARIABLES = [
    ("Decimal", "12.50", D("12.50")),
    ("Decimal", "-0.001", D("-0.001")),
    ("Decimal", 12, D(12)),
    ("Decimal", -3, D(-3)),
    ("Decimal", "-0", D(0)),
    ("BigInt", "9223372036854775807", 2**63 - 1),
    ("BigInt", "-9223372036854775808", -(2**63)),
    ("BigInt", 7, 7),
    ("Date", "2026-02-28", dt.date(2026, 2, 28)),
    ("Date", "0001-01-01", dt.date(1, 1, 1)),
    ("Time", "08:30", dt.time(8, 30)),
    ("Time", "23:59:59.999999", dt.time(23, 59, 59, 999_999)),
    ("DateTime", "2026-01-31T12:00:00Z", dt.datetime(2026, 1, 31, 12, tzinfo=dt.UTC)),
    ("DateTime", "2026-01-31T12:00:00+02:00", dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)),
    ("JSON", {"a": [1, 2.5, "x", None, True]}, {"a": [1, 2.5, "x", None, True]}),
    ("QExpr", "Q(active=True)", "Q(active=True)"),
]


@pytest.mark.parametrize(("name", "written", "value"), READ_VARIABLES)
def test_variable_is_read_as_its_python_value(name: str, written: Any, value: Any) -> None:
    read = from_variable(name, written)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("Decimal", '"12.50"', D("12.50")),
        ("Decimal", "12", D(12)),
        ("BigInt", "9223372036854775807", 2**63 - 1),
        ("BigInt", '"-1"', -1),
        ("Date", '"2026-02-28"', dt.date(2026, 2, 28)),
        ("Time", '"08:30:15"', dt.time(8, 30, 15)),
        ("DateTime", '"2026-01-31T00:00:00-01:00"', dt.datetime(2026, 1, 31, 1, tzinfo=dt.UTC)),
        (
            "JSON",
            '{a: [1, 2.5, "x", null, true], b: {}}',
            {"a": [1, 2.5, "x", None, True], "b": {}},
        ),
        ("QExpr", '"Q(a=1)"', "Q(a=1)"),
    ],
)
def test_literal_is_read_as_its_python_value(name: str, text: str, value: Any) -> None:
    read = from_literal(name, text)

    assert read == value
    assert type(read) is type(value)


FULL_WIDTH = "\N{FULLWIDTH DIGIT ONE}"
REFUSED_VARIABLES = [
    *(("Decimal", text) for text in ("NaN", "Infinity", "-Infinity", "sNaN", "inf")),
    *(("Decimal", text) for text in ("1e5", "1E999999", "", " 1", "1 ", "+1", ".5", "1.", "1_000")),
    ("Decimal", FULL_WIDTH + "2"),
    ("Decimal", "\N{ARABIC-INDIC DIGIT ONE}"),
    ("Decimal", "1\0"),
    ("Decimal", "1\n"),
    ("Decimal", "9" * (MAX_NUMBER_LENGTH + 1)),
    ("Decimal", 10 ** (MAX_NUMBER_LENGTH * 2)),
    ("Decimal", 1.0),
    ("Decimal", float("nan")),
    ("Decimal", True),
    ("Decimal", ["1"]),
    ("Decimal", {"a": 1}),
    ("BigInt", "9223372036854775808"),
    ("BigInt", "-9223372036854775809"),
    ("BigInt", "1.0"),
    ("BigInt", 1.0),
    ("BigInt", FULL_WIDTH),
    ("BigInt", "9" * 10_000),
    ("BigInt", False),
    ("Date", "2026-02-30"),
    ("Date", "2026-2-3"),
    ("Date", FULL_WIDTH + "026-01-01"),
    ("Date", "2026-01-01T00:00:00Z"),
    ("Date", 20260101),
    ("Time", "24:00"),
    ("Time", "8:30"),
    ("Time", "08:30Z"),
    ("Time", 830),
    ("DateTime", "2026-01-31T12:00:00"),
    ("DateTime", "2026-01-31"),
    ("DateTime", "2026-01-31T12:00:00+25:00"),
    ("DateTime", "0001-01-01T00:00:00+14:00"),
    ("DateTime", 0),
    ("JSON", {"a": float("inf")}),
    ("JSON", {"a": "\0"}),
    ("JSON", {"a": "\ud800"}),
    ("QExpr", "Q(a='\0')"),
    ("QExpr", "Q(a='\ud800')"),
    ("QExpr", {"a": 1}),
]


@pytest.mark.parametrize(("name", "written"), REFUSED_VARIABLES)
def test_variable_that_does_not_fit_is_refused(name: str, written: Any) -> None:
    with pytest.raises(GraphQLError) as caught:
        from_variable(name, written)

    assert caught.value.message.startswith((f"{name} must ", "Date is no day of the calendar."))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Decimal", "1.5"),
        ("Decimal", "1e5"),
        ("Decimal", "true"),
        ("Decimal", "ONE"),
        ("Decimal", '["1"]'),
        ("Decimal", "9" * 10_000),
        ("BigInt", "1.0"),
        ("BigInt", "9" * 10_000),
        ("Date", "20260101"),
        ("Date", "TODAY"),
        ("Time", "8"),
        ("DateTime", "0"),
        ("JSON", "{a: 1" + "0" * 10_000 + "}"),
        ("JSON", "[" * 100 + "]" * 100),
        ("QExpr", "ACTIVE"),
        ("QExpr", "1"),
    ],
)
def test_literal_that_does_not_fit_is_refused(name: str, text: str) -> None:
    with pytest.raises(GraphQLError) as caught:
        from_literal(name, text)

    assert caught.value.message.startswith(f"{name} must ")


def test_refusal_says_what_to_write() -> None:
    with pytest.raises(GraphQLError) as caught:
        from_variable("Decimal", 1.5)

    assert caught.value.message == ('Decimal must be exact: write it as text, such as "12.50".')


@pytest.mark.parametrize(
    ("name", "value", "written"),
    [
        ("Decimal", D("0E-7"), "0.0000000"),
        ("Decimal", D("1E+3"), "1000"),
        ("BigInt", 2**63 - 1, "9223372036854775807"),
        ("Date", dt.date(2026, 1, 2), "2026-01-02"),
        ("Time", dt.time(8, 30), "08:30:00.000000"),
        (
            "DateTime",
            dt.datetime(2026, 1, 31, 12, tzinfo=dt.timezone(dt.timedelta(hours=2))),
            "2026-01-31T10:00:00.000000Z",
        ),
        ("JSON", {"a": 1}, {"a": 1}),
    ],
)
def test_value_is_written_in_one_form(name: str, value: Any, written: Any) -> None:
    assert SCALARS[name].coerce_output_value(value) == written


def read_back(name: str, value: Any) -> Any:
    """Return what is read of a value's written form, which must not depend on the way in."""
    written = SCALARS[name].coerce_output_value(value)
    read = from_variable(name, written)
    assert from_literal(name, f'"{written}"') == read
    return read


@given(st.decimals(min_value=-(D(10) ** 20), max_value=D(10) ** 20, places=6))
def test_decimal_written_is_read_back(value: decimal.Decimal) -> None:
    assert read_back("Decimal", value) == value


@given(st.integers(-(2**63), 2**63 - 1))
def test_big_int_written_is_read_back(value: int) -> None:
    assert read_back("BigInt", value) == value


@given(
    st.datetimes(
        min_value=dt.datetime(2, 1, 1),  # noqa: DTZ001 - hypothesis wants naive bounds
        max_value=dt.datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.timezones(),
    )
)
def test_moment_written_is_read_back(value: dt.datetime) -> None:
    # Python calls moments in a zone's gap or fold unequal to the same moments in UTC.
    assert read_back("DateTime", value) == value.astimezone(dt.UTC)
    assert read_back("Date", value.date()) == value.date()
    assert read_back("Time", value.time()) == value.time().replace(fold=0)


@given(st.text())
def test_any_text_is_a_decimal_or_a_graphql_error(text: str) -> None:
    try:
        value = from_variable("Decimal", text)
    except GraphQLError:
        return
    assert value.is_finite()
    assert text.isascii()
