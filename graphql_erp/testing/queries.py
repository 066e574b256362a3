"""Every statement sent to PostgreSQL, as tests count and read them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any, Protocol, Self

_TRANSACTION = ("BEGIN", "START TRANSACTION", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")
# asyncpg asks once per connection for types it does not know, such as an array of booleans.
_DRIVERS_OWN = ("typeinfo_tree", "current_setting('jit')", "set_config('jit'")


class LoggedQuery(Protocol):
    """What asyncpg tells of a statement it sent."""

    query: str
    args: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SentQuery:
    """One statement and the values sent with it."""

    text: str
    values: tuple[Any, ...] = ()

    @property
    def is_transaction(self) -> bool:
        """Whether it only begins or ends a transaction."""
        return self.text.lstrip().upper().startswith(_TRANSACTION)


@dataclass(slots=True)
class Queries:
    """What was sent since the test began, or since `clear`.

    Example:
        await gql("{ leads { nodes { name } } }")
        assert queries.count == 1
    """

    sent: list[SentQuery] = field(default_factory=list)
    """Everything, transaction commands too, in order."""

    @property
    def texts(self) -> list[str]:
        """Statements that read or write."""
        return [query.text for query in self.sent if not query.is_transaction]

    @property
    def count(self) -> int:
        """Number of statements that read or write."""
        return len(self.texts)

    @property
    def last(self) -> str:
        """The statement sent last."""
        return self.texts[-1]

    async def told(self) -> Self:
        """Return this once asyncpg told of everything sent: it does in the next round of the loop.

        The answers of `gql` wait for it already.
        """
        await asyncio.sleep(0)
        return self

    def clear(self) -> None:
        """Forget what was sent so far."""
        self.sent.clear()

    def record(self, query: LoggedQuery) -> None:
        """Take note of a statement: a query logger of asyncpg."""
        if any(part in query.query for part in _DRIVERS_OWN):
            return
        self.sent.append(SentQuery(query.query, tuple(query.args or ())))
