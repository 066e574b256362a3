"""Random documents over two databases that differ in what the actor may not read."""

from __future__ import annotations

import json
import os
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest
from reading_bench import SEED, Bench, found_something, open_bench, seeded
from reading_rows import COUNTS, Rows

from graphql_erp.api.call import Call
from graphql_erp.config import Settings
from graphql_erp.expressions.bind import bind_condition
from graphql_erp.expressions.parse import parse_condition
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import NO_CONDITIONS, Conditions, Operation, Permission
from graphql_erp.tenants.databases import create_database, drop_database
from graphql_erp.tenants.server import Server
from graphql_erp.testing.documents import DocumentWriter

pytestmark = pytest.mark.anyio

HIDDEN_FIELDS = frozenset({("Party", "website"), ("Product", "barcode")})
_MOST_IN_ALL = 5
"""Of a model with so few records all may be read."""


def hidden_ids() -> dict[str, frozenset[int]]:
    """Return the ids of the records that may not be read, a third of each model's."""
    chance = random.Random(SEED)  # noqa: S311 - repeatable data
    return {
        name: frozenset(chance.sample(range(1, count + 1), count // 3))
        for name, count in COUNTS.items()
        if count > _MOST_IN_ALL
    }


HIDDEN = hidden_ids()


class TwinRows(Rows):
    """The rows of the first database but for what may not be read."""

    def __init__(self, registry: Registry) -> None:
        super().__init__(registry, SEED + 1)
        self._first = Rows(registry, SEED)

    def of(self, model: ModelDef) -> list[dict[str, Any]]:
        first, others = self._first.of(model), super().of(model)
        hidden = HIDDEN.get(model.name, frozenset())
        by_column = {field.column: field for field in model.fields.values()}
        made = []
        for row, other in zip(first, others, strict=True):
            if row["id"] in hidden:
                # Who is linked to whom one by one must stay possible.
                made.append({c: row[c] if _is_fixed(by_column[c]) else other[c] for c in row})
                if model.name == "Order":
                    made[-1]["code"] += str(row["id"])  # unique of a party
            else:
                made.append({c: self._shown(by_column[c], row, other) for c in row})
        return made

    def links(self, field: FieldDef) -> list[tuple[int, int]]:
        assert field.relation is not None
        ends = HIDDEN.get(field.model, set()), HIDDEN.get(field.relation.target, set())
        first, others = self._first.links(field), super().links(field)

        def is_hidden(pair: tuple[int, int]) -> bool:
            return any(key in hidden for key, hidden in zip(pair, ends, strict=True))

        kept = [pair for pair in first if not is_hidden(pair)]
        return sorted([*kept, *filter(is_hidden, others)])

    def _shown(self, field: FieldDef, row: Mapping[str, Any], other: Mapping[str, Any]) -> Any:
        """Return what a record that may be read holds: hidden targets and fields differ."""
        value = row[field.column]
        if (field.model, field.name) in HIDDEN_FIELDS:
            return other[field.column]
        if field.relation is None or _is_fixed(field):
            return value
        hidden = HIDDEN.get(field.relation.target, frozenset())
        if value not in hidden:
            return value
        # Parents come before their children: trees stay trees.
        is_own = field.relation.target == field.model
        choice = [key for key in sorted(hidden) if not is_own or key < row["id"]]
        return self.chance.choice(choice)


def _is_fixed(field: FieldDef) -> bool:
    return field.name == "id" or (field.relation is not None and field.type.unique)


def permission_of(registry: Registry) -> Permission:
    """Return the permission to read the others, for lines by way of their order too."""
    texts = {name: f"~Q(id__in={sorted(ids)})" for name, ids in HIDDEN.items()}
    texts["Line"] += f" & ~Q(order__id__in={sorted(HIDDEN['Order'])})"
    conditions = {
        name: bind_condition(registry, LOOKUPS, name, parse_condition(text))
        for name, text in texts.items()
    }
    found = {
        operation: Conditions(conditions, HIDDEN_FIELDS)
        if operation is Operation.READ
        else NO_CONDITIONS
        for operation in Operation
    }
    return Permission(conditions=found, hidden=HIDDEN_FIELDS)


@dataclass(frozen=True, slots=True)
class Pair:
    """The two databases, and what is limited of both."""

    benches: tuple[Bench, Bench]

    async def answers(self, text: str, variables: Mapping[str, Any]) -> list[dict[str, Any]]:
        return [await bench.compiled(text, variables) for bench in self.benches]


@pytest.fixture(scope="module")
async def pair(server: Server, test_settings: Settings) -> AsyncIterator[Pair]:
    settings = test_settings.model_copy(update={"report_cost": True})
    names = [f"{server.prefix}_twin_{number}_{os.getpid()}" for number in (1, 2)]
    async with AsyncExitStack() as stack:
        benches = []
        for name, rows in zip(names, (seeded, TwinRows), strict=True):
            await create_database(server, name)
            stack.push_async_callback(drop_database, server, name)
            bench = await stack.enter_async_context(open_bench(server, name, settings, rows=rows))
            permission = permission_of(bench.engine.registry)
            bench.environment = replace(bench.environment, permission=permission)
            benches.append(bench)
        first, second = benches
        yield Pair((first, second))


@pytest.mark.parametrize("size", [150, pytest.param(4000, marks=pytest.mark.long)])
async def test_random_documents_tell_nothing_of_what_is_hidden(pair: Pair, size: int) -> None:
    bench = pair.benches[0]
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, SEED + size)
    found = 0
    for _ in range(size):
        document = writer.write()
        first, second = await pair.answers(document.text, document.variables)
        assert json.dumps(first) == json.dumps(second), f"{document.text}\n{document.variables}"
        found += found_something(first.get("data"))

    assert found >= size * 0.35


async def test_random_documents_tell_who_may_read_all(pair: Pair) -> None:
    bench = pair.benches[0]
    writer = DocumentWriter(bench.reader.schema, bench.reader.snapshot, SEED)
    told = 0
    for _ in range(40):
        document = writer.write()
        bodies = []
        for bench in pair.benches:
            everybody = replace(bench.environment, permission=Permission())
            call = Call(document.text, document.variables)
            bodies.append((await bench.engine.execute(call, everybody)).body)
        told += bodies[0] != bodies[1]

    assert told >= 12
