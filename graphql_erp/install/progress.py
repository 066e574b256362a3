"""Progress: how long work tells how far it is."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Whoever wants to know how far long work is."""

    def step(self, text: str, done: int, total: int) -> None:
        """Take note that of the step called `text` so much of `total` is done."""


class Silent:
    """Progress that nobody looks at."""

    def step(self, text: str, done: int, total: int) -> None:
        """Take no note."""
