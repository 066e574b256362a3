"""Answers about figures: facts of a page, aggregates over records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql_erp.expressions.evaluate_functions import folded
from graphql_erp.expressions.tree import Kind
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot

Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PageInfoAnswer:
    """`pageInfo`."""

    facts: Mapping[str, Any]

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return one fact."""
        return self.facts[name]


def page_info(cursors: list[str], *, has_next: bool, has_previous: bool) -> PageInfoAnswer:
    """Return the answer about a page with these cursors."""
    return PageInfoAnswer(
        {
            "hasNextPage": has_next,
            "hasPreviousPage": has_previous,
            "startCursor": cursors[0] if cursors else None,
            "endCursor": cursors[-1] if cursors else None,
        }
    )


@dataclass(frozen=True, slots=True)
class AggregateAnswer:
    """`aggregate`: figures over records."""

    snapshot: Snapshot
    model: str
    records: list[Record]

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return a count, or the object of all sums, averages or extremes."""
        match name:
            case "count":
                return len(self.records)
            case "countDistinct":
                field = self.snapshot.model(self.model).fields[arguments["field"].lower()]
                return len({value for value in self.values(field) if value is not None})
        return FiguresAnswer(self, name)

    def values(self, field: FieldDef) -> list[Any]:
        """Return the values of a field."""
        return [self.snapshot.value(self.model, item, (field.name,)) for item in self.records]


@dataclass(frozen=True, slots=True)
class FiguresAnswer:
    """`sum`, `avg`, `min` or `max` of every field asked for."""

    over: AggregateAnswer
    function: str

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return the figure of one field; of nothing it is null."""
        field = self.over.snapshot.model(self.over.model).by_graphql_name[name]
        return _figure(self.function, field, self.over.values(field))


def _figure(function: str, field: FieldDef, values: list[Any]) -> Any:
    known = [value for value in values if value is not None]
    if not known:
        return None
    if function in {"min", "max"}:
        return field.type.to_json_python(min(known) if function == "min" else max(known))
    if field.type.kind is Kind.FLOAT:
        return sum(known) if function == "sum" else sum(known) / len(known)
    kind = field.type.sum_type() if function == "sum" else field.type.average_type()
    number = folded(function, known)
    return kind.to_json_python(int(number) if kind.kind is Kind.INTEGER else number)
