"""Journal: what one transaction has written and still has to do before it ends."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

Call = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Journal:
    """Shared by all writers of one transaction."""

    written: dict[str, dict[int, None]] = field(default_factory=dict)
    """Ids of created and changed records by model, in order: those that may need a number."""
    after_commit: list[Call] = field(default_factory=list)
    changes: int = 0
    """How many statements changed or deleted records that were there."""
    failure: Exception | None = None
    """Why a write broke off half-way; the transaction must not be committed."""

    def note(self, model: str, ids: Iterable[int]) -> None:
        """Note that records were created or changed."""
        self.written.setdefault(model, {}).update(dict.fromkeys(ids))
