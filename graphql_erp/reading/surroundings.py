"""Surroundings: the values of the names an expression may mention."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from graphql_erp.security.actor import Actor


def surroundings(actor: Actor, now: datetime) -> dict[str, Any]:
    """Return user, company, companies, today, now, timezone and language under `@` and name."""
    return {
        "@user": actor.user,
        "@company": actor.company,
        "@companies": list(actor.companies),
        "@today": local_day(actor, now),
        "@now": now,
        "@timezone": actor.timezone,
        "@language": actor.language,
    }


def local_day(actor: Actor, now: datetime) -> date:
    """Return the day it is for the actor."""
    return now.astimezone(_zone(actor.timezone)).date()


@lru_cache(maxsize=64)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
