"""RowObject: how rows become the JSON of answer objects, for all rows of a level at once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeVar

import orjson

from graphql_erp.computed.values import compute_narrowed
from graphql_erp.planning.plan import MethodValue
from graphql_erp.reading.hydrate import Hydrate
from graphql_erp.reading.record_shape import RecordShape
from graphql_erp.reading.records import RecordReader, complete
from graphql_erp.reading.statement import Inputs
from graphql_erp.registry.model import FieldDef

T = TypeVar("T")
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

    async def together(self, works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Return what several works give that may wait for the same levels."""

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
        together = [part.pieces(reading, rows, records) for part in waiting]
        if len(together) == 1:
            loaded = iter([await together[0]])
        elif together:
            # At the same time, so that what they load in common is loaded once.
            loaded = iter(await reading.together(together))
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
        if any(isinstance(part, Called | Below | Chosen) for part in self.parts):
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
        values = [record.__dict__[self.field] for record in records]
        return members(self.prefix, values, self.to_json)


@dataclass(frozen=True, slots=True)
class ComputedHere:
    """A field that a method computes from columns of the row alone."""

    waits: ClassVar[bool] = False

    prefix: bytes
    field: FieldDef
    hydrate: Hydrate
    """Makes records that hold the inputs and nothing else."""
    to_json: Callable[[Any], Any]

    async def pieces(self, _reading: Reading, rows: Rows, _records: Rows) -> list[bytes]:
        """Return the member with the value of each row."""
        values = compute_narrowed(self.hydrate(rows, None), self.field)
        return members(self.prefix, values, self.to_json)


def members(prefix: bytes, values: Sequence[Any], to_json: Callable[[Any], Any]) -> list[bytes]:
    """Return values as members of objects."""
    dump = orjson.dumps
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
class Chosen:
    """An object that is one of several models': of whichever there is one."""

    waits: ClassVar[bool] = True

    prefix: bytes
    targets: tuple[Below, ...]

    async def pieces(self, reading: Reading, rows: Rows, records: Rows) -> list[bytes]:
        """Return the member with the object of each row."""
        given = [target.pieces(reading, rows, records) for target in self.targets]
        found = zip(*await reading.together(given), strict=True)
        return [
            self.prefix + next((text for text in texts if text != NULL), NULL) for texts in found
        ]


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
