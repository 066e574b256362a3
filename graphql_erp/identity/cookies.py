"""Names of the cookies of a browser's session, and how they are read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CookieNames:
    """The two cookies: one the page cannot read, and one it must read and send back."""

    session: str
    csrf: str


PLAIN = CookieNames("erp_session", "erp_csrf")
SECURE = CookieNames("__Host-erp_session", "__Host-erp_csrf")
"""On https; browsers take such a cookie from this very host alone."""


def cookie_names(*, is_secure: bool) -> CookieNames:
    """Return the names of the cookies."""
    return SECURE if is_secure else PLAIN


def cookie_values(headers: list[bytes], name: str) -> list[str]:
    """Return the values that the Cookie headers of a request give a name."""
    found = []
    for header in headers:
        for pair in header.decode("latin-1").split(";"):
            key, _, value = pair.strip().partition("=")
            if key == name:
                found.append(value)
    return found
