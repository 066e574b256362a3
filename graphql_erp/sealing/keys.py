"""KeyFile: the keys that seal secrets, in a file only its owner can read."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from graphql_erp.errors import SettingsError

KEY_BYTES = 32
ID_BYTES = 4
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Key:
    """One key."""

    secret: bytes

    @property
    def id(self) -> bytes:
        """What tells which key sealed a value, and nothing of the key."""
        return hashlib.sha256(b"id of a key" + self.secret).digest()[:ID_BYTES]

    def __repr__(self) -> str:
        """Show the id alone."""
        return f"Key({self.id.hex()})"


class KeyFile:
    """A file with a key per line, base64: the first one seals, all of them open.

    It is made with a new key when something is sealed for the first time, and read again when it
    changes: processes need not be started anew after a rotation.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._keys: tuple[Key, ...] = ()

    def read(self) -> tuple[Key, ...]:
        """Return the keys, the one that seals first; none where there is no file.

        Raises:
            SettingsError: The file can be read by others, or holds what is no key.
        """
        try:
            found = self.path.stat()
        except FileNotFoundError:
            return ()
        stamp = (found.st_ino, found.st_mtime_ns, found.st_size)
        if stamp != self._seen:
            if found.st_mode & _OTHERS:
                raise SettingsError(
                    f"Others than its owner may use the key file {self.path}.",
                    hint=f"Run: chmod 600 {self.path}",
                )
            self._keys = _read(self.path)
            self._seen = stamp
        return self._keys

    def sealing_key(self) -> Key:
        """Return the key that seals; the file is made when there is none.

        Raises:
            SettingsError: The file cannot be used.
        """
        keys = self.read()
        if not keys:
            with suppress(FileExistsError):
                _write(self.path, (_new_key(),), replace=False)
            keys = self.read()
        return keys[0]

    def rotate(self) -> Key:
        """Put a new key before the others and return it.

        Raises:
            SettingsError: The file cannot be used.
        """
        key = _new_key()
        _write(self.path, (key, *self.read()), replace=True)
        return key


def _new_key() -> Key:
    return Key(secrets.token_bytes(KEY_BYTES))


def _read(path: Path) -> tuple[Key, ...]:
    keys = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        try:
            secret = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            secret = b""
        if len(secret) != KEY_BYTES:
            raise SettingsError(
                f"Line {number} of the key file {path} is no key.",
                hint=f"A key is {KEY_BYTES} random bytes as base64 on one line.",
            )
        keys.append(Key(secret))
    if not keys:
        raise SettingsError(
            f"The key file {path} holds no key.",
            hint="Put the file back from a copy; without it, remove the file: secrets are lost.",
        )
    return tuple(keys)


def _write(path: Path, keys: tuple[Key, ...], *, replace: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.writelines(f"{base64.b64encode(key.secret).decode()}\n" for key in keys)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.replace(path)
        else:
            # Unlike a rename, a link never replaces what another process has just kept.
            path.hardlink_to(fresh)
    finally:
        fresh.unlink(missing_ok=True)
