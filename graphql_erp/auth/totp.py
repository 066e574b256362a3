"""Codes of an authenticator app: the second factor."""

from __future__ import annotations

import hmac
import re
from datetime import datetime

import pyotp

STEP_SECONDS = 30
_DRIFT = 1
"""Steps by which the clock of a telephone may be wrong."""
_CODE = re.compile(r"[0-9]{6}")


def new_totp_secret() -> str:
    """Return a secret for an app."""
    return pyotp.random_base32()


def totp_uri(secret: str, *, account: str, issuer: str) -> str:
    """Return the address an app reads as a QR code."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)


def totp_code(secret: str, at: datetime) -> str:
    """Return the code an app shows at a moment."""
    return pyotp.TOTP(secret).at(at)


def matching_step(secret: str, code: str, at: datetime, *, after: int) -> int | None:
    """Return the step of time whose code it is, None when it is none.

    Args:
        secret: Of the account.
        code: What was typed; blanks count as nothing.
        at: Now.
        after: The step of the code used last: no code counts twice.
    """
    bare = code.replace(" ", "")
    if _CODE.fullmatch(bare) is None:
        return None
    totp = pyotp.TOTP(secret)
    current = int(at.timestamp()) // STEP_SECONDS
    for step in range(current - _DRIFT, current + _DRIFT + 1):
        if hmac.compare_digest(totp.generate_otp(step), bare) and step > after:
            return step
    return None
