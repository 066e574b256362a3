"""A few hundred random rows for the reading models, put in by SQL."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import orjson

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.selection import Selection
from graphql_erp.fields.varies_by import VariesBy
from graphql_erp.fields.varying import entry_of
from graphql_erp.registry.model import FieldDef, ModelDef, RelationKind
from graphql_erp.registry.registry import Registry

COUNTS = {
    "User": 4,
    "Currency": 3,
    "Region": 8,
    "Tag": 10,
    "Party": 40,
    "Card": 30,
    "Product": 15,
    "Order": 60,
    "Line": 150,
}
TEXTS = (
    *("", " ", "Zoë", "zoe", "Zoe", "Émile", "emile", "O'Brien", '"quoted"', "100 %", "a_b", "a%b"),
    *(
        "back\\slash",
        "line\nbreak",
        "日本",
        "Straße",
        "STRASSE",
        "İstanbul",
        "naïve 🙂",
        "Ada",
        "ada",
    ),
    *("{curly}", "$1", ":name", "-- no comment", "NULL", "null", "Ångström", "ab", "abc", "B", "b"),
)
JSONS: tuple[Any, ...] = (
    *({}, [], "text", 0, -1.5, True, [1, [2, None]], {"a": {"b": [1, 2.25, "é"]}}, {"é 'x'": None}),
    *(["a", "b"], {"a": 9_007_199_254_740_993}, "a"),
)
DAYS = (date(1, 1, 1), date(1900, 2, 28), date(2024, 2, 29), date(2999, 12, 31), date(9999, 12, 31))
MOMENTS = (
    datetime(1899, 12, 31, 23, 59, 59, 999_999, UTC),
    datetime(2024, 3, 10, 4, 59, 59, tzinfo=UTC),
    datetime(2024, 11, 3, 4, 31, tzinfo=UTC),
    datetime(2024, 12, 31, 23, 30, tzinfo=UTC),
    datetime(2025, 1, 1, 3, 29, 59, 1, UTC),
)
KEYS = {VariesBy.LANGUAGE: ("fr", "de", "fr_CA"), VariesBy.COMPANY: ("0", "1", "2", "3")}
PLAIN: Mapping[VariesBy, Mapping[str, bool]] = {
    VariesBy.LANGUAGE: {"translate": False},
    VariesBy.COMPANY: {"per_company": False},
}
FLOATS = (0.0, 0.125, -2.5, 3.0, 1024.75, 1e150, 5e-324)


class Rows:
    """Makes the rows of all models."""

    def __init__(self, registry: Registry, seed: int) -> None:
        self.registry = registry
        self.chance = random.Random(seed)  # noqa: S311 - repeatable data
        self.number = 0

    def of(self, model: ModelDef) -> list[dict[str, Any]]:
        """Return the rows of a model by column; relations lead to any record there will be."""
        return [self._row(model, number) for number in range(1, COUNTS[model.name] + 1)]

    def links(self, field: FieldDef) -> list[tuple[int, int]]:
        """Return the pairs of a to-many relation with a table of its own."""
        relation = field.relation
        assert relation is not None
        own, target = COUNTS[field.model], COUNTS[relation.target]
        pairs = [(a, b) for a in range(1, own + 1) for b in range(1, target + 1)]
        return sorted(self.chance.sample(pairs, k=len(pairs) // 6))

    def _row(self, model: ModelDef, number: int) -> dict[str, Any]:
        self.number = number
        fields = [item for item in model.fields.values() if item.is_stored and not item.is_computed]
        row = {item.column: self._value(item) for item in fields if item.name != "id"}
        for field in model.fields.values():
            kept = self.chance.choice((*field.members, ""))
            others = (name for name in field.members if name != kept)
            row |= {model.fields[name].column: None for name in others}
        return {"id": number} | row

    def _value(self, field: FieldDef) -> Any:
        if not field.type.required and self.chance.random() < 0.2:
            return None
        if field.type.varies_by is not None:
            return self._varying(field, field.type.varies_by)
        if field.relation is not None:
            return self._target(field)
        if field.type.unique:
            return self._unique(field)
        if isinstance(field.type, Selection):
            return self.chance.choice(tuple(field.type.labels))
        return _MAKERS[field.type.name](self.chance, field)

    def _varying(self, field: FieldDef, varies_by: VariesBy) -> str:
        plain = replace(field, type=replace(field.type, required=True, **PLAIN[varies_by]))
        keys = self.chance.sample(KEYS[varies_by], k=self.chance.randint(0, 3))
        if field.type.required or varies_by is VariesBy.LANGUAGE:
            keys = [*keys, varies_by.source_key]
        values = {key: self._value(plain) for key in keys}
        is_json = field.type.kind is Kind.JSON
        entries = {key: orjson.loads(v) if is_json else entry_of(v) for key, v in values.items()}
        return orjson.dumps(entries).decode()

    def _target(self, field: FieldDef) -> int | None:
        assert field.relation is not None
        count = COUNTS[field.relation.target]
        if field.type.unique:
            is_own = field.relation.target == field.model
            return (self.number - 1 or None) if is_own else count + 1 - self.number
        if field.relation.target == field.model:
            return self.chance.randint(1, max(1, self.number - 1))
        return self.chance.randint(1, max(1, count * 4 // 5))

    def _unique(self, field: FieldDef) -> Any:
        if field.type.kind is Kind.INTEGER:
            return self.number * 7 - 20
        if field.type.name == "Email":
            return f"{self.chance.choice(('ada', 'Zoë', 'o_b%'))}{self.number}@example.com"
        return f"{self.chance.choice(TEXTS)}{self.number}"


def _decimal(chance: random.Random, field: FieldDef) -> Decimal:
    precision, scale = field.type.digits  # type: ignore[attr-defined]
    most = Decimal("9" * precision + f"e-{scale}")
    common = Decimal(chance.randint(-50_000, 50_000)) / 100
    if precision - scale < 3:
        return Decimal(chance.randint(0, 9000)).scaleb(-scale)
    return chance.choice((common, common, common, Decimal(0), most, most.copy_negate()))


def _integer(bits: int) -> Callable[[random.Random, FieldDef], int]:
    def make(chance: random.Random, _field: FieldDef) -> int:
        extremes = (2 ** (bits - 1) - 1, -(2 ** (bits - 1)), 0)
        return chance.choice((*extremes, *(chance.randint(-9, 9) for _ in range(9))))

    return make


def _integer_of(chance: random.Random, field: FieldDef) -> int:
    # Sums of such numbers are declared as 32 bits.
    if field.name in {"quantity", "version"}:
        return chance.randint(1, 12)
    return _integer(32)(chance, field)


def _text(chance: random.Random, _field: FieldDef) -> str:
    return chance.choice((chance.choice(TEXTS), chance.choice(TEXTS) + chance.choice(TEXTS)))


def _day(chance: random.Random, _field: FieldDef) -> date:
    common = date(2023, 1, 1) + timedelta(days=chance.randint(0, 1000))
    return chance.choice((common, common, common, chance.choice(DAYS)))


def _moment(chance: random.Random, _field: FieldDef) -> datetime:
    common = datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.randint(0, 90_000_000))
    return chance.choice((common, common, chance.choice(MOMENTS)))


def _clock(chance: random.Random, _field: FieldDef) -> time:
    return chance.choice((time(), time(23, 59, 59, 999_999), time(8, 30), time(12, 0, 0, 5)))


_MAKERS: Mapping[str, Callable[[random.Random, FieldDef], Any]] = {
    "Char": _text,
    "Text": _text,
    "Email": lambda chance, _: chance.choice(("ada@example.com", "zoë@exämple.com")),
    "Url": lambda chance, _: chance.choice(("https://example.com/", "http://a.b/c?d=%20#e")),
    "Integer": _integer_of,
    "BigInteger": _integer(64),
    "Float": lambda chance, _: chance.choice(FLOATS),
    "Decimal": _decimal,
    "Monetary": _decimal,
    "Boolean": lambda chance, _: chance.random() < 0.5,
    "Date": _day,
    "Datetime": _moment,
    "Time": _clock,
    "Binary": lambda chance, _: chance.randbytes(chance.choice((0, 1, 57, 58, 200))),
    "Json": lambda chance, _: orjson.dumps(chance.choice(JSONS)).decode(),
}


async def fill(connection: asyncpg.Connection, registry: Registry, rows: Rows) -> None:
    """Put rows into every table, those that others lead to first."""
    for name in COUNTS:
        model = registry.models[name]
        made = rows.of(model)
        names = ", ".join(f'"{name}"' for name in made[0])
        places = ", ".join(f"${number}" for number in range(1, len(made[0]) + 1))
        insert = f'INSERT INTO "{model.table}" ({names}) VALUES ({places})'
        await connection.executemany(insert, [tuple(row.values()) for row in made])
    filled = set()
    for model in registry.models.values():
        for field in model.fields.values():
            relation = field.relation
            if (
                relation
                and relation.kind is RelationKind.LINK
                and relation.link_table not in filled
            ):
                filled.add(relation.link_table)
                insert = (
                    f'INSERT INTO "{relation.link_table}"'
                    f' ("{relation.link_own}", "{relation.link_target}") VALUES ($1, $2)'
                )
                await connection.executemany(insert, rows.links(field))
    await connection.execute("ANALYZE")
