"""PostgreSQL's dates and moments in Python: months, wall clocks, parts."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def wall(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return a moment as the clocks of a zone show it."""
    return moment.astimezone(zone).replace(tzinfo=None)


def moment_of(clock: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment at which the clocks of a zone show a time.

    A time that was skipped is taken before the jump, one that comes twice is taken the second
    time, as PostgreSQL does.
    """
    first, second = clock.replace(tzinfo=zone, fold=0), clock.replace(tzinfo=zone, fold=1)
    before, after = first.utcoffset(), second.utcoffset()
    comes_twice = before is not None and after is not None and before > after
    return (second if comes_twice else first).astimezone(UTC)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the moment at which a day begins in a zone."""
    return moment_of(datetime.combine(day, time()), zone)


def moved(clock: date, unit: str, amount: int) -> date | None:
    """Return a date or wall-clock time moved by days, months or years; null beyond the calendar."""
    try:
        if unit == "days":
            return clock + timedelta(days=amount)
        months = amount * 12 if unit == "years" else amount
        year, month = divmod(clock.year * 12 + clock.month - 1 + months, 12)
        last = monthrange(year, month + 1)[1]
        return clock.replace(year=year, month=month + 1, day=min(clock.day, last))
    except (ValueError, OverflowError):
        return None


def start_of(unit: str, day: date) -> date:
    """Return the first day of the day, week, month, quarter or year."""
    match unit:
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    return day


def part_of(part: str, day: date) -> int:
    """Return year, quarter, month, ISO week or day of the month."""
    match part:
        case "year":
            return day.year
        case "quarter":
            return (day.month + 2) // 3
        case "month":
            return day.month
        case "week":
            return day.isocalendar().week
    return day.day
