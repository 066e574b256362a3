"""What a write answers is what reading the record afterwards gives, in one statement or many."""

from __future__ import annotations

import os
import random
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from reading_bench import ACTOR, OTHER_ACTOR, Bench, open_bench

from graphql_erp.config import Settings
from graphql_erp.security.actor import Actor
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server
from graphql_erp.testing.documents import DocumentWriter

pytestmark = pytest.mark.anyio

SEED = 7
Draw = Callable[[random.Random, int], dict[str, Any]]


@pytest.fixture(params=[ACTOR, OTHER_ACTOR], ids=["language", "company"])
async def bench(
    request: pytest.FixtureRequest, server: Server, test_settings: Settings
) -> AsyncIterator[Bench]:
    """Give an engine over a filled database of its own."""
    actor: Actor = request.param
    name = f"{server.prefix}_written_{os.getpid()}"
    await create_database(server, name)
    try:
        async with open_bench(server, name, test_settings, actor) as opened:
            await go_on(server.owner_dsn(name), opened)
            yield opened
    finally:
        await drop_database(server, name)


async def go_on(dsn: str, bench: Bench) -> None:
    """Have ids begin behind those of the records that are there."""
    owner = await asyncpg.connect(dsn)
    try:
        for table in bench.engine.tables.models.values():
            sequence = f"pg_get_serial_sequence('{table.fullname}', 'id')"
            await owner.execute(f"SELECT setval({sequence}, 1000)")
    finally:
        await owner.close()


def some(chance: random.Random, values: dict[str, Any], most: int = 9) -> dict[str, Any]:
    chosen = chance.sample(sorted(values), k=chance.randint(1, min(most, len(values))))
    return {name: values[name] for name in chosen}


def order(chance: random.Random, number: int) -> dict[str, Any]:
    values = {
        "number": 10_000 + number,
        "code": f"c{number}",
        "party": {"id": str(chance.randint(1, 40))},
        "orderedOn": f"2024-02-{chance.randint(1, 29):02}",
        "discount": chance.choice(["0.25", None]),
        "state": chance.choice(["OPEN", "SENT", "DONE"]),
    }
    lines = [line(chance) for _ in range(chance.randint(1, 4))]
    return values | chance.choice([{}, {"lines": {"create": lines}}])


def line(chance: random.Random) -> dict[str, Any]:
    values: dict[str, Any] = {"quantity": chance.randint(1, 9), "price": f"{chance.random():.3f}"}
    more = {
        "product": {"id": str(chance.randint(1, 15))},
        "source": {"party": str(chance.randint(1, 40))},
    }
    return values | chance.choice([{}, more, some(chance, more)])


def party(chance: random.Random, number: int) -> dict[str, Any]:
    return some(
        chance,
        {
            "name": f"Zoë {number}",
            "email": f"new{number}@example.com",
            "balance": chance.choice(["12.5", "0", None]),
            "isActive": chance.choice([True, False, None]),
            "bornOn": "2000-02-29",
            "seenAt": "2024-11-03T04:31:00Z",
            "opensAt": "23:59:59.999999",
            "serial": "-9223372036854775808",
            "weight": 0.1,
            "ratio": "0.333333333333",
            "worth": "9.99",
            "currency": {"id": "1"},
            "portrait": chance.choice(["AAEC/w==", None]),
            "kind": chance.choice(["PERSON", "X9"]),
            "settings": chance.choice([{"a": [1, None]}, "text", None]),
            "parent": {"id": str(chance.randint(1, 40))},
            "region": chance.choice([{"id": str(chance.randint(1, 8))}, None]),
        },
    )


def product(chance: random.Random, number: int) -> dict[str, Any]:
    return some(
        chance,
        {
            "slogan": chance.choice([f"slogan {number}", None]),
            "description": f"text {number}",
            "listPrice": chance.choice(["9.125", None]),
            "labels": chance.choice([["a"], {"b": 1}]),
            "details": {"n": number},
            "isSold": chance.choice([True, False]),
            "cost": "3.5",
            "currency": {"id": "2"},
        },
    )


def region(chance: random.Random, number: int) -> dict[str, Any]:
    values = {"name": f"region {number}"}
    return values | chance.choice([{}, {"parent": {"id": str(chance.randint(1, 8))}}])


CREATES: dict[str, Draw] = {
    "Order": order,
    "Party": lambda chance, number: {"name": f"p{number}"} | party(chance, number),
    "Region": region,
    "Tag": lambda _, number: {"name": f"tag {number}"},
}
UPDATES: dict[str, tuple[int, Draw]] = {"Party": (40, party), "Product": (15, product)}


@pytest.mark.parametrize("size", [70, pytest.param(1500, marks=pytest.mark.long)])
async def test_answer_to_a_write_is_what_reading_gives(bench: Bench, size: int) -> None:
    chance = random.Random(SEED)  # noqa: S311 - repeatable data
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, SEED)
    compared = at_once = 0
    for number in range(size):
        is_new = chance.random() < 0.6
        model = chance.choice(sorted(CREATES if is_new else UPDATES))
        definition = bench.engine.registry.models[model]
        selection = writer.write_selection(model)
        by_id = f"{{ found: {definition.singular}(by: {{id: $id}})"
        reading = selection.document("query Read", by_id, "}", "$id: ID!")
        probe = await bench.compiled(reading, {"id": "1", **selection.variables})
        if "errors" in probe:
            continue  # a cursor of the reference reader
        if is_new:
            data, given = CREATES[model](chance, number), {}
            head, more = f"{definition.singular}Create(data: $data)", ()
        else:
            most, draw = UPDATES[model]
            data, given = draw(chance, number), {"id": str(chance.randint(1, most))}
            head, more = f"{definition.singular}Update(id: $id, data: $data)", ("$id: ID!",)
        kind = f"$data: {model}{'Create' if is_new else 'Update'}Input!"
        text = selection.document(
            "mutation Write",
            f"{{ made: {head} {{ errors {{ code message }} key: record {{ id }} found: record",
            "} }",
            kind,
            *more,
        )
        answer = await bench.compiled(text, {"data": data, **given, **selection.variables})
        sent = list(bench.statements)
        assert "errors" not in answer, (text, data, answer)
        made = answer["data"]["made"]
        assert made["errors"] == [], (text, data)
        again = await bench.compiled(reading, {"id": made["key"]["id"], **selection.variables})
        assert made["found"] == again["data"]["found"], (text, data, sent)
        compared += 1
        at_once += len(sent) == 1 and sent[0].startswith("WITH _written_1")

    assert compared > size * 0.6
    assert at_once > compared * 0.4
