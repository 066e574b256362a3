"""Filters and orderings drawn so that a known record passes them most of the time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLSchema, get_named_type

from graphql_erp.fields.selection import Selection
from graphql_erp.naming import camel
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.documents_variables import Member, Variables
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

_LEAF_RATE = 0.25


@dataclass
class FilterWriter:
    """Draws conditions about records of a snapshot."""

    schema: GraphQLSchema
    snapshot: Snapshot
    chance: random.Random
    variables: Variables
    leaf_rate: float = 0.0
    """How often a single operand is a variable."""

    # ---- typed filters ----------------------------------------------------------------------

    def filter(self, model: str, record: Record | None, depth: int) -> dict[str, Any]:
        """Return a filter that is mostly true of a record."""
        match self.chance.randrange(12):
            case 0:
                return {"AND": [self.filter(model, record, depth), self.filter(model, record, 0)]}
            case 1:
                other = self._any(model)
                both = [self.filter(model, other, 0), self.filter(model, record, depth)]
                return {"OR": both, **self._members(model, record, 0)}
            case 2:
                return {"NOT": self.filter(model, self._any(model), depth)}
            case 3:
                return {"OR": [{"AND": [self.filter(model, record, 0)]}]}
        found = self._members(model, record, depth)
        if self.chance.random() < 0.2:  # noqa: PLR2004
            found |= self._members(model, record, depth)
        return found

    def _members(self, model: str, record: Record | None, depth: int) -> dict[str, Any]:
        kind = self.schema.type_map[f"{model}Filter"]
        assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101 - as every filter is
        fields = self.snapshot.model(model).by_graphql_name
        names = [name for name in kind.fields if name not in {"AND", "OR", "NOT"}]
        while True:
            name = self.chance.choice(names)
            field = fields.get(name)
            if field is None:
                own = fields[name.removesuffix("Id")]
                return {name: self._operators(kind.fields[name].type, own, record)}
            if field.members:
                return {name: self._chosen(field, record, depth)}
            if field.relation is None:
                return {name: self._operators(kind.fields[name].type, field, record)}
            if depth > 0:
                related = self._related(field, record, depth - 1)
                if related is not None:
                    return {name: related}

    def _chosen(self, field: FieldDef, record: Record | None, depth: int) -> dict[str, Any]:
        """Return the filter of a Reference."""
        held = [name for name in field.members if getattr(record, name, None) is not None]
        if not depth or self.chance.random() < 0.3:  # noqa: PLR2004
            return {"isnull": self._leaf("Boolean", value=not held)}
        name = self.chance.choice(held or field.members)
        member = self.snapshot.field(field.model, (name,))
        key = camel(name.removeprefix(f"{field.name}_"))
        return {key: self.filter(target_of(member), getattr(record, name, None), depth - 1)}

    def _related(self, field: FieldDef, record: Record | None, depth: int) -> Any:
        target = target_of(field)
        found = None if record is None else getattr(record, field.name)
        if field.is_to_one:
            return self.filter(target, found, depth)
        records: list[Record] = found or []
        match self.chance.randrange(6):
            case 0:
                operator = self.chance.choice(("eq", "gte", "lte"))
                return {"count": {operator: self._leaf("Int", len(records))}}
            case 1:
                return {"none": self.filter(target, self._any(target), depth)}
            case 2:
                return {"every": self.filter(target, records[0] if records else None, depth)}
            case 3 if records:
                return {"some": self.filter(target, records[-1], depth), "count": {"neq": 0}}
        return (
            {"some": self.filter(target, self.chance.choice(records), depth)} if records else None
        )

    def _operators(self, kind: Any, field: FieldDef, record: Record | None) -> dict[str, Any]:
        offered = get_named_type(kind)
        value = None if record is None else self._value(field, record)
        names = [name for name in offered.fields if name != "isnull"]
        if value is None:
            other = self._other(field)
            if "neq" in names and other is not None and self.chance.random() < 0.3:  # noqa: PLR2004
                return {"neq": self._leaf(str(offered.fields["neq"].type), other)}
            return {"isnull": self._leaf("Boolean", value=True)}
        if not names:
            return {"isnull": self._leaf("Boolean", value=False)}
        if self.chance.random() < 0.1:  # noqa: PLR2004
            name = names[0]
            absent = {name: self.variables.absent(str(offered.fields[name].type))}
            return {"isnull": False} | (absent if self.leaf_rate else {})
        found = {}
        for _ in range(self.chance.choice((1, 1, 1, 2))):
            name = self.chance.choice(names)
            operand = self._operand(name, field, value)
            found[name] = self._leaf(str(offered.fields[name].type), operand)
        return found

    def _operand(self, name: str, field: FieldDef, value: Any) -> Any:
        other = self._other(field)
        match name:
            case "in":
                return [value] if other is None else [other, value, other]
            case "nin":
                return [] if other in {None, value} else [other]
            case "neq" | "gt" | "lt":
                return value if other is None else other
            case "has":
                return next(iter(value), "a") if isinstance(value, dict) else "a"
            case "eq" | "gte" | "lte":
                return value
        start = self.chance.randint(0, len(value))
        end = self.chance.randint(start, len(value))
        part = {"startswith": value[:end], "endswith": value[start:]}.get(
            name.removeprefix("i"), value[start:end]
        )
        return part.swapcase() if name.startswith("i") else part

    def _leaf(self, type_name: str, value: Any) -> Any:
        if self.chance.random() < self.leaf_rate:
            return self.variables.bound(type_name, value)
        return value

    # ---- values -----------------------------------------------------------------------------

    def _any(self, model: str) -> Record:
        return self.chance.choice(self.snapshot.all(model))

    def _other(self, field: FieldDef) -> Any:
        return self._value(field, self._any(field.model))

    def _value(self, field: FieldDef, record: Record) -> Any:
        """Return a field's value as a client writes it."""
        value = self.snapshot.value(field.model, record, (field.name,))
        if value is None:
            return None
        given = field.type.to_json_python(value)
        return Member(given) if isinstance(field.type, Selection) else given

    # ---- orderings --------------------------------------------------------------------------

    def order(self, model: str) -> list[dict[str, Any]]:
        """Return a value of `orderBy`."""
        count = self.chance.choice((1, 1, 2, 3))
        return [self._order_item(model, 2) for _ in range(count)]

    def _order_item(self, model: str, depth: int) -> dict[str, Any]:
        kind = self.schema.type_map[f"{model}OrderBy"]
        assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101
        fields = self.snapshot.model(model).by_graphql_name
        names = [name for name in kind.fields if depth or fields[name].relation is None]
        name = self.chance.choice(names)
        if fields[name].relation is not None:
            return {name: self._order_item(target_of(fields[name]), depth - 1)}
        directions = self.schema.type_map["OrderDirection"]
        assert isinstance(directions, GraphQLEnumType)  # noqa: S101
        direction = Member(self.chance.choice(list(directions.values)))
        if self.chance.random() < self.leaf_rate:
            return {name: self.variables.bound("OrderDirection!", direction, strict=True)}
        return {name: direction}


def leaf_rate(chance: random.Random) -> float:
    """Return how often operands of one argument are variables."""
    rates: Sequence[float] = (0.0, _LEAF_RATE, _LEAF_RATE)
    return chance.choice(rates)
