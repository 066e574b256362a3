"""Answers that need Python: one statement per level, keyed by the records above, then merged.

What PostgreSQL can build of an object comes as JSON in a column of its row and is passed through
unparsed. Levels are loaded by data loaders: what several places of a document need of equal plans
is read by one statement.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from aiodataloader import DataLoader

from graphql_erp.planning.plan import MethodValue, ObjectPlan, OnePlan, PagePlan, Strategy
from graphql_erp.reading.page import page_columns
from graphql_erp.reading.record_statements import IDS, Source, ids_parameter
from graphql_erp.reading.records import FetchConnection, RecordReader
from graphql_erp.reading.row_parts import NULL, MethodCaller, RowObject
from graphql_erp.reading.row_select import as_row, nodes_rows, object_row, page_row, prefix_of
from graphql_erp.reading.scope import open_related
from graphql_erp.reading.statement import Inputs, Statement, compile_statement
from graphql_erp.registry.registry import Registry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class KeyedLevel:
    """Objects by a key: the statement gives the key and the row of each."""

    statement: Statement
    object: RowObject

    async def fetch(self, reading: LevelReading, keys: Sequence[int]) -> Mapping[int, bytes]:
        """Return the JSON of the objects by key."""
        bound = self.statement.bind({**reading.inputs, IDS: keys})
        rows = await reading.reader.connection.fetch(self.statement.sql, *bound)
        texts = await self.object.texts(reading, [row[1] for row in rows])
        return {row[0]: text for row, text in zip(rows, texts, strict=True)}


@dataclass(frozen=True, slots=True, eq=False)
class LevelRoot:
    """A root field that needs Python."""

    key: str
    statement: Statement
    object: RowObject
    below: tuple[KeyedLevel, ...]
    is_single: bool
    """Whether its statement is all that is sent."""
    nodes: bytes | None = None
    """`"nodes":`, where they are all that is asked for and their rows are the statement's."""

    strategy: ClassVar[Strategy] = Strategy.ROWS
    names_surroundings: ClassVar[bool] = True
    """What methods need may name them."""

    @property
    def statements(self) -> tuple[Statement, ...]:
        """What is sent, without what loads the inputs of methods along relations."""
        return (self.statement, *(level.statement for level in self.below))

    async def answer(self, reading: LevelReading) -> bytes:
        """Return the JSON of the field."""
        bound = self.statement.bind(reading.inputs)
        rows = await reading.reader.connection.fetch(self.statement.sql, *bound)
        texts = await self.object.texts(reading, rows)
        if self.nodes is not None:
            return b"{" + self.nodes + b"[" + b",".join(texts) + b"]}"
        return texts[0] if texts else NULL


@dataclass(slots=True)
class LevelBuilder:
    """Makes the levels of one root field, one for equal plans."""

    source: Source
    known: dict[Any, KeyedLevel] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """The models."""
        return self.source.registry

    def of_object(self, plan: ObjectPlan) -> KeyedLevel:
        """Return the level of records found by their ids."""
        if plan not in self.known:
            build = self.source.build()
            scope = build.open(plan.model)
            key = scope.source.c["id"]
            scope.where.append(key == sa.any_(ids_parameter(build)))
            columns, made = object_row(self, scope, plan)
            select = scope.select(key, as_row(columns))
            self.known[plan] = KeyedLevel(compile_statement(select, build.slots), made)
        return self.known[plan]

    def of_page(self, model: str, field: str, page: PagePlan) -> KeyedLevel:
        """Return the level of connections found by the ids of the records they belong to."""
        place = (model, field, page)
        if place not in self.known:
            build = self.source.build()
            owner = build.open(model)
            key = owner.source.c["id"]
            owner.where.append(key == sa.any_(ids_parameter(build)))
            columns, rows, made = page_row(self, build, page, lambda: open_related(owner, field))
            connection = page_columns([as_row(columns)], rows).scalar_subquery()
            select = owner.select(key, connection)
            self.known[place] = KeyedLevel(compile_statement(select, build.slots), made)
        return self.known[place]


def level_root(source: Source, key: str, plan: OnePlan | PagePlan) -> LevelRoot:
    """Return a root field that needs Python, compiled."""
    levels, build, nodes = LevelBuilder(source), source.build(), None
    if isinstance(plan, OnePlan):
        scope = build.open(plan.object.model)
        scope.where.append(build.condition(plan.where, scope))
        columns, made = object_row(levels, scope, plan.object)
        select = scope.select(*columns)
    elif (found := nodes_rows(levels, build, plan)) is not None:
        select, made = found
        nodes = prefix_of(plan.members[0])
    else:
        columns, rows, made = page_row(levels, build, plan, lambda: build.open(plan.model))
        select = page_columns(columns, rows)
    statement = compile_statement(select, build.slots)
    below = tuple(levels.known.values())
    is_single = not below and all(item.is_alone for item in made.within())
    return LevelRoot(key, statement, made, below, is_single, nodes)


@dataclass(slots=True)
class OneAtATime:
    """A connection on which statements wait for one another."""

    connection: FetchConnection
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""
        async with self.lock:
            return await self.connection.fetch(query, *args)

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row, None when there is none."""
        rows = await self.fetch(query, *args)
        return rows[0] if rows else None

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row."""
        row = await self.fetchrow(query, *args)
        return None if row is None else row[0]


@dataclass(slots=True)
class LevelReading:
    """What answering one document by rows works with."""

    reader: RecordReader
    inputs: Inputs
    methods: MethodCaller | None = None
    loaders: dict[KeyedLevel, DataLoader[Any, Any]] = field(default_factory=dict)
    tasks: set[asyncio.Future[Any]] = field(default_factory=set)
    is_over: bool = False

    async def together(self, works: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
        """Return what several works give that may wait for the same levels."""
        tasks = [asyncio.ensure_future(work) for work in works]
        self.tasks.update(tasks)
        return await asyncio.gather(*tasks)

    async def close(self) -> None:
        """End what is still under way after a failure: the connection belongs to others soon."""
        self.is_over = True
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def load(self, level: KeyedLevel, keys: Sequence[int]) -> Mapping[int, bytes]:
        """Return the JSON of a level's objects by key."""
        if level not in self.loaders:
            self.loaders[level] = self._loader(level)
        found: Mapping[int, bytes] = await self.loaders[level].load(tuple(keys))
        return found

    async def call(self, method: MethodValue, records: Sequence[Any]) -> Sequence[Any]:
        """Return what a query method gives for each record."""
        if self.methods is None:
            raise TypeError(f"Nothing calls the method {method.name}.")
        return await self.methods(method, records, self.inputs)

    def _loader(self, level: KeyedLevel) -> DataLoader[Any, Any]:
        # A key is what one place needs, so that there is one future per place, not per record.
        async def batch(places: list[tuple[int, ...]]) -> list[Mapping[int, bytes]]:
            task = asyncio.current_task()
            if self.is_over or task is None:
                return [{}] * len(places)
            self.tasks.add(task)
            keys = list(dict.fromkeys(chain.from_iterable(places)))
            return [await level.fetch(self, keys)] * len(places)

        return DataLoader(batch)


def level_reading(
    reader: RecordReader, inputs: Inputs, methods: MethodCaller | None
) -> LevelReading:
    """Return what answering one document by rows works with; its statements are sent in turn."""
    return LevelReading(replace(reader, connection=OneAtATime(reader.connection)), inputs, methods)
