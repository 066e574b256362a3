"""The compiled answer is the reference answer, for random documents over random rows."""

from __future__ import annotations

import pytest
from reading_bench import Bench, found_something
from reading_shrink import shrunk

from graphql_erp.testing.documents import DocumentWriter, WrittenDocument

pytestmark = pytest.mark.anyio

SEED = 2


async def report(bench: Bench, document: WrittenDocument, first: str) -> str:
    """Return everything about a difference, the document made small first."""
    small = await shrunk(bench, document)
    difference = await bench.difference(small.text, small.variables)
    parts = (first, small.text, str(small.variables), difference)
    return "\n\n".join((*parts, *bench.statements))


@pytest.mark.parametrize("size", [80, pytest.param(2000, marks=pytest.mark.long)])
async def test_compiled_answer_is_the_reference_answer(bench: Bench, size: int) -> None:
    await compare(bench, size)


async def test_answer_to_an_actor_of_another_language_and_company(bench_of_company: Bench) -> None:
    await compare(bench_of_company, 50)


async def compare(bench: Bench, size: int) -> None:
    """Fail at the first document whose two answers differ."""
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, SEED + size)
    found = 0
    for _ in range(size):
        document = writer.write()
        difference = await bench.difference(document.text, document.variables)
        if difference:
            pytest.fail(await report(bench, document, difference))
        found += found_something(bench.last_data)

    assert found >= size * 0.7
