"""Files that only this account may read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def keep_first(path: Path, text: str) -> None:
    """Write a file unless there is one; of two processes at once, one wins."""
    fresh = _written(path, text)
    try:
        # Unlike a rename, a link never replaces what another process has just kept.
        path.hardlink_to(fresh)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def replace(path: Path, text: str) -> None:
    """Write a file in place of the one there is, at once or not at all."""
    _written(path, text).rename(path)


def _written(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return fresh
