"""SequenceDef: how the records of a model are numbered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graphql_erp.expressions.tree import Condition

Period = Literal["", "year", "month"]
"""What has a count of its own: "" is all time, a month is always that of a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceDef:
    """The sequence of one field, bound."""

    name: str
    """Name of its counters: table and column."""
    prefix: tuple[str, ...]
    """Pieces before the number: texts and, at odd places, year or month."""
    padding: int
    """Least digits of the number."""
    period: Period
    company: str = ""
    """Column of the company when each has a count of its own."""
    is_gapless: bool = False
    """Whether no number may be missing."""
    date: str = ""
    """Field that decides the period; "" is the actor's today."""
    when: Condition | None = None
    """What must hold before a record is numbered; over own columns alone."""
