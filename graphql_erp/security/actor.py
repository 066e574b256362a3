"""Actor: on whose behalf a request is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphql_erp.fields.varies_by import SOURCE_LANGUAGE

_TERRITORY = re.compile(r"_([A-Z]{2}|[0-9]{3})$")


@dataclass(frozen=True, slots=True)
class Actor:
    """A user in their companies, as of one request."""

    user: int | None = None
    """Id of the user, None for nobody."""
    key: int | None = None
    """Id of the API key they came with, None when they signed in."""
    company: int | None = None
    """Id of the company they work in."""
    companies: tuple[int, ...] = ()
    """Ids of all companies they may see."""
    groups: frozenset[str] = frozenset()
    """Names of the groups they are in, those that these imply among them."""
    timezone: str = "UTC"
    """IANA name: `today` and grouping by day follow it."""
    language: str = SOURCE_LANGUAGE
    """Code, such as fr, of the language in which translated values are read and written."""


def language_of(locale: str | None) -> str:
    """Return the language of a locale such as fr_CA: values are shared by all its places."""
    if not locale:
        return SOURCE_LANGUAGE
    return _TERRITORY.sub("", locale)
