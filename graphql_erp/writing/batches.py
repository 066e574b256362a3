"""Input objects -> batches, and batches -> what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation
from graphql_erp.writing.bulk import Read, write_fitting
from graphql_erp.writing.closing import Closing
from graphql_erp.writing.rows import Batch, Row
from graphql_erp.writing.steps import write
from graphql_erp.writing.values import note_repeated, read_item, read_row
from graphql_erp.writing.writer import Writer

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did.

    Attributes:
        ids: Of the records written, in the order of the input.
        problems: Why rows were not written; with REJECT_ALL nothing is written then.
        rows: Id of each row of a bulk, None where it was not written.
    """

    ids: tuple[int, ...] = ()
    problems: tuple[UserProblem, ...] = ()
    rows: tuple[int | None, ...] = ()

    def problems_of(self, number: int) -> tuple[UserProblem, ...]:
        """Return the problems of one row of a bulk."""
        return tuple(problem for problem in self.problems if problem.index == number)


def created(
    writer: Writer, model: ModelDef, data: Sequence[Data], numbers: Sequence[int] | None = None
) -> Batch:
    """Return the batch that creates records.

    Args:
        writer: On whose behalf.
        model: The records' model.
        data: Input objects.
        numbers: Numbers of the rows in a bulk; None when the records are no bulk.
    """
    rows = [
        read_row(
            writer,
            model,
            item,
            operation=Operation.CREATE,
            index=None if numbers is None else numbers[place],
        )
        for place, item in enumerate(data)
    ]
    return Batch(model, Operation.CREATE, rows)


def changed_each(
    writer: Writer, model: ModelDef, items: Sequence[Data], numbers: Sequence[int]
) -> Batch:
    """Return the batch of update items, `{id, version, data}` each."""
    rows = [
        read_item(writer, model, item, number, ())
        for item, number in zip(items, numbers, strict=True)
    ]
    note_repeated(rows)
    return Batch(model, Operation.UPDATE, rows)


def changed(
    writer: Writer, model: ModelDef, ids: Sequence[int], data: Data, version: int | None = None
) -> Batch:
    """Return the batch that changes records in the same way."""
    rows = []
    for record_id in ids:
        row = read_row(writer, model, data, operation=Operation.UPDATE)
        row.id, row.version = record_id, version
        rows.append(row)
    return Batch(model, Operation.UPDATE, rows)


def deleted(model: ModelDef, ids: Sequence[int], version: int | None = None) -> Batch:
    """Return the batch that deletes records."""
    rows = [Row(id=record_id, version=version) for record_id in ids]
    return Batch(model, Operation.DELETE, rows)


async def write_all(writer: Writer, *batches: Batch, closing: Closing | None = None) -> Written:
    """Write batches, all of them or nothing; rows of bulks are answered in the input's order.

    Raises:
        UserError: With the problems of all rows.
        Refused: The database refused a statement.
    """
    if not any(batch.rows for batch in batches):
        return Written()
    await write(writer, *batches, closing=closing)
    rows = sorted((row for batch in batches for row in batch.rows), key=_place)
    ids = tuple(row.id for row in rows if row.id is not None)
    return Written(ids, rows=ids)


def _place(row: Row) -> int:
    return row.index or 0


async def write_some(writer: Writer, batches: Read, count: int) -> Written:
    """Write the rows that can be written and report the others."""
    bulk = await write_fitting(writer, count, batches)
    rows = tuple(bulk.ids.get(number) for number in range(count))
    problems = tuple(item for number in sorted(bulk.problems) for item in bulk.problems[number])
    return Written(tuple(item for item in rows if item is not None), problems, rows)
