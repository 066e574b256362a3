"""Authenticator: the headers of a request -> who sends it."""

from __future__ import annotations

from collections.abc import Iterable

from graphql_erp.auth.secrets import API_KEY, BROWSER, are_same, csrf_token, digest, read_secret
from graphql_erp.auth.tokens import AccessTokens, Clock
from graphql_erp.errors import ForeignPage, Unauthenticated
from graphql_erp.identity.callers import KEY, NOBODY, SESSION, Caller, Callers
from graphql_erp.identity.cookies import cookie_names, cookie_values
from graphql_erp.identity.sessions import COOKIE

CSRF_HEADER = b"x-csrf-token"
"""What a page sends beside its cookie; no page of another site can."""

_BEARER = "bearer "


class Authenticator:
    """Tells who sends the requests to one tenant.

    A warm request costs two dictionary look-ups: the verified token, and its user.
    """

    def __init__(self, tokens: AccessTokens, callers: Callers, clock: Clock) -> None:
        self._tokens = tokens
        self._callers = callers
        self._clock = clock

    async def caller(
        self, headers: Iterable[tuple[bytes, bytes]], *, is_secure: bool = False
    ) -> Caller:
        """Return who sends a request: nobody when it shows nothing.

        Args:
            headers: Of the request, names in lower case.
            is_secure: Whether it came by https.

        Raises:
            Unauthenticated: What it shows is malformed, expired, or not good any more.
            ForeignPage: It has the cookie of a session without what the page must send beside it.
        """
        shown: list[bytes] = []
        cookies: list[bytes] = []
        csrf: list[bytes] = []
        for name, value in headers:
            if name == b"authorization":
                shown.append(value)
            elif name == b"cookie":
                cookies.append(value)
            elif name == CSRF_HEADER:
                csrf.append(value)
        if shown:
            return await self._bearer(shown)
        if cookies:
            values = cookie_values(cookies, cookie_names(is_secure=is_secure).session)
            if values:
                return await self._cookie(values, csrf)
        return NOBODY

    async def _bearer(self, shown: list[bytes]) -> Caller:
        text = shown[0].decode("latin-1")
        if len(shown) > 1 or text[: len(_BEARER)].lower() != _BEARER:
            raise Unauthenticated(
                "The header Authorization is not understood.",
                hint="Send it once: Bearer, a blank, and an access token or API key.",
            )
        token = text[len(_BEARER) :].strip()
        if token.startswith(API_KEY):
            return await self.key(token)
        claims = self._tokens.read(token, self._clock())
        caller = await self._callers.get(claims.session, self._clock())
        # The epoch is another one since all sessions of the user were ended.
        if (
            caller is None
            or caller.actor.user != claims.user
            or caller.epoch != claims.epoch
            or caller.kind == COOKIE
        ):
            raise Unauthenticated("The session has ended.", hint="Sign in again.")
        return caller

    async def key(self, text: str) -> Caller:
        """Return who an API key acts for.

        Raises:
            Unauthenticated: It is none, was revoked, or has expired.
        """
        secret = read_secret(API_KEY, text)
        caller = await self._callers.get(f"{KEY}{secret.id}", self._clock()) if secret else None
        if secret is None or caller is None or not _opens(secret.secret, caller):
            raise Unauthenticated(
                "The API key is not valid.", hint="Make another one, or see when it expired."
            )
        return caller

    async def cookie(self, value: str) -> Caller:
        """Return whose session a cookie is.

        Raises:
            Unauthenticated: The session has ended.
        """
        secret = read_secret(BROWSER, value)
        name = f"{SESSION}{secret.id}" if secret else ""
        caller = await self._callers.get(name, self._clock()) if secret else None
        is_cookie = caller is not None and caller.kind == COOKIE
        if secret is None or caller is None or not is_cookie or not _opens(secret.secret, caller):
            raise Unauthenticated("The session has ended.", hint="Sign in again.")
        return caller

    async def _cookie(self, values: list[str], csrf: list[bytes]) -> Caller:
        if len(values) > 1:
            raise Unauthenticated("There are two cookies of a session.", hint="Sign in again.")
        caller = await self.cookie(values[0])
        require_page(values[0], csrf)
        return caller


def require_page(cookie: str, csrf: list[bytes]) -> None:
    """Refuse what was not sent by our own page.

    Raises:
        ForeignPage: The header is missing, or is that of another session.
    """
    secret = read_secret(BROWSER, cookie)
    expected = csrf_token(secret.secret) if secret else ""
    sent = csrf[0].decode("latin-1") if len(csrf) == 1 else ""
    if not expected or not are_same(expected, sent):
        raise ForeignPage(
            "Requests with the cookie of a session need the header X-CSRF-Token.",
            hint="Send the value of the cookie erp_csrf, or an access token instead of cookies.",
        )


def _opens(secret: str, caller: Caller) -> bool:
    return are_same(digest(secret).hex(), caller.secret.hex())
