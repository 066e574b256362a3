"""ID tokens of an OpenID Connect provider: who signed in there."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt

from graphql_erp.errors import Unauthenticated

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures of a key pair; a secret that we know as well proves nothing."""
_REQUIRED = ("iss", "aud", "sub", "exp", "iat", "nonce")
_CLOCKS_DIFFER = 60
_LONGEST = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Somebody a provider knows."""

    subject: str
    email: str
    """An address the provider has verified."""


def read_id_token(
    token: str, keys: Mapping[str, Any], *, issuer: str, client: str, nonce: str, now: datetime
) -> Identified:
    """Return whom a provider tells of.

    Args:
        token: The ID token.
        keys: Public keys of the provider, a JSON Web Key Set.
        issuer: The provider.
        client: Our name there.
        nonce: What we sent with the browser.
        now: The time of day.

    Raises:
        Unauthenticated: It is not the provider's, not for us, not for this sign-in or not of now.
    """
    claims = _claims(token, keys)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    is_for_us = client in audience and claims.get("azp", client) == client
    is_only_for_us = len(audience) == 1 or "azp" in claims
    if claims["iss"] != issuer or not (is_for_us and is_only_for_us):
        raise _refused("is not for this server")
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise _refused("is of another sign-in")
    moments = (claims["exp"], claims["iat"])
    if not all(type(moment) in {int, float} for moment in moments):
        raise _refused("has no times")
    if not claims["iat"] - _CLOCKS_DIFFER <= now.timestamp() < claims["exp"] + _CLOCKS_DIFFER:
        raise _refused("has expired")
    email = claims.get("email")
    if not isinstance(email, str) or not email or claims.get("email_verified") is not True:
        raise _refused("has no verified e-mail address")
    return Identified(subject=str(claims["sub"]), email=email)


def _claims(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    try:
        if len(token) > _LONGEST:
            raise _refused("is too long")
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS or "crit" in header:
            raise _refused("is signed in a way we do not read")
        known = jwt.PyJWKSet.from_dict(dict(keys)).keys
        named = [key for key in known if key.key_id == header.get("kid")] or (
            known if "kid" not in header and len(known) == 1 else []
        )
        if not named:
            raise _refused("is signed by an unknown key")
        return jwt.decode(token, named[0], list(ALGORITHMS), options=_OPTIONS)
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError) as error:
        raise _refused("cannot be read") from error


_OPTIONS: Any = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
    "verify_iss": False,
    "require": list(_REQUIRED),
}


def _refused(what: str) -> Unauthenticated:
    return Unauthenticated(f"The ID token of the provider {what}.", hint="Sign in again.")
