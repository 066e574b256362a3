"""Sealer: texts sealed for one field of one tenant."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from graphql_erp.errors import ErpError
from graphql_erp.sealing.keys import ID_BYTES, Key

_FORM = b"\x01"
"""First byte of every sealed value: how the others are laid out."""
_NONCE = 12
_HEAD = len(_FORM) + ID_BYTES + _NONCE


class CannotOpen(ErpError):
    """A secret that cannot be opened: its key is gone, or it was sealed for another place."""


class Sealed(bytes):
    """A sealed value, as the database holds it. It shows nothing of itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Show that there is one."""
        return "<a secret>"

    __str__ = __repr__

    @property
    def key_id(self) -> bytes:
        """Id of the key that sealed it."""
        return bytes(self[len(_FORM) : len(_FORM) + ID_BYTES])


class Keys(Protocol):
    """Where keys are kept, as `KeyFile` does."""

    def read(self) -> tuple[Key, ...]:
        """Return the keys, the one that seals first."""

    def sealing_key(self) -> Key:
        """Return the key that seals, made when there is none."""


class Sealer(Protocol):
    """What seals and opens the secrets of one tenant."""

    def seal(self, text: str, model: str, field: str) -> Sealed:
        """Return a text sealed for a field of a model."""

    def open(self, sealed: bytes, model: str, field: str) -> str:
        """Return the text of a value sealed for that field.

        Raises:
            CannotOpen: Its key is gone, or it was sealed for another field or tenant.
        """

    def digest(self, text: str) -> str:
        """Return a digest that nobody without the keys can try texts against."""


class KeySealer:
    """Seals by AES-256-GCM; tenant, model and field are authenticated with the text.

    A value moved to another field, model or tenant cannot be opened there.
    """

    __slots__ = ("_keys", "_tenant")

    def __init__(self, keys: Keys, tenant: str) -> None:
        self._keys = keys
        self._tenant = tenant

    def seal(self, text: str, model: str, field: str) -> Sealed:
        """Return a text sealed for a field of a model."""
        key = self._keys.sealing_key()
        nonce = os.urandom(_NONCE)
        place = self._place(model, field)
        closed = AESGCM(key.secret).encrypt(nonce, text.encode(), place)
        return Sealed(_FORM + key.id + nonce + closed)

    def open(self, sealed: bytes, model: str, field: str) -> str:
        """Return the text of a value sealed for that field.

        Raises:
            CannotOpen: Its key is gone, or it was sealed for another field or tenant.
        """
        value = Sealed(sealed)
        key = self._key(value)
        nonce, closed = value[len(_FORM) + ID_BYTES : _HEAD], value[_HEAD:]
        try:
            return AESGCM(key.secret).decrypt(nonce, closed, self._place(model, field)).decode()
        except InvalidTag as error:
            raise CannotOpen(
                f"The secret {model}.{field} was sealed for another field or tenant.",
                hint="Set it anew.",
            ) from error

    def digest(self, text: str) -> str:
        """Return a digest that nobody without the keys can try texts against."""
        self._keys.sealing_key()
        # The oldest key: a rotation leaves digests as they are.
        secret = hashlib.sha256(b"digests" + self._keys.read()[-1].secret).digest()
        return hmac.new(secret, text.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()

    def _key(self, sealed: Sealed) -> Key:
        keys = {key.id: key for key in self._keys.read()}
        key = keys.get(sealed.key_id)
        if not sealed.startswith(_FORM) or len(sealed) < _HEAD or key is None:
            raise CannotOpen(
                f"The key {sealed.key_id.hex()} of a secret is not in the key file.",
                hint="Put the key file back from a copy.",
            )
        return key

    def _place(self, model: str, field: str) -> bytes:
        # No name holds the character between them.
        return f"{self._tenant}\0{model}\0{field}".encode()


class NoSealer:
    """Stands where no keys are, as in module files: nothing can be sealed."""

    def seal(self, text: str, model: str, field: str) -> Sealed:
        """Refuse to seal."""
        del text
        raise CannotOpen(f"There is no key here to seal {model}.{field} with.")

    def open(self, sealed: bytes, model: str, field: str) -> str:
        """Refuse to open."""
        del sealed
        raise CannotOpen(f"There is no key here to open {model}.{field} with.")

    def digest(self, text: str) -> str:
        """Return a digest without keys: there are no secrets to hide."""
        return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


NO_SEALER: Sealer = NoSealer()
"""Stands for no keys."""
