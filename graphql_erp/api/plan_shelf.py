"""PlanShelf: how much room the plans of all operations take together."""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, MutableMapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class PlanShelf:
    """Forgets the oldest plans when all of them together become too large.

    Each operation keeps a number of plans; their size is in the hands of clients.
    """

    limit: int
    """Most room all plans may take, in the unit of their sizes."""
    taken: int = 0
    _plans: deque[tuple[MutableMapping[Any, Any], Hashable, int]] = field(default_factory=deque)

    def put(self, plans: MutableMapping[Any, Any], key: Hashable, size: int) -> None:
        """Take note of a plan that was put into `plans`; older ones make room."""
        self._plans.append((plans, key, size))
        self.taken += size
        while self.taken > self.limit and len(self._plans) > 1:
            oldest, forgotten, room = self._plans.popleft()
            oldest.pop(forgotten, None)
            self.taken -= room
