"""Bulks: all rows or none, or those that can be written."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

from graphql_erp.errors import UserError, UserProblem
from graphql_erp.writing.refusals import Refused, refused_problems
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.savepoint import savepoint
from graphql_erp.writing.steps import write
from graphql_erp.writing.writer import Writer

Read = Callable[[Sequence[int]], Awaitable[Sequence[Batch]]]
"""Numbers of input rows -> batches with their rows read anew, `index` set."""


@dataclass(slots=True)
class Bulk:
    """What became of the rows of a bulk."""

    ids: dict[int, int] = field(default_factory=dict)
    """Id of the record by number of the row."""
    problems: dict[int, list[UserProblem]] = field(default_factory=dict)
    """By number of the row."""


async def write_fitting(writer: Writer, count: int, read: Read) -> Bulk:
    """Write the rows that can be written; the others are reported and leave nothing behind.

    Rows are written together. What is refused is undone, the rows that caused it are taken out
    and the rest is written again; where nobody can tell which rows caused it, halves are tried.

    Args:
        writer: In a transaction.
        count: Rows of the input.
        read: Gives batches of rows.
    """
    bulk = Bulk()
    await _fit(writer, list(range(count)), read, bulk)
    return bulk


async def _fit(writer: Writer, numbers: list[int], read: Read, bulk: Bulk) -> None:
    while numbers:
        batches = await read(numbers)
        known = {row.index: row.problems for item in batches for row in item.rows if row.problems}
        if not known:
            problems = await _attempt(writer, batches, bulk)
            if problems is None:
                return
            known = _by_row(problems, numbers)
        if not known:
            middle = len(numbers) // 2
            await _fit(writer, numbers[:middle], read, bulk)
            numbers = numbers[middle:]
            continue
        for number, found in known.items():
            if number is not None:
                bulk.problems[number] = list(found)
        numbers = [number for number in numbers if number not in known]


async def _attempt(
    writer: Writer, batches: Sequence[Batch], bulk: Bulk
) -> Sequence[UserProblem] | None:
    """Write rows; return None when that was possible, else why it was not."""
    try:
        async with savepoint(writer):
            await write(writer, *batches)
    except UserError as error:
        return error.problems
    except Refused as error:
        return await refused_problems(writer, error)
    for batch in batches:
        for row in batch.rows:
            if row.id is not None and row.index is not None:
                bulk.ids[row.index] = row.id
    return None


def _by_row(
    problems: Sequence[UserProblem], numbers: Sequence[int]
) -> dict[int | None, list[UserProblem]]:
    """Return the problems by number of their row; those of nobody are of the only row there is.

    A number that is none of these rows comes from a bulk of behaviour within the write.
    """
    found: dict[int | None, list[UserProblem]] = {}
    known = set(numbers)
    for problem in problems:
        index = problem.index if problem.index in known else None
        if index is None and len(numbers) == 1:
            index = numbers[0]
        if index is not None:
            found.setdefault(index, []).append(replace(problem, index=index))
    return found
