"""Answers about records and lists of them, one object of the answer after another."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from graphql_erp.registry.model import FieldDef
from graphql_erp.registry.translations import TRANSLATIONS
from graphql_erp.testing.reference_reader_figures import AggregateAnswer, page_info
from graphql_erp.testing.reference_reader_filter import chosen, looks_up
from graphql_erp.testing.reference_reader_groups import grouping_page
from graphql_erp.testing.reference_reader_methods import value_of
from graphql_erp.testing.reference_reader_order import (
    Key,
    cursor_of,
    in_order,
    ordering,
    record_of,
)
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

Arguments = Mapping[str, Any]


class Answer(Protocol):
    """An object of the answer."""

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return the value of one of its fields."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server does when the document does not say."""

    page_default: int
    count_cap: int
    limited: frozenset[str] = frozenset()
    """Models of whose records not all may be read: they are counted, never estimated."""


@dataclass(frozen=True, slots=True)
class RecordAnswer:
    """One record."""

    snapshot: Snapshot
    limits: Limits
    type_name: str
    record: Record

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return a value, another record or a list."""
        if name == "nodeId":
            return node_id(self.type_name, self.record)
        fields = self.snapshot.model(self.type_name).by_graphql_name
        if name == TRANSLATIONS and name not in fields:
            return self.record.translations
        field = fields.get(name)
        if field is not None and field.is_to_many:
            records = getattr(self.record, field.name)
            return list_answer(self.snapshot, self.limits, target_of(field), records, arguments)
        if field is not None and field.is_to_one:
            record = getattr(self.record, field.name)
            return one_answer(self.snapshot, self.limits, target_of(field), record)
        if field is not None and field.members:
            return self._one_of(field)
        field = field or fields[name.removesuffix("Id")]
        value = value_of(self.snapshot, self.record, field)
        return None if value is None else field.type.to_json_python(value)

    def _one_of(self, field: FieldDef) -> RecordAnswer | None:
        """Return the answer about the record a Reference leads to."""
        for name in field.members:
            record, member = (
                getattr(self.record, name),
                self.snapshot.field(self.type_name, (name,)),
            )
            if record is not None:
                return one_answer(self.snapshot, self.limits, target_of(member), record)
        return None


def one_answer(
    snapshot: Snapshot, limits: Limits, model: str, record: Record | None
) -> RecordAnswer | None:
    """Return the answer about a record that may not be there."""
    return None if record is None else RecordAnswer(snapshot, limits, model, record)


def node_id(model: str, record: Record) -> str:
    """Return the global id of a record."""
    return base64.b64encode(f"{model}:{record.id}".encode()).decode()


# ---- lists ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListAnswer:
    """A connection: what was found, and the page of it."""

    snapshot: Snapshot
    limits: Limits
    model: str
    keys: tuple[Key, ...]
    found: list[Record]
    page: list[Record]
    has_next: bool
    has_previous: bool
    is_table: bool
    """Whether it is about every record of the model, the page aside."""

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return the page or figures over everything found."""
        match name:
            case "nodes":
                return [self._node(record) for record in self.page]
            case "edges":
                return [EdgeAnswer(self._cursor(item), self._node(item)) for item in self.page]
            case "pageInfo":
                cursors = [self._cursor(record) for record in self.page]
                return page_info(cursors, has_next=self.has_next, has_previous=self.has_previous)
            case "totalCount":
                return len(self.found)
            case "count":
                if arguments.get("mode") == "ESTIMATED" and self.is_table:
                    return CountAnswer(len(self.found), exact=False)
                capped = arguments.get("mode") != "EXACT"
                limit = self.limits.count_cap if capped else len(self.found)
                return CountAnswer(min(len(self.found), limit), exact=len(self.found) <= limit)
            case "aggregate":
                return AggregateAnswer(self.snapshot, self.model, self.found)
            case "groups":
                return grouping_page(
                    self.snapshot,
                    self.model,
                    self.found,
                    arguments,
                    page_default=self.limits.page_default,
                    record_answer=lambda model, record: RecordAnswer(
                        self.snapshot, self.limits, model, record
                    ),
                    list_answer=lambda records, given: list_answer(
                        self.snapshot,
                        self.limits,
                        self.model,
                        records,
                        {**given, "archived": "INCLUDE"},
                    ),
                )
        raise KeyError(name)

    def _node(self, record: Record) -> RecordAnswer:
        return RecordAnswer(self.snapshot, self.limits, self.model, record)

    def _cursor(self, record: Record) -> str:
        return cursor_of(self.model, record, self.keys)


