"""Values encrypted for the database: its backups and its readers see nothing of them."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from graphql_erp.auth.keys import SEALING_KEYS, KeyFile, Keys


class Sealer:
    """Encrypts with the newest key of a file, decrypts with all of them."""

    def __init__(self, data_dir: Path) -> None:
        self._file = KeyFile(data_dir / SEALING_KEYS)
        self._keys: Keys = ()
        self._fernet: MultiFernet | None = None

    def seal(self, text: str) -> bytes:
        """Return a text, encrypted and signed."""
        return self._current().encrypt(text.encode())

    def unseal(self, sealed: bytes) -> str | None:
        """Return the text that was sealed, None when no key of ours opens it."""
        try:
            return self._current().decrypt(sealed).decode()
        except InvalidToken:
            return None

    def _current(self) -> MultiFernet:
        keys = self._file.keys()
        if self._fernet is None or keys is not self._keys:
            self._keys = keys
            self._fernet = MultiFernet(
                [Fernet(base64.urlsafe_b64encode(key.secret)) for key in keys]
            )
        return self._fernet
