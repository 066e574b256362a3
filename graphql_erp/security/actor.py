"""Actor: on whose behalf a request is answered."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A user in their companies, as of one request."""

    user: int | None = None
    """Id of the user, None for nobody."""
    company: int | None = None
    """Id of the company they work in."""
    companies: tuple[int, ...] = ()
    """Ids of all companies they may see."""
    timezone: str = "UTC"
    """IANA name: `today` and grouping by day follow it."""
