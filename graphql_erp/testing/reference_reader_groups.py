"""Answers about groups of records."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graphql_erp.expressions.moments import midnight, start_of, wall
from graphql_erp.registry.model import FieldDef
from graphql_erp.testing.reference_reader_figures import AggregateAnswer, page_info
from graphql_erp.testing.reference_reader_order import GROUP_CURSOR, sortable
from graphql_erp.testing.reference_reader_snapshot import Record, Snapshot, target_of

Arguments = Mapping[str, Any]
RecordAnswerOf = Callable[[str, Record], Any]
ListAnswerOf = Callable[[list[Record], Arguments], Any]


@dataclass(frozen=True, slots=True)
class Item:
    """One item of `by`."""

    path: tuple[str, ...]
    field: FieldDef
    name: str
    granularity: str


def _items(snapshot: Snapshot, model: str, by: list[Mapping[str, Any]]) -> list[Item]:
    return [_item(snapshot, model, given) for given in by]


def _item(snapshot: Snapshot, model: str, given: Mapping[str, Any]) -> Item:
    path: list[str] = []
    names: list[str] = []
    alias, granularity = "", ""
    while True:
        alias = given.get("as") or alias
        granularity = given.get("granularity") or granularity
        definition = snapshot.model(model)
        if given.get("field") is not None:
            field = definition.fields[given["field"].lower()]
            path.append(field.name)
            names.append(field.graphql_name)
            return Item(tuple(path), field, alias or ".".join(names), granularity.lower())
        hop, inner = next(
            (name, value)
            for name, value in given.items()
            if name not in {"as", "granularity"} and value is not None
        )
        field = definition.by_graphql_name[hop]
        path.append(field.name)
        names.append(hop)
        model, given = target_of(field), inner


@dataclass(frozen=True, slots=True)
class Group:
    """Records with equal keys."""

    keys: tuple[Any, ...]
    records: list[Record]


def _groups(snapshot: Snapshot, model: str, records: list[Record], by: list[Item]) -> list[Group]:
    found: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        keys = tuple(_key(snapshot, model, record, item) for item in by)
        found.setdefault(keys, []).append(record)
    return [Group(keys, members) for keys, members in found.items()]


def _key(snapshot: Snapshot, model: str, record: Record, item: Item) -> Any:
    value = snapshot.value(model, record, item.path)
    if value is None or not item.granularity:
        return value
    if not isinstance(value, datetime):
        return start_of(item.granularity, value)
    zone = snapshot.context.zone
    return midnight(start_of(item.granularity, wall(value, zone).date()), zone)


def _sorted(
    snapshot: Snapshot, model: str, groups: list[Group], by: list[Item], order: list[Arguments]
) -> list[Group]:
    """Return groups by what was asked, then by their keys; nulls always come last."""
    for number in reversed(range(len(by))):
        groups = _by_key(snapshot, groups, by, number, descending=False)
    for asked in reversed(order):
        direction = asked.get("count") or asked.get("direction") or "DESC"
        descending = direction.startswith("DESC")
        if asked.get("sum") is not None:
            field = snapshot.model(model).fields[asked["sum"].lower()]
            groups = _by_sum(snapshot, model, groups, field, descending=descending)
        elif asked.get("key") is not None:
            paths = [item.path for item in by]
            number = paths.index((asked["key"].lower(),))
            groups = _by_key(snapshot, groups, by, number, descending=descending)
        else:
            groups = sorted(groups, key=lambda group: len(group.records), reverse=descending)
    return groups


def _by_key(
    snapshot: Snapshot, groups: list[Group], by: list[Item], number: int, *, descending: bool
) -> list[Group]:
    known = [group for group in groups if group.keys[number] is not None]
    known.sort(
        key=lambda group: sortable(snapshot, by[number].field, group.keys[number]),
        reverse=descending,
    )
    return known + [group for group in groups if group.keys[number] is None]


def _by_sum(
    snapshot: Snapshot, model: str, groups: list[Group], field: FieldDef, *, descending: bool
) -> list[Group]:
    sums: dict[tuple[Any, ...], Any] = {}
    for group in groups:
        values = [snapshot.value(model, record, (field.name,)) for record in group.records]
        known = [value for value in values if value is not None]
        if known:
            sums[group.keys] = sum(known)
    added = [group for group in groups if group.keys in sums]
    added.sort(key=lambda group: sums[group.keys], reverse=descending)
    return added + [group for group in groups if group.keys not in sums]


@dataclass(frozen=True, slots=True)
class GroupingAnswer:
    """One group."""

    page: GroupingPageAnswer
    group: Group

    def answer(self, name: str, arguments: Arguments) -> Any:
        """Return its keys, its figures, its records or the groups within it."""
        page = self.page
        match name:
            case "key":
                return KeyAnswer(self)
            case "values":
                return {
                    item.name: _json(item.field, value)
                    for item, value in zip(page.by, self.group.keys, strict=True)
                }
            case "count":
                return len(self.group.records)
            case "aggregate":
                return AggregateAnswer(page.snapshot, page.model, self.group.records)
            case "groups":
                return grouping_page(
                    page.snapshot,
                    page.model,
                    self.group.records,
                    arguments,
                    page_default=page.page_default,
                    record_answer=page.record_answer,
                    list_answer=page.list_answer,
                )
            case "records":
                return page.list_answer(self.group.records, arguments)
        raise KeyError(name)


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """`key`: the own fields grouped by."""

    within: GroupingAnswer

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return a key's value or record; null for a field that is not grouped by."""
        page = self.within.page
        field = page.snapshot.model(page.model).by_graphql_name[name]
        paths = [item.path for item in page.by]
        if (field.name,) not in paths:
            return None
        value = self.within.group.keys[paths.index((field.name,))]
        if value is not None and field.is_to_one:
            target = target_of(field)
            return page.record_answer(target, page.snapshot.records[target][value])
        return _json(field, value)


