"""The closed list of functions and names an expression may mention."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from graphql_erp.expressions.tree import Kind, ValueType

AGGREGATES: Final = ("sum", "count", "min", "max", "avg")
DURATIONS: Final = ("days", "months", "years")
LONGEST: Final = MappingProxyType({"days": 1_000_000, "months": 36_000, "years": 3_000})
"""Longest durations; beyond them a date is null, because PostgreSQL would raise."""
DATE_PARTS: Final = ("year", "quarter", "month", "week", "day")
UNITS: Final = ("day", "week", "month", "quarter", "year")

MIDNIGHT: Final = "midnight"
"""Start of a date in the actor's time zone: what a date means beside a moment. Never written."""
LIST: Final = "list"
"""A list that holds names, such as `[company, 3]`. Never written as a function."""

FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "case": "The value after the first condition that holds, else the last value.",
        "coalesce": "The first value that is not null.",
        "concat": "Texts joined; a null counts as empty.",
        "round": "A number rounded half away from zero to digits (default 0).",
        "days": "A number of days, to add to a date or moment.",
        "months": "A number of months, to add to a date or moment; ends at the month's last day.",
        "years": "A number of years, to add to a date or moment.",
        "start_of": "First day of the day, week, month, quarter or year of a date (default today).",
        "year": "Year of a date or moment.",
        "quarter": "Quarter of a date or moment, 1 to 4.",
        "month": "Month of a date or moment, 1 to 12.",
        "week": "ISO week of a date or moment, 1 to 53.",
        "day": "Day of the month of a date or moment, 1 to 31.",
        "sum": "Sum over related records; 0 when there are none.",
        "count": "Number of related records.",
        "min": "Least value of related records, null when there are none.",
        "max": "Greatest value of related records, null when there are none.",
        "avg": "Mean of a number over related records, null when there are none.",
    }
)

NAMES: Final[Mapping[str, ValueType]] = MappingProxyType(
    {
        "user": ValueType(Kind.RECORD, model="User"),
        "company": ValueType(Kind.RECORD, model="Company"),
        "companies": ValueType(Kind.RECORD, nullable=False, many=True, model="Company"),
        "today": ValueType(Kind.DATE, nullable=False),
        "now": ValueType(Kind.DATETIME, nullable=False),
    }
)

TIMEZONE: Final = ValueType(Kind.TEXT, nullable=False)
"""Type of `Name("timezone")`, which the SQL form of dates and moments binds."""
