"""Work: what one write has done so far, from its first statement to its checks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from graphql_erp.errors import UserError
from graphql_erp.security.permission import Operation
from graphql_erp.writing.closing import Closing
from graphql_erp.writing.rows import Batch, Row
from graphql_erp.writing.stale import Stale
from graphql_erp.writing.writer import Writer


@dataclass(slots=True)
class Work:
    """One call of `write`: a batch and everything nested in it."""

    writer: Writer
    closing: Closing | None = None
    """What may send its last statement."""
    stale: Stale = field(default_factory=Stale)
    """Stored computed fields to be made anew."""
    done: list[Batch] = field(default_factory=list)
    """What was written, in order."""
    limited: list[Batch] = field(default_factory=list)
    """What was written whose new values access and rules limit."""

    def saved(self) -> Iterator[Batch]:
        """Give the batches whose records exist now."""
        for batch in self.done:
            if batch.operation is not Operation.DELETE and batch.rows:
                yield batch


def refuse(rows: Iterable[Row]) -> None:
    """Stop when rows have problems.

    Raises:
        UserError: With the problems of all rows.
    """
    problems = [problem for row in rows for problem in row.problems]
    if problems:
        raise UserError("", *problems)
