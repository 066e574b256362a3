"""RowObject: how rows become the JSON of answer objects, for all rows of a level at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import orjson

from graphql_erp.planning.plan import MethodValue
from graphql_erp.reading.hydrate import Hydrate
from graphql_erp.reading.record_shape import RecordShape
from graphql_erp.reading.records import RecordReader, complete
from graphql_erp.reading.statement import Inputs

Rows = Sequence[Any]
MethodCaller = Callable[[MethodValue, Sequence[Any], Inputs], Awaitable[Sequence[Any]]]
"""A query method, the records it is called on and the inputs -> a JSON-ready result for each."""

NULL = b"null"


class Level(Protocol):
    """Answer objects read by one statement, by the keys of what lies above."""


class Reading(Protocol):
    """What answering one document by rows works with."""

    @property
    def reader(self) -> RecordReader:
        """Reads what methods need."""

    @property
    def inputs(self) -> Inputs:
        """Variables and surroundings."""

    async def load(self, level: Any, keys: Sequence[int]) -> Mapping[int, bytes]:
        """Return the JSON of a level's objects by key."""

    async def call(self, method: MethodValue, records: Sequence[Any]) -> Sequence[Any]:
        """Return what a query method gives for each record."""


class Part(Protocol):
    """One or several neighbouring members of an object."""

    waits: ClassVar[bool]
    """Whether it may need another statement."""

    async def pieces(self, reading: Reading, rows: Rows, records: Rows) -> list[bytes]:
        """Return the text of the members for each row, without braces."""


@dataclass(frozen=True, slots=True)
class RowObject:
    """The members of an object in order, and the records that methods need for them."""

    parts: tuple[Part, ...]
    shape: RecordShape | None = None
    """What methods need of the record, None without methods."""
    hydrate: Hydrate | None = None

    async def texts(self, reading: Reading, rows: Rows) -> list[bytes]:
        """Return the JSON of each row."""
        records: Rows = ()
        if self.hydrate is not None and self.shape is not None:
            records = self.hydrate(rows, reading.reader.env)
            await complete(reading.reader, records, self.shape)
        waiting = [part for part in self.parts if part.waits]
        loaded: Iterator[list[bytes]] = iter(())
        if waiting:
            # Together, so that what they load in common is loaded once.
            together = (part.pieces(reading, rows, records) for part in waiting)
            loaded = iter(await asyncio.gather(*together))
        pieces = [
            next(loaded) if part.waits else await part.pieces(reading, rows, records)
            for part in self.parts
        ]
        if not pieces:
            return [b"{}"] * len(rows)
        return [b"{" + b",".join(row) + b"}" for row in zip(*pieces, strict=True)]

    def within(self) -> Iterator[RowObject]:
        """Give this object and those whose columns are in its rows."""
        yield self
        for part in self.parts:
            if isinstance(part, Listed | Inner):
                yield from part.object.within()

    @property
    def is_alone(self) -> bool:
        """Whether its rows are all it is made of."""
        if any(isinstance(part, Called | Below) for part in self.parts):
            return False
        return self.shape is None or not self.shape.relations


@dataclass(frozen=True, slots=True)
class Run:
    """Members PostgreSQL made: an object in one column."""

    waits: ClassVar[bool] = False

    column: int

    async def pieces(self, _reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the objects without their braces."""
        column = self.column
        return [row[column][1:-1] for row in rows]


@dataclass(frozen=True, slots=True)
class Ready:
    """A member whose JSON PostgreSQL made."""

    waits: ClassVar[bool] = False

    prefix: bytes
    column: int

    async def pieces(self, _reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with what is in the column."""
        prefix, column = self.prefix, self.column
        return [prefix + row[column] for row in rows]


@dataclass(frozen=True, slots=True)
class Computed:
    """A field that a method computes."""

    waits: ClassVar[bool] = False

    prefix: bytes
    field: str
    to_json: Callable[[Any], Any]

    async def pieces(self, _reading: Reading, _rows: Rows, records: Rows) -> list[bytes]:
        """Return the member with the value of each record."""
        prefix, field, to_json, dump = self.prefix, self.field, self.to_json, orjson.dumps
        values = [record.__dict__[field] for record in records]
        return [prefix + (NULL if value is None else dump(to_json(value))) for value in values]


@dataclass(frozen=True, slots=True)
class Called:
    """What a query method gives."""

    waits: ClassVar[bool] = True

    prefix: bytes
    method: MethodValue

    async def pieces(self, reading: Reading, _rows: Rows, records: Rows) -> list[bytes]:
        """Return the member with the result for each record."""
        results = await reading.call(self.method, records)
        return [self.prefix + orjson.dumps(result) for result in results]


@dataclass(frozen=True, slots=True)
class Below:
    """An object of the level below, found by an id in a column; null when there is none."""

    waits: ClassVar[bool] = True

    prefix: bytes
    column: int
    level: Level

    async def pieces(self, reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with the object of each row."""
        keys = [row[self.column] for row in rows]
        wanted = dict.fromkeys(key for key in keys if key is not None)
        found = await reading.load(self.level, tuple(wanted)) if wanted else {}
        return [self.prefix + found.get(key, NULL) for key in keys]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of objects, whose rows are in one column."""

    waits: ClassVar[bool] = True

    prefix: bytes
    column: int
    object: RowObject

    async def pieces(self, reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with the list of each row; all their objects are made at once."""
        lists = [row[self.column] for row in rows]
        texts = await self.object.texts(reading, [item for items in lists for item in items])
        made, start = [], 0
        for items in lists:
            end = start + len(items)
            made.append(self.prefix + b"[" + b",".join(texts[start:end]) + b"]")
            start = end
        return made


@dataclass(frozen=True, slots=True)
class Inner:
    """An object whose columns are in the row itself: the node of an edge."""

    waits: ClassVar[bool] = True

    prefix: bytes
    object: RowObject

    async def pieces(self, reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with the object of each row."""
        return [self.prefix + text for text in await self.object.texts(reading, rows)]
