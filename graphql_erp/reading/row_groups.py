"""Groups with records that need Python: PostgreSQL leaves places, filled from the level below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson

from graphql_erp.planning.plan import (
    EdgeNode,
    Edges,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    Member,
    Nodes,
    ObjectPlan,
    Strategy,
    ToOne,
)
from graphql_erp.reading.pieces import PLACE
from graphql_erp.reading.row_parts import NULL, Level, Reading, Rows


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record belongs: an item of a list or a member of an object of the answer."""

    plan: ObjectPlan
    holder: Any
    key: Any

    @property
    def id(self) -> int | None:
        """Id of the record that belongs there."""
        mark = self.holder[self.key]
        return None if mark is None else int(mark[PLACE])


@dataclass(frozen=True, slots=True)
class Filled:
    """A `groups` member; its records are put in their places."""

    waits: ClassVar[bool] = True

    prefix: bytes
    column: int
    plan: Groups
    levels: Mapping[ObjectPlan, Level]

    async def pieces(self, reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with the groups of each row."""
        values = [orjson.loads(row[self.column]) for row in rows]
        places = [place for value in values for place in group_places(self.plan, value)]
        for plan in dict.fromkeys(place.plan for place in places):
            here = [place for place in places if place.plan == plan]
            keys = dict.fromkeys(place.id for place in here if place.id is not None)
            found = await reading.load(self.levels[plan], tuple(keys)) if keys else {}
            for place in here:
                if place.id is not None:
                    place.holder[place.key] = orjson.Fragment(found.get(place.id, NULL))
        return [self.prefix + orjson.dumps(value) for value in values]


def row_objects(members: tuple[Member, ...]) -> Iterator[ObjectPlan]:
    """Give the records within a connection's groups that need Python."""
    for member in members:
        match member.value:
            case Groups(members=inner) | GroupNodes(inner) | GroupKeyValue(inner) | Edges(inner):
                yield from row_objects(inner)
            case GroupRecords(page):
                yield from row_objects(page.members)
            case Nodes(plan) | EdgeNode(plan) | ToOne(object=plan):
                if plan.strategy is Strategy.ROWS:
                    yield plan


def group_places(groups: Groups, value: Any) -> Iterator[Place]:
    """Give the places in the JSON of groups where records belong."""
    for member in groups.members:
        if not isinstance(member.value, GroupNodes):
            continue
        for node in value[member.key]:
            for part in member.value.members:
                yield from _places_of_group(part, node)


def _places_of_group(part: Member, node: Any) -> Iterator[Place]:
    match part.value:
        case GroupKeyValue(members):
            for inner in members:
                if isinstance(inner.value, ToOne):
                    yield from _place(inner.value.object, node[part.key], inner.key)
        case GroupRecords(page):
            for inner in page.members:
                yield from _places_of_page(inner, node[part.key])
        case Groups():
            yield from group_places(part.value, node[part.key])


def _places_of_page(member: Member, connection: Any) -> Iterator[Place]:
    match member.value:
        case Nodes(plan):
            for number, _ in enumerate(connection[member.key]):
                yield from _place(plan, connection[member.key], number)
        case Edges(members):
            nodes = [part for part in members if isinstance(part.value, EdgeNode)]
            for edge in connection[member.key]:
                for part in nodes:
                    if isinstance(part.value, EdgeNode):
                        yield from _place(part.value.object, edge, part.key)
        case Groups():
            yield from group_places(member.value, connection[member.key])


def _place(plan: ObjectPlan, holder: Any, key: Any) -> Iterator[Place]:
    if plan.strategy is Strategy.ROWS:
        yield Place(plan, holder, key)
