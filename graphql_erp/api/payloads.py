"""Payloads: what a mutation's root field answers, made of what was written or of its problems.

A payload is planned before anything is written: what cannot be answered is refused in time.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLObjectType

from graphql_erp.api.documents import Operation
from graphql_erp.api.errors import read_refusal
from graphql_erp.api.method_queries import query_methods
from graphql_erp.api.method_results import Results
from graphql_erp.api.roots import checked_cost
from graphql_erp.api.selection import SelectionReader
from graphql_erp.api.user_errors import CONFLICT, error_type, error_values
from graphql_erp.errors import PathItem, UserProblem
from graphql_erp.expressions.tree import Kind, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.plan import (
    FieldValue,
    Member,
    Nodes,
    ObjectPlan,
    OnePlan,
    PagePlan,
    Plan,
    Root,
)
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import restrict, restrict_object
from graphql_erp.reading.program import RootProgram, compile_plan, run, size_of
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.permission import Permission
from graphql_erp.tables.build import Tables
from graphql_erp.writing.batches import Written
from graphql_erp.writing.writer import Writer

_IDS = "@ids"
_NODES = "n"
_KEYS = "k"
Current = dict[tuple[Any, ...], Any]
_RECORD = Parameter(_IDS, ValueType(Kind.RECORD))
_RECORDS = Parameter(_IDS, ValueType(Kind.RECORD, many=True))


@dataclass(frozen=True, slots=True)
class Payload:
    """The payload of one root field, planned."""

    planner: Planner
    reader: SelectionReader
    permission: Permission
    tables: Tables
    model: str
    type_name: str
    """Name of the payload's type."""
    key: str
    """Name of the root field in the answer."""
    nodes: Sequence[FieldNode]
    most: int
    """Records that may be written at most."""
    plan_key: Hashable
    """On what the payload's statements depend, within an operation."""
    in_order: bool = False
    """Whether the ids of written records ascend in the order of the input."""
    programs: dict[tuple[PathItem, ...], tuple[RootProgram, ...]] = field(default_factory=dict)
    """Statements of the records in it, by their place in the answer."""

    def prepare(self, operation: Operation) -> None:
        """Plan and compile what reads the records, or take what the operation keeps of it.

        Raises:
            RequestError: An argument in the selection cannot be used, or it costs too much.
        """
        known = operation.programs.get(self.plan_key)
        if known is None:
            self._compile_all()
            known = dict(self.programs)
            roots = [root for roots in known.values() for root in roots]
            operation.remember(self.plan_key, known, size_of(roots))
        self.programs.update(known)

    def _compile_all(self) -> None:
        for key, nodes in self.members(self.type_name, self.nodes).items():
            path = (self.key, key)
            match nodes[0].name.value:
                case "record":
                    self._prepare_record(nodes, path)
                case "records":
                    self._prepare_records(nodes, path, with_ids=not self.in_order)
                case "results":
                    for inner_key, inner in self.members(f"{self.model}Payload", nodes).items():
                        if inner[0].name.value == "record":
                            self._prepare_records(inner, (*path, inner_key), with_ids=True)

    def planned(self) -> Iterator[tuple[str, ObjectPlan | bytes]]:
        """Give the members of the payload of a record: its plan, and the JSON of the others.

        Raises:
            RequestError: An argument in the selection cannot be used.
        """
        for key, nodes in self.members(self.type_name, self.nodes).items():
            match nodes[0].name.value:
                case "record":
                    fields = self.reader.beneath(self.model, nodes, (self.key, key))
                    plan = self.planner.plan_object(self.model, fields)
                    registry, path = self.planner.registry, (self.key, key)
                    yield key, restrict_object(plan, registry, self.permission, path)
                case "__typename":
                    yield key, orjson.dumps(self.type_name)
                case _:
                    yield key, self.errors((), nodes, (self.key, key))

    async def answer(self, writer: Writer, written: Written) -> bytes:
        """Return the payload's JSON; read with the writer, so that it shows what was written."""
        parts: list[bytes] = []
        for key, nodes in self.members(self.type_name, self.nodes).items():
            value = await self._member(writer, written, nodes, (self.key, key))
            parts.append(orjson.dumps(key) + b":" + value)
        return b"{" + b",".join(parts) + b"}"

    def members(self, type_name: str, nodes: Sequence[FieldNode]) -> dict[str, list[FieldNode]]:
        """Return the fields selected of an object type by their names in the answer."""
        payload = self.reader.schema.type_map[type_name]
        if not isinstance(payload, GraphQLObjectType):
            raise TypeError(f"{type_name} is not an object type.")
        members: dict[str, list[FieldNode]] = {}
        for node in nodes:
            if node.selection_set:
                for key, inner in self.reader.collect(payload, node.selection_set).items():
                    members.setdefault(key, []).extend(inner)
        return members

    async def _member(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        match nodes[0].name.value:
            case "__typename":
                return orjson.dumps(self.type_name)
            case "affected":
                return orjson.dumps(len(written.ids))
            case "deletedId":
                return orjson.dumps(str(written.ids[0]) if written.ids else None)
            case "record":
                return await self._read(writer, path, written.ids[0]) if written.ids else b"null"
            case "records":
                return await self._records(writer, written, path)
            case "results":
                return await self._results(writer, written, nodes, path)
            case _:
                return await self.told(writer, written.problems, nodes, path)

    # ---- records ----------------------------------------------------------------------------

    def _prepare_record(
        self, nodes: list[FieldNode], path: tuple[PathItem, ...], model: str = ""
    ) -> None:
        name = model or self.model
        fields = self.reader.beneath(name, nodes, path)
        where = Lookup(Path(("id",)), "eq", _RECORD)
        self._compile(path, OnePlan(self.planner.plan_object(name, fields), where))

    def _prepare_records(
        self, nodes: list[FieldNode], path: tuple[PathItem, ...], *, with_ids: bool
    ) -> None:
        fields = self.reader.beneath(self.model, nodes, path)
        members = [Member(_NODES, Nodes(self.planner.plan_object(self.model, fields)))]
        if with_ids:
            only_id = ObjectPlan(self.model, (Member("id", FieldValue("id")),))
            members.append(Member(_KEYS, Nodes(only_id)))
        plan = PagePlan(
            model=self.model,
            members=tuple(members),
            where=Lookup(Path(("id",)), "in", _RECORDS),
            order=(OrderKey(("id",)),),
            limit=self.most,
        )
        self._compile(path, plan)

    def _compile(self, path: tuple[PathItem, ...], plan: OnePlan | PagePlan) -> None:
        roots = (Root(self.key, plan),)
        nodes = checked_cost(roots, self.planner.limits.nodes)
        registry = self.planner.registry
        restricted = restrict(Plan(roots, nodes=nodes), registry, self.permission, path)
        self.programs[path] = compile_plan(restricted, registry, self.tables)

    async def _records(self, writer: Writer, written: Written, path: tuple[PathItem, ...]) -> bytes:
        if not written.ids:
            return b"[]"
        if not self.in_order:
            found = await self._by_id(writer, written.ids, path)
            return orjson.dumps([found[key] for key in written.ids if key in found])
        answer = await self._read(writer, path, list(written.ids))
        return answer.removeprefix(f'{{"{_NODES}":'.encode()).removesuffix(b"}")

    async def _by_id(
        self, writer: Writer, ids: Sequence[int], path: tuple[PathItem, ...]
    ) -> dict[int, Any]:
        """Return the answer objects of records by their ids."""
        if not ids:
            return {}
        answer = orjson.loads(await self._read(writer, path, list(ids)))
        keys = (int(item["id"]) for item in answer[_KEYS])
        return dict(zip(keys, answer[_NODES], strict=True))

    async def _results(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        """Return one payload per row, in the order of the input."""
        type_name = f"{self.model}Payload"
        columns: dict[str, list[Any]] = {}
        for key, inner in self.members(type_name, nodes).items():
            here = (*path, key)
            match inner[0].name.value:
                case "record":
                    found = await self._by_id(writer, written.ids, here)
                    columns[key] = [found.get(item or 0) for item in written.rows]
                case "__typename":
                    columns[key] = [type_name] * len(written.rows)
                case _:
                    known = await self._current(writer, written.problems, inner, here)
                    columns[key] = [
                        orjson.Fragment(
                            self.errors(written.problems_of(number), inner, here, known)
                        )
                        for number in range(len(written.rows))
                    ]
        rows = zip(*columns.values(), strict=True)
        return orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows])

    async def _read(
        self, writer: Writer, path: tuple[PathItem, ...], ids: int | list[int]
    ) -> bytes:
        inputs = surroundings(writer.actor, writer.now)
        inputs.update(self.reader.variables)
        inputs[_IDS] = ids
        try:
            roots = self.programs[path]
            if roots[0].is_single:
                return (await run(roots, inputs, writer.connection, writer.record_reader()))[0]
            results = Results(self.planner, self.permission, self.tables)
            return (await query_methods(writer, results, inputs).read(roots))[0]
        except asyncpg.PostgresError as error:
            raise (read_refusal(error) or error) from error

    # ---- errors -----------------------------------------------------------------------------

    async def told(
        self,
        writer: Writer,
        problems: Sequence[UserProblem],
        nodes: list[FieldNode],
        path: tuple[PathItem, ...],
    ) -> bytes:
        """Return the JSON of the member `errors` of the whole payload."""
        if not problems:
            return b"[]"
        known = await self._current(writer, problems, nodes, path)
        return self.errors(problems, nodes, path, known)

    async def _current(
        self,
        writer: Writer,
        problems: Sequence[UserProblem],
        nodes: list[FieldNode],
        path: tuple[PathItem, ...],
    ) -> Current:
        """Return what is selected of the present records of conflicts, by model and id."""
        known: Current = {}
        for key, inner in self.members(CONFLICT, nodes).items():
            if inner[0].name.value != "current":
                continue
            for problem in problems:
                if problem.code == "CONFLICT":
                    model, record_id = str(problem.details["model"]), problem.details["id"]
                    place = (*path, key)
                    self._prepare_record(inner, place, model)
                    known[key, model, record_id] = orjson.Fragment(
                        await self._read(writer, place, int(str(record_id)))
                    )
        return known

    def errors(
        self,
        problems: Sequence[UserProblem],
        nodes: list[FieldNode],
        path: tuple[PathItem, ...],
        known: Current | None = None,
    ) -> bytes:
        """Return the JSON of the member `errors`."""
        return orjson.dumps([self._error(item, nodes, path, known or {}) for item in problems])

    def _error(
        self,
        problem: UserProblem,
        nodes: list[FieldNode],
        path: tuple[PathItem, ...],
        known: Current,
    ) -> dict[str, Any]:
        values = error_values(problem)
        selected = self.reader.beneath(error_type(problem), nodes, path)
        place = (problem.details.get("model"), problem.details.get("id"))
        return {
            item.key: known.get((item.key, *place)) if item.name == "current" else values[item.name]
            for item in selected
        }
