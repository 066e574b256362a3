"""Locks on files: the kernel releases them when their last holder dies, however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graphql_erp.errors import SettingsError

_POLL_SECONDS = 0.01


class FileLock:
    """An open file with a lock on it; a forked child shares it, `exec` drops it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    @property
    def descriptor(self) -> int:
        """The open file, to be handed to a child that shall hold the lock as well."""
        return self._descriptor

    def take(self, *, shared: bool = False) -> bool:
        """Take the lock if it is free; tell whether it was."""
        kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        try:
            fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        """Let go; a child that shares the lock keeps it."""
        # Never LOCK_UN: it would release the lock for everyone who shares the open file.
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


@contextmanager
def exclusive(path: Path, *, seconds: float) -> Iterator[None]:
    """Hold a lock alone.

    Raises:
        SettingsError: Another process kept it for too long.
    """
    lock = FileLock(path)
    deadline = time.monotonic() + seconds
    try:
        while not lock.take():
            if time.monotonic() > deadline:
                raise SettingsError(
                    f"Another process has held {path} for {seconds:.0f} seconds.",
                    hint="It is starting or stopping the same server; look for one that hangs.",
                )
            time.sleep(_POLL_SECONDS)
        yield
    finally:
        lock.close()


def is_held(path: Path) -> bool:
    """Tell whether any process holds the lock."""
    lock = FileLock(path)
    try:
        return not lock.take()
    finally:
        lock.close()
