import asyncio
from typing import Any

import pytest
from hostile_target import Target

from graphql_erp.api.document_limits import DocumentLimits
from graphql_erp.api.documents import DocumentCache
from graphql_erp.api.plan_shelf import PlanShelf

pytestmark = pytest.mark.anyio


async def test_200_requests_at_once_share_the_pool(target: Target) -> None:
    document = "query($i: ID!) { lead(by: {id: $i}) { id } }"
    ids = [str(1 + number % 3) for number in range(200)]

    replies = await asyncio.gather(*(target.ask(document, {"i": value}) for value in ids))

    assert [reply.data["lead"]["id"] for reply in replies] == ids


async def test_equal_writes_at_once_leave_one_record(target: Target) -> None:
    document = 'mutation { stageCreate(data: {name: "once"}) { record { id } errors { code } } }'

    replies = await asyncio.gather(*(target.ask(document) for _ in range(40)))

    made = [reply.data["stageCreate"]["record"] for reply in replies]
    ids = [record["id"] for record in made if record]
    assert len(ids) == 1
    assert (
        sum(reply.data["stageCreate"]["errors"] == [{"code": "UNIQUE"}] for reply in replies) == 39
    )
    await target.ask(f"mutation {{ stageDelete(id: {ids[0]}) {{ deletedId }} }}")
    assert await target.counts() == (2, 3)


async def test_cancelled_writes_leave_nothing_half_done(target: Target) -> None:
    def document(number: int) -> str:
        rows = " ".join(f'{{name: "c{number}_{row}"}}' for row in range(9))
        return f"mutation {{ stageCreateMany(data: [{rows}]) {{ affected }} }}"

    # Connections are open and the documents known: cancellation then meets the write itself.
    await asyncio.gather(*(target.ask("{ leads { totalCount } }") for _ in range(20)))
    for number in range(10):
        target.engine.documents.get(document(number))
    tasks = [asyncio.create_task(target.ask(document(number))) for number in range(10)]
    for task in tasks:
        await asyncio.sleep(0.001)
        task.cancel()
    ended: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)

    replies = [end for end in ended if not isinstance(end, asyncio.CancelledError)]
    assert len(replies) < 10
    assert [reply.data for reply in replies] == [{"stageCreateMany": {"affected": 9}}] * len(
        replies
    )
    found = await target.ask(
        '{ stages(first: 90, filter: {name: {startswith: "c"}}) { nodes { id } } }'
    )
    ids = [node["id"] for node in found.data["stages"]["nodes"]]
    assert len(ids) % 9 == 0
    for made in ids:
        await target.ask("mutation($i: ID!) { stageDelete(id: $i) { deletedId } }", {"i": made})
    assert await target.counts() == (2, 3)


def test_hostile_variety_of_documents_keeps_the_cache_bounded(target: Target) -> None:
    schema = target.engine.schema.graphql
    cache = DocumentCache(schema, DocumentLimits(), size=1_000, max_bytes=1_000_000)
    literals = " ".join("1" for _ in range(1_000))

    kept = [
        cache.get(f"{{ a{number}: leads(filter: {{id: {{in: [{literals}]}}}}) {{ totalCount }} }}")
        for number in range(6)
    ]

    assert all(300_000 < document.size < 400_000 for document in kept)
    assert len(cache._documents) == 2
    assert cache._bytes == sum(document.size for document in kept[-2:])


async def test_hostile_variety_of_shapes_keeps_the_plans_bounded(target: Target) -> None:
    document = "query($f: LeadFilter) { leads(filter: $f) { totalCount } }"

    for number in range(80):
        reply = await target.ask(document, {"f": {"OR": [{"id": {"eq": "1"}}] * (100 + number)}})
        assert reply.data == {"leads": {"totalCount": 1}}

    operation = target.engine.documents.get(document).operation(None)
    assert len(operation.programs) <= 64
    assert operation.shelf.taken <= operation.shelf.limit


def test_shelf_forgets_the_oldest_plans_of_all_operations() -> None:
    shelf = PlanShelf(limit=10)
    first: dict[str, int] = {"a": 1}
    second: dict[str, int] = {"b": 2, "c": 3}

    shelf.put(first, "a", 6)
    shelf.put(second, "b", 4)
    shelf.put(second, "c", 5)

    assert (first, second, shelf.taken) == ({}, {"b": 2, "c": 3}, 9)
