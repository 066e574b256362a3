"""Date, Datetime, Time."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import DATE_PARTS, EQUALITY, ORDERING, FieldType
from graphql_erp.fields.parse import parse_date, parse_datetime, parse_time

# Constants of the statement, not parameters: the same text for every page.
_UTC = sa.literal_column("'UTC'", sa.Text())
_MOMENT = sa.literal_column("""'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'""", sa.Text())
_CLOCK = sa.literal_column("'HH24:MI:SS.US'", sa.Text())


@dataclass(frozen=True, kw_only=True)
class Date(FieldType):
    """A day of the calendar, from year 1 to 9999.

    Example:
        due_on: {type: Date, default: today}
    """

    name = "Date"
    kind = Kind.DATE
    graphql_type = "Date"
    lookups = EQUALITY | ORDERING | DATE_PARTS
    named_defaults = frozenset({"today"})

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return DATE."""
        return sa.Date()

    def clean(self, value: Any) -> dt.date:
        """Return the day."""
        return parse_date(value)

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the day itself: in PostgreSQL's JSON it is ISO whatever the session's style."""
        return column

    def to_json_python(self, value: Any) -> Any:
        """Return YYYY-MM-DD."""
        return value.isoformat()


@dataclass(frozen=True, kw_only=True)
class Datetime(FieldType):
    """A moment; kept and answered in UTC, given with any offset.

    Example:
        starts_at: {type: Datetime, required: true, default: now}
    """

    name = "Datetime"
    kind = Kind.DATETIME
    graphql_type = "DateTime"
    lookups = EQUALITY | ORDERING | DATE_PARTS
    named_defaults = frozenset({"now"})

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return TIMESTAMP WITH TIME ZONE."""
        return sa.DateTime(timezone=True)

    def clean(self, value: Any) -> dt.datetime:
        """Return the moment in UTC."""
        return parse_datetime(value)

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return UTC with six digits of the second and Z, whatever the session's time zone."""
        return sa.func.to_char(sa.func.timezone(_UTC, column), _MOMENT, type_=sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return UTC with six digits of the second and Z."""
        moment = value.astimezone(dt.UTC).replace(tzinfo=None)
        return moment.isoformat(timespec="microseconds") + "Z"


@dataclass(frozen=True, kw_only=True)
class Time(FieldType):
    """A time of day, without a time zone.

    Example:
        opens_at: {type: Time, default: "08:30"}
    """

    name = "Time"
    kind = Kind.TIME
    graphql_type = "Time"
    lookups = EQUALITY | ORDERING

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return TIME WITHOUT TIME ZONE."""
        return sa.Time()

    def clean(self, value: Any) -> dt.time:
        """Return the time of day."""
        return parse_time(value)

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return HH:MM:SS with six digits of the second."""
        return sa.func.to_char(column, _CLOCK, type_=sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return HH:MM:SS with six digits of the second."""
        return value.isoformat(timespec="microseconds")