def _json(field: FieldDef, value: Any) -> Any:
    return None if value is None else field.type.to_json_python(value)


@dataclass(frozen=True, slots=True)
class GroupingPageAnswer:
    """A page of groups."""

    snapshot: Snapshot
    model: str
    by: list[Item]
    groups: list[Group]
    skipped: int
    size: int
    page_default: int
    record_answer: RecordAnswerOf
    list_answer: ListAnswerOf

    def answer(self, name: str, _arguments: Arguments) -> Any:
        """Return the page, or how many groups there are."""
        shown = self.groups[self.skipped : self.skipped + self.size]
        match name:
            case "nodes":
                return [GroupingAnswer(self, group) for group in shown]
            case "totalCount":
                return len(self.groups)
            case "pageInfo":
                cursors = [
                    f"{GROUP_CURSOR} {self.skipped + number}" for number in range(1, len(shown) + 1)
                ]
                return page_info(
                    cursors,
                    has_next=len(self.groups) > self.skipped + self.size,
                    has_previous=self.skipped > 0,
                )
        raise KeyError(name)


def grouping_page(
    snapshot: Snapshot,
    model: str,
    records: list[Record],
    arguments: Arguments,
    *,
    page_default: int,
    record_answer: RecordAnswerOf,
    list_answer: ListAnswerOf,
) -> GroupingPageAnswer:
    """Return the answer about groups of records: grouped, ordered, cut."""
    by = _items(snapshot, model, arguments["by"])
    groups = _groups(snapshot, model, records, by)
    groups = _sorted(snapshot, model, groups, by, arguments.get("orderBy") or [])
    after = arguments.get("after")
    skipped = 0 if after is None else int(after.split(" ")[1])
    skipped += arguments.get("offset") or 0
    first = arguments.get("first")
    return GroupingPageAnswer(
        snapshot=snapshot,
        model=model,
        by=by,
        groups=groups,
        skipped=skipped,
        size=page_default if first is None else first,
        page_default=page_default,
        record_answer=record_answer,
        list_answer=list_answer,
    )