@dataclass(frozen=True, slots=True)
class EdgeAnswer:
    """One edge."""

    cursor: str
    node: RecordAnswer

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return the cursor or the record."""
        return {"cursor": self.cursor, "node": self.node}[name]


@dataclass(frozen=True, slots=True)
class CountAnswer:
    """A count that may have stopped early."""

    value: int
    exact: bool

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return the number, or whether it is all."""
        return {"value": self.value, "exact": self.exact}[name]


def list_answer(
    snapshot: Snapshot,
    limits: Limits,
    model: str,
    records: list[Record],
    arguments: Arguments,
    *,
    is_root: bool = False,
) -> ListAnswer:
    """Return the answer about a list: filtered, ordered, cut."""
    found = chosen(snapshot, model, records, arguments)
    keys = ordering(snapshot, model, arguments.get("orderBy"))
    window = in_order(snapshot, model, found, keys)
    after, before = arguments.get("after"), arguments.get("before")
    if after is not None:
        window = _beyond(snapshot, model, window, keys, after)[1]
    if before is not None:
        window = _beyond(snapshot, model, window, keys, before)[0]
    offset = arguments.get("offset") or 0
    window = window[offset:]
    last = arguments.get("last")
    if last is not None:
        page = window[-last:] if last else []
        has_previous, has_next = len(window) > last, before is not None
    else:
        first = arguments.get("first")
        size = limits.page_default if first is None else first
        page = window[:size]
        has_previous, has_next = after is not None or offset > 0, len(window) > size
    narrowed = [arguments.get(name) for name in ("filter", "q", "search")]
    if snapshot.model(model).archive:
        narrowed.append(arguments.get("archived", "EXCLUDE") != "INCLUDE")
    is_table = is_root and not any(narrowed) and model not in limits.limited
    return ListAnswer(snapshot, limits, model, keys, found, page, has_next, has_previous, is_table)


def _beyond(
    snapshot: Snapshot, model: str, records: list[Record], keys: tuple[Key, ...], cursor: str
) -> tuple[list[Record], list[Record]]:
    """Return the records before and after a cursor, whose record need not be among them."""
    place = record_of(snapshot, model, cursor, keys)
    others = [record for record in records if record is not place]
    line = in_order(snapshot, model, [*others, place], keys)
    number = next(number for number, record in enumerate(line) if record is place)
    return line[:number], line[number + 1 :]


# ---- the root -------------------------------------------------------------------------------


@dataclass(slots=True)
class QueryAnswer:
    """The root: one record, a list, or a record by its global id."""

    snapshot: Snapshot
    limits: Limits
    data_fields: int = 0
    """How many of its fields were asked for that need data."""

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return the answer of a root field."""
        self.data_fields += 1
        if name == "node":
            return self._node(arguments["nodeId"])
        for model in self.snapshot.registry.models.values():
            if name == model.plural:
                records = self.snapshot.all(model.name)
                return list_answer(
                    self.snapshot, self.limits, model.name, records, arguments, is_root=True
                )
            if name == model.singular:
                return self._one(model.name, arguments["by"])
        raise KeyError(name)

    def _node(self, given: str) -> RecordAnswer | None:
        for model in self.snapshot.registry.models:
            for record in self.snapshot.all(model):
                if node_id(model, record) == given:
                    return one_answer(self.snapshot, self.limits, model, record)
        return None

    def _one(self, model: str, by: Arguments) -> RecordAnswer | None:
        ((name, value),) = by.items()
        members = value if isinstance(value, dict) else {name: value}
        fields = self.snapshot.model(model).by_graphql_name
        for record in self.snapshot.all(model):
            if all(
                looks_up(
                    self.snapshot,
                    model,
                    record,
                    (fields.get(member) or fields[member.removesuffix("Id")]).name,
                    "eq",
                    given,
                )
                for member, given in members.items()
            ):
                return one_answer(self.snapshot, self.limits, model, record)
        return None
