"""Q texts drawn so that a known record passes them most of the time."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graphql_erp.expressions.tree import Kind
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

_COUNTED = 0.3


@dataclass(frozen=True, slots=True)
class QWriter:
    """Draws Q texts about records of a snapshot."""

    snapshot: Snapshot
    chance: random.Random

    def write(self, model: str, record: Record, depth: int = 1) -> str:
        """Return a text that is mostly true of a record."""
        match self.chance.randrange(8 if depth else 5):
            case 5:
                return f"({self.write(model, record, 0)} & {self.write(model, record, 0)})"
            case 6:
                return (
                    f"({self.write(model, self._any(model), 0)} | {self.write(model, record, 0)})"
                )
            case 7:
                return f"~{self.write(model, self._any(model), 0)}"
        return f"Q({self._item(model, record, (), 2)})"

    def _item(self, model: str, record: Record | None, hops: tuple[str, ...], depth: int) -> str:
        fields = [
            field
            for field in self.snapshot.model(model).fields.values()
            if field.is_sql or (field.is_to_many and depth)
        ]
        field = self.chance.choice(fields)
        path = (*hops, field.name)
        names = "__".join(path)
        found = None if record is None else getattr(record, field.name, None)
        if field.is_to_many:
            if not found or self.chance.random() < _COUNTED:
                return f"{names}__count__lte={len(found or ())}"
            return self._item(target_of(field), self.chance.choice(found), path, 0)
        value = None if record is None else self._value(field, record)
        if value is None:
            return f"{names}__isnull=True"
        if field.is_to_one and depth:
            return self._item(target_of(field), found, path, depth - 1)
        return f"{names}__{self.chance.choice([*self._lookups(field, value)])}"

    def _lookups(self, field: FieldDef, value: Any) -> Iterator[str]:
        """Give lookups, with their operands, that are mostly true of a value."""
        yield "isnotnull=True"
        allowed = field.type.lookups
        if "has" in allowed:
            yield 'has="a"'
        text = _written(field, value)
        if text is None:
            return
        if "eq" in allowed:
            yield f"eq={text}"
            other = self._value(field, self._any(field.model))
            yield f"neq={text if other is None else _written(field, other) or text}"
        if "in" in allowed:
            yield f"in=[{text}]"
        if "between" in allowed:
            yield from (f"gte={text}", f"lte={text}", f"between=[{text}, {text}]")
        if "week" in allowed:
            yield from (f"{part}={getattr(value, part)}" for part in ("year", "month", "day"))
            yield f"week={value.isocalendar().week}"
            yield f"quarter={(value.month + 2) // 3}"
        if "contains" in allowed:
            yield from (f"{name}={_quoted(value[:2])}" for name in ("contains", "startswith"))
            yield f"iendswith={_quoted(value[-2:].swapcase())}"

    def _any(self, model: str) -> Record:
        return self.chance.choice(self.snapshot.all(model))

    def _value(self, field: FieldDef, record: Record) -> Any:
        return self.snapshot.value(field.model, record, (field.name,))


def _written(field: FieldDef, value: Any) -> str | None:
    """Return a value as Q text; None for numbers that need an exponent, which it does not take."""
    kind = field.type.kind
    if kind is Kind.FLOAT and "e" in repr(value):
        return None
    if kind in {Kind.BOOLEAN, Kind.INTEGER, Kind.RECORD, Kind.FLOAT}:
        return repr(value)
    if kind is Kind.DECIMAL:
        return format(value, "f")
    return _quoted(value if kind is Kind.TEXT else field.type.to_json_python(value))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
