"""Random secrets handed out once; what is kept of them is a digest."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

SECRET_BYTES = 32

API_KEY = "erpk"
REFRESH = "erpr"
RESET = "erpp"
BROWSER = "erpb"
"""What secrets of each kind begin with, so that scanners of code and logs know them."""

_ID_BYTES = 12
_PARTS = re.compile(r"(erp[a-z])_([0-9a-f]{24})_([0-9a-f]{64})(?:_([0-9a-f]{64}))?")


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret in its parts: `erpk_<id>_<secret>`, with a second secret where it is rotated."""

    kind: str
    id: str
    """Name of what it opens; no secret."""
    secret: str = field(repr=False)
    rotated: str = field(default="", repr=False)

    def __str__(self) -> str:
        parts = (self.kind, self.id, self.secret, *((self.rotated,) if self.rotated else ()))
        return "_".join(parts)

    @property
    def digest(self) -> bytes:
        """What is kept of the secret."""
        return digest(self.secret)

    def next(self) -> Secret:
        """Return the secret that takes its place in a rotation."""
        return Secret(self.kind, self.id, self.secret, _random())


def new_secret(kind: str, *, is_rotated: bool = False) -> Secret:
    """Return a secret nobody has."""
    return Secret(kind, secrets.token_hex(_ID_BYTES), _random(), _random() if is_rotated else "")


def read_secret(kind: str, text: str) -> Secret | None:
    """Return a secret in its parts, None when the text is none of that kind."""
    found = _PARTS.fullmatch(text)
    if found is None or found.group(1) != kind:
        return None
    return Secret(kind, found.group(2), found.group(3), found.group(4) or "")


def digest(text: str) -> bytes:
    """Return the SHA-256 of a random secret; too long to be found by trying."""
    return hashlib.sha256(text.encode()).digest()


def csrf_token(secret: str) -> str:
    """Return what a page must send beside the cookie that holds a secret."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def are_same(one: str, other: str) -> bool:
    """Compare without telling by the time it takes how much is right."""
    return hmac.compare_digest(one.encode(), other.encode())


def new_password() -> str:
    """Return a password to be typed once: four groups of five letters and digits."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(5)) for _ in range(4))


def _random() -> str:
    return secrets.token_hex(SECRET_BYTES)
