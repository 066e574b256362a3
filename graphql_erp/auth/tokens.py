"""Access tokens: short-lived, signed by a key of ours, for one tenant."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from graphql_erp.auth.keys import KeyFile, Keys
from graphql_erp.errors import Unauthenticated

ALGORITHM = "HS256"
ISSUER = "erp"
_TYPE = "JWT"
_HEADER = {"alg", "kid", "typ"}
_LONGEST = 2_048
_MOST_KEPT = 10_000
_CLAIMS: dict[str, type] = {
    "iss": str,
    "aud": str,
    "sub": str,
    "sid": str,
    "epoch": int,
    "iat": int,
    "exp": int,
    "jti": str,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """What a token says: whose it is, of which session, and until when."""

    user: int
    session: str
    """Session, or API key, by which it was given."""
    epoch: int
    """That of the user's credentials; another one after each logout everywhere."""
    expires: int
    """Seconds of Unix time."""


class AccessTokens:
    """Gives and reads the access tokens of one tenant.

    Example:
        tokens = AccessTokens(KeyFile(path), tenant="demo", seconds=600)
        tokens.read(tokens.give(user=1, session="s", epoch=0, now=now), now).user
    """

    def __init__(self, file: KeyFile, *, tenant: str, seconds: int) -> None:
        self.seconds = seconds
        self._tenant = tenant
        self._file = file
        self._keys: Keys = ()
        self._known: dict[str, Claims] = {}

    def give(self, *, user: int, session: str, epoch: int, now: datetime) -> str:
        """Return a new token, signed by the newest key."""
        key = self._file.keys()[0]
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": self._tenant,
            "sub": str(user),
            "sid": session,
            "epoch": epoch,
            "iat": issued,
            "exp": issued + self.seconds,
            "jti": secrets.token_hex(8),
        }
        return jwt.encode(claims, key.secret, ALGORITHM, headers={"kid": key.name})

    def read(self, token: str, now: datetime) -> Claims:
        """Return what a token says; one that was verified before is known until it expires.

        Raises:
            Unauthenticated: It is none of ours for this tenant, or has expired.
        """
        keys = self._file.keys()
        if keys is not self._keys:
            self._keys = keys
            self._known.clear()
        claims = self._known.get(token)
        if claims is None:
            claims = self._verified(token, keys, now)
            if len(self._known) >= _MOST_KEPT:
                self._known.clear()
            self._known[token] = claims
        if claims.expires <= now.timestamp():
            self._known.pop(token, None)
            raise _refused("The access token has expired.")
        return claims

    def _verified(self, token: str, keys: Keys, now: datetime) -> Claims:
        if len(token) > _LONGEST:
            raise _refused()
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError):
            raise _refused() from None
        # Nothing but what we write: no other algorithm, no key or extension the token brings.
        if set(header) != _HEADER or header["alg"] != ALGORITHM or header["typ"] != _TYPE:
            raise _refused()
        secret = next((key.secret for key in keys if key.name == header["kid"]), None)
        if secret is None:
            raise _refused()
        try:
            claims = jwt.decode(token, secret, [ALGORITHM], options=_OPTIONS)
        except (jwt.InvalidTokenError, ValueError):
            raise _refused() from None
        return self._checked(claims, now)

    def _checked(self, claims: dict[str, Any], now: datetime) -> Claims:
        if any(type(claims.get(name)) is not kind for name, kind in _CLAIMS.items()):
            raise _refused()
        is_ours = claims["iss"] == ISSUER and claims["aud"] == self._tenant
        # A token from the future, or for longer than we give, was made by somebody else.
        is_of_now = claims["iat"] <= now.timestamp() + _CLOCKS_DIFFER
        is_short = 0 < claims["exp"] - claims["iat"] <= _LONGEST_LIFE
        user = claims["sub"]
        if not (is_ours and is_of_now and is_short and user.isascii() and user.isdigit()):
            raise _refused()
        return Claims(
            user=int(user), session=claims["sid"], epoch=claims["epoch"], expires=claims["exp"]
        )


# The clock is ours to ask: the library would take the machine's.
_OPTIONS: Any = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "require": list(_CLAIMS),
}
_CLOCKS_DIFFER = 30
_LONGEST_LIFE = 86_400

Clock = Callable[[], datetime]


def _refused(message: str = "The access token is not valid.") -> Unauthenticated:
    return Unauthenticated(message, hint="Sign in again, or refresh the token.")
