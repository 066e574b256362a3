"""Random rows of the company, put in by SQL, and put back after a write."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import asyncpg

from graphql_erp.registry.model import RelationKind
from graphql_erp.registry.registry import Registry

COUNTS = {
    "User": 4,
    "Company": 3,
    "Region": 9,
    "Tag": 8,
    "Partner": 36,
    "Badge": 20,
    "Product": 12,
    "Order": 45,
    "Line": 90,
}
LINKS = {"partner_tags": 60, "partner_marks": 40, "product_kinds": 20}
_WORDS = ("Ada", "ada", "Zoë", "Émile", "Bob", "Ann", "O'Neil", "a_b", "50 %", "")


def rows_of(seed: int) -> Mapping[str, list[dict[str, Any]]]:
    """Return the rows of every model by column; ids count from 1."""
    chance = random.Random(seed)  # noqa: S311 - repeatable data
    makers = {
        "User": lambda n: {"name": f"User {n}"},
        "Company": lambda n: {"name": f"Company {n}"},
        "Region": lambda n: _region(chance, n),
        "Tag": lambda _: {"name": _texts(chance), "weight": _maybe(chance, 3)},
        "Partner": lambda n: _partner(chance, n),
        "Badge": lambda n: _badge(chance, n),
        "Product": lambda _: _product(chance),
        "Order": lambda n: _order(chance, n),
        "Line": lambda _: _line(chance),
    }
    made = {}
    for model, count in COUNTS.items():
        made[model] = [{"id": n} | _stamps(chance) | makers[model](n) for n in range(1, count + 1)]
    return made


def _stamps(chance: random.Random) -> dict[str, Any]:
    return {"created_by_id": _any(chance, "User"), "updated_by_id": None}


def _any(chance: random.Random, model: str, missing: float = 0.15) -> int | None:
    return None if chance.random() < missing else chance.randint(1, COUNTS[model])


def _maybe(chance: random.Random, most: int) -> int | None:
    return None if chance.random() < 0.15 else chance.randint(0, most)


def _texts(chance: random.Random) -> str:
    languages = chance.sample(("fr", "de"), k=chance.randint(0, 2))
    return json.dumps({name: chance.choice(_WORDS) for name in ("en", *languages)})


def _money(chance: random.Random) -> Decimal:
    return Decimal(chance.randint(-2000, 5000)) / 100


def _per_company(chance: random.Random, value: Any) -> str:
    keys = chance.sample(("0", "1", "2", "3"), k=chance.randint(0, 3))
    return json.dumps(dict.fromkeys(keys, value))


def _region(chance: random.Random, number: int) -> dict[str, Any]:
    parent = None if number < 3 else chance.randint(1, number - 1)
    name = f"{chance.choice(_WORDS)} {number}"
    return {"name": name, "rating": _maybe(chance, 4), "parent_id": parent}


def _partner(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "name": chance.choice(_WORDS),
        "note": chance.choice((None, "late", "Good payer", "ada's friend")),
        "email": chance.choice((None, f"p{number}@example.com")),
        "rank": _maybe(chance, 5),
        "balance": _money(chance),
        "is_active": chance.random() < 0.8,
        "kind": chance.choice(("person", "firm")),
        "born_on": chance.choice((None, date(2024, 1, 1) + timedelta(days=chance.randint(0, 700)))),
        "motto": chance.choice((None, _texts(chance))),
        "terms": chance.choice((None, _texts(chance))),
        "days": chance.choice((None, _per_company(chance, chance.randint(0, 30)))),
        "credit": chance.choice((None, _money(chance))),
        "region_id": _any(chance, "Region"),
        "company_id": _any(chance, "Company"),
        "owner_id": _any(chance, "User"),
        "patron_id": chance.choice((None, chance.randint(1, max(number - 1, 1)))),
    }


def _badge(chance: random.Random, number: int) -> dict[str, Any]:
    partner = None if number % 7 == 0 else COUNTS["Partner"] + 1 - number
    return {
        "code": f"B{number}",
        "points": _maybe(chance, 9),
        "partner_id": partner,
        "issuer_id": _any(chance, "Region"),
    }


def _product(chance: random.Random) -> dict[str, Any]:
    return {
        "name": chance.choice(_WORDS),
        "is_sold": chance.random() < 0.8,
        "cost": chance.choice((None, _money(chance))),
        "price": chance.choice((None, _per_company(chance, str(_money(chance))))),
    }


def _order(chance: random.Random, number: int) -> dict[str, Any]:
    return {
        "number": number * 3,
        "code": f"C{number % 20}-{number}",
        "partner_id": _any(chance, "Partner", 0),
        "state": chance.choice(("open", "sent", "done")),
        "ordered_on": date(2025, 1, 1) + timedelta(days=chance.randint(0, 400)),
        "amount": _money(chance),
        "discount": _maybe(chance, 3),
    }


def _line(chance: random.Random) -> dict[str, Any]:
    sources = {"Partner": None, "Product": None, "Badge": None}
    chosen = chance.choice((*sources, ""))
    if chosen:
        sources[chosen] = chance.randint(1, COUNTS[chosen])  # type: ignore[assignment]
    return {
        "order_id": _any(chance, "Order", 0),
        "product_id": _any(chance, "Product"),
        **{f"source_{name.lower()}_id": key for name, key in sources.items()},
        "quantity": chance.randint(1, 9),
        "price": _money(chance),
    }


def pairs_of(seed: int, registry: Registry) -> Iterator[tuple[str, tuple[str, str], set[Any]]]:
    """Give the table, the columns and the pairs of every relation with a table of its own."""
    chance = random.Random(seed)  # noqa: S311 - repeatable data
    done = set()
    for model in registry.models.values():
        for field in model.fields.values():
            relation = field.relation
            if relation is None or relation.kind is not RelationKind.LINK:
                continue
            if relation.link_table in done:
                continue
            done.add(relation.link_table)
            own, target = COUNTS[field.model], COUNTS[relation.target]
            every = [(a, b) for a in range(1, own + 1) for b in range(1, target + 1)]
            columns = (relation.link_own, relation.link_target)
            yield relation.link_table, columns, set(chance.sample(every, k=len(every) // 5))


async def fill(connection: asyncpg.Connection, registry: Registry, seed: int) -> None:
    """Put random rows into every table; what the audit tells of two deleted records stays."""
    await connection.execute("BEGIN; " + triggers(registry, "DISABLE"))
    for name, rows in rows_of(seed).items():
        await _insert(connection, registry.models[name].table, rows)
    for table, columns, pairs in pairs_of(seed + 1, registry):
        await _insert(
            connection, table, [dict(zip(columns, pair, strict=True)) for pair in sorted(pairs)]
        )
    entries = [_entry(random.Random(number), number) for number in range(1, 41)]  # noqa: S311
    await _insert(connection, registry.models["AuditEntry"].table, entries)
    await connection.execute(triggers(registry, "ENABLE") + "COMMIT")
    for name in registry.models:
        table = registry.models[name].table
        await connection.execute(
            f"SELECT setval(pg_get_serial_sequence('\"{table}\"', 'id'), 1000)"
        )
    await connection.execute("ANALYZE")


def triggers(registry: Registry, do: str) -> str:
    """Return the statements that let the triggers of the audit sleep or wake."""
    audited = (model.table for model in registry.models.values() if model.is_audited)
    return "".join(f'ALTER TABLE "{table}" {do} TRIGGER USER; ' for table in audited)


def _entry(chance: random.Random, number: int) -> dict[str, Any]:
    """Return what the audit tells of a partner or an order, some of which are gone."""
    model = chance.choice(("Partner", "Order"))
    old = {"credit": "1.00", "rank": chance.randint(0, 5), "terms": {"en": "x"}, "patron": "2"}
    if model == "Order":
        old = {"amount": "2.00", "discount": chance.randint(0, 3), "partner": "3"}
    return {
        "id": number,
        "model": model,
        "record_id": chance.randint(1, COUNTS[model] + 3),
        "operation": chance.choice(("create", "update", "delete")),
        "changed_at": datetime(2025, 1, 1, tzinfo=UTC),
        "user_id": _any(chance, "User"),
        "old_values": json.dumps(old),
        "new_values": json.dumps({**old, "note": None} if model == "Partner" else old),
    }


async def _insert(connection: asyncpg.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    names = ", ".join(f'"{name}"' for name in rows[0])
    places = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
    statement = f'INSERT INTO "{table}" ({names}) VALUES ({places})'
    await connection.executemany(statement, [tuple(row.values()) for row in rows])
