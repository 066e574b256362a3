"""Arguments of lists and groups."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, GraphQLSchema

from graphql_erp.expressions.tree import Kind
from graphql_erp.naming import constant
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.documents_filter import FilterWriter, leaf_rate
from graphql_erp.testing.documents_q import QWriter
from graphql_erp.testing.documents_variables import Member, Variables, written
from graphql_erp.testing.reference_reader_order import (
    GROUP_CURSOR,
    cursor_of,
    in_order,
    ordering,
)
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

_VARIABLE_RATE = 0.3
_NOTHING_RATE = 0.04
_GRANULARITIES = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
_DATES = {Kind.DATE, Kind.DATETIME}
_MOST = 12
_ARCHIVED = ("EXCLUDE", "INCLUDE", "INCLUDE", "ONLY")


@dataclass
class ArgumentWriter:
    """Draws the arguments of fields."""

    schema: GraphQLSchema
    snapshot: Snapshot
    chance: random.Random
    variables: Variables

    def __post_init__(self) -> None:
        self.filters = FilterWriter(self.schema, self.snapshot, self.chance, self.variables)

    def happens(self, rate: float) -> bool:
        """Tell whether something of a probability happens."""
        return self.chance.random() < rate

    def text(self, field: GraphQLField, values: Mapping[str, Any]) -> str:
        """Return arguments as text, some of them by variables, some that say nothing."""
        parts = []
        for name, value in values.items():
            kind = str(field.args[name].type)
            if value is not None and not _has_variables(value) and self.happens(_VARIABLE_RATE):
                value = self.variables.bound(kind, value)  # noqa: PLW2901
            parts.append(f"{name}: {written(value)}")
        for name, argument in field.args.items():
            is_optional = name not in values and not str(argument.type).endswith("!")
            if is_optional and self.happens(_NOTHING_RATE):
                nothing = self.variables.without_value(str(argument.type))
                parts.append(f"{name}: {self.chance.choice(('null', written(nothing)))}")
        self.chance.shuffle(parts)
        return f"({', '.join(parts)})" if parts else ""

    # ---- lists ------------------------------------------------------------------------------

    def of_list(self, model: str, record: Record, field: GraphQLField, room: int) -> dict[str, Any]:
        """Return the arguments of a list of which a record is hoped to be part."""
        values: dict[str, Any] = {}
        self.filters.leaf_rate = leaf_rate(self.chance)
        is_filtered = "filter" in field.args
        if is_filtered and self.happens(0.45):
            values["filter"] = self.filters.filter(model, record, 2)
        if is_filtered and self.happens(0.15):
            values["q"] = QWriter(self.snapshot, self.chance).write(model, record)
        if "search" in field.args and self.happens(0.08):
            names = self.snapshot.model(model).search
            text = next(filter(None, (getattr(record, name) for name in names)), "")
            values["search"] = text[:2].swapcase()
        if "archived" in field.args and self.happens(0.7):
            values["archived"] = Member(self.chance.choice(_ARCHIVED))
        if self.happens(0.45):
            values["orderBy"] = self.filters.order(model)
        self._page(model, record, values, room)
        return {name: value for name, value in values.items() if name in field.args}

    def _page(self, model: str, record: Record, values: dict[str, Any], room: int) -> None:
        size = 0 if self.happens(0.03) else self.chance.randint(1, max(1, min(_MOST, room)))
        style = self.chance.randrange(10)
        if style < 2:  # noqa: PLR2004
            values["last"] = size
        elif style < 8 or room < 50:  # noqa: PLR2004
            values["first"] = size
        if self.happens(0.12):
            values["offset" if style >= 2 else "after"] = (  # noqa: PLR2004
                self.chance.choice((0, 1, 1, 2, 3))
                if style >= 2  # noqa: PLR2004
                else self._cursor(model, record, values, early=True)
            )
        if self.happens(0.2):
            values["after"] = self._cursor(model, record, values, early=True)
        if "offset" not in values and self.happens(0.1):
            values["before"] = self._cursor(model, record, values, early=False)

    def _cursor(self, model: str, record: Record, values: Mapping[str, Any], *, early: bool) -> str:
        """Return the cursor of a record that comes early, or late, in the ordering asked for."""
        order = _resolved(values.get("orderBy"), self.variables)
        keys = ordering(self.snapshot, model, order)
        others = self.chance.sample(self.snapshot.all(model), k=1)
        line = in_order(
            self.snapshot, model, {item.id: item for item in [record, *others]}.values(), keys
        )
        return cursor_of(model, line[0] if early else line[-1], keys)

    # ---- groups -----------------------------------------------------------------------------

    def of_groups(self, model: str, room: int) -> dict[str, Any]:
        """Return the arguments of groups."""
        by: list[dict[str, Any]] = []
        names: list[str] = []
        for number in range(self.chance.choice((1, 1, 2, 3))):
            item, name = self._grouping(model, 1)
            if name in names or self.happens(0.15):
                name = f"item é {number}"
                item["as"] = name
            by.append(item)
            names.append(name)
        values: dict[str, Any] = {"by": by}
        if self.happens(0.4):
            values["orderBy"] = [self._group_order(model, by)]
        if self.happens(0.6) or room < 50:  # noqa: PLR2004
            values["first"] = self.chance.randint(1, max(1, min(_MOST, room)))
        if self.happens(0.1):
            values["offset"] = self.chance.choice((0, 1, 2))
        if self.happens(0.1):
            values["after"] = f"{GROUP_CURSOR} {self.chance.choice((1, 1, 2))}"
        return values

    def _grouping(self, model: str, depth: int) -> tuple[dict[str, Any], str]:
        field = self.chance.choice(self._fields_by(model, hops=depth > 0))
        if field.is_to_one and self.happens(0.6) and depth:
            item, name = self._grouping(target_of(field), depth - 1)
            return {field.graphql_name: item}, f"{field.graphql_name}.{name}"
        item = {"field": Member(constant(field.name))}
        if field.type.kind in _DATES and self.happens(0.7):
            item["granularity"] = Member(self.chance.choice(_GRANULARITIES))
        return item, field.graphql_name

    def _fields_by(self, model: str, *, hops: bool) -> list[FieldDef]:
        members = self.schema.type_map[f"{model}FieldName"].values  # type: ignore[attr-defined]
        fields = [self.snapshot.model(model).fields[name.lower()] for name in members]
        common = [item for item in fields if item.is_to_one or item.type.value_type().choices]
        dates = [item for item in fields if item.type.kind in _DATES and not item.is_system]
        return self.chance.choice([fields, dates or fields, common if hops and common else fields])

    def _group_order(self, model: str, by: list[dict[str, Any]]) -> dict[str, Any]:
        kind = self.schema.type_map[f"{model}GroupingOrderBy"]
        assert isinstance(kind, GraphQLInputObjectType)  # noqa: S101
        direction = {"direction": Member(self.chance.choice(("ASC", "DESC")))}
        own = [item["field"] for item in by if "field" in item]
        numbers = self.schema.type_map.get(f"{model}Numbers")
        match self.chance.randrange(3):
            case 0 if own:
                return {"key": self.chance.choice(own)} | direction
            case 1 if numbers is not None:
                name = self.chance.choice(list(numbers.fields))  # type: ignore[attr-defined]
                field = self.snapshot.model(model).by_graphql_name[name]
                return {"sum": Member(constant(field.name))} | direction
        return {"count": Member(self.chance.choice(("ASC", "DESC")))}

    # ---- one record -------------------------------------------------------------------------

    def of_one(self, model: str, record: Record) -> dict[str, Any]:
        """Return a value of `by` that finds a record."""
        keys = self.schema.type_map[f"{model}UniqueKey"].fields  # type: ignore[attr-defined]
        name = self.chance.choice(list(keys))
        members = getattr(keys[name].type, "fields", None)
        if members is not None:
            return {name: {each: self._key_value(model, record, each) for each in members}}
        value = self._key_value(model, record, name)
        return {"id": str(record.id)} if value is None else {name: value}

    def _key_value(self, model: str, record: Record, name: str) -> Any:
        fields = self.snapshot.model(model).by_graphql_name
        field = fields.get(name) or fields[name.removesuffix("Id")]
        value = self.snapshot.value(model, record, (field.name,))
        return None if value is None else field.type.to_json_python(value)


def _has_variables(value: Any) -> bool:
    return "Variable(" in repr(value)


def _resolved(value: Any, variables: Variables) -> Any:
    """Return a value with what its variables stand for."""
    if isinstance(value, list):
        return [_resolved(item, variables) for item in value]
    if isinstance(value, dict):
        return {key: _resolved(item, variables) for key, item in value.items()}
    return variables.values.get(value.name) if hasattr(value, "name") else value
