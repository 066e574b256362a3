"""Numbering: how a sequence makes the values of a Char field."""

from dataclasses import dataclass
from typing import Literal

from graphql_erp.declarations.text import Text

_NO_TEXT = Text()


@dataclass(frozen=True, kw_only=True)
class Numbering:
    """What `sequence:` of a Char field says; `{}` counts 1, 2, 3."""

    prefix: str = ""
    """Text before the number; `{year}` and `{month}` stand for those of the period."""
    padding: int = 1
    """Least digits of the number; zeros fill up."""
    per: tuple[Literal["company", "year", "month"], ...] = ()
    """What has a count of its own that begins at 1: each company, year or month."""
    gapless: bool = False
    """Whether no number may be missing; then who writes waits for the one who numbered before."""
    date: Text = _NO_TEXT
    """Date or Datetime field that decides the period; default: the day on which it is numbered."""
    when: Text = _NO_TEXT
    """A Q expression over own columns; a record is numbered once it holds, by default at once."""

    @property
    def is_per_company(self) -> bool:
        """Whether each company has a count of its own."""
        return "company" in self.per

    @property
    def period(self) -> Literal["", "year", "month"]:
        """What has a count of its own; a month is always that of a year."""
        if "month" in self.per:
            return "month"
        return "year" if "year" in self.per else ""
