"""Payloads: what a mutation's root field answers, made of what was written or of its problems.

A payload is planned before anything is written: what cannot be answered is refused in time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson
from graphql import FieldNode, GraphQLObjectType

from graphql_erp.api.errors import read_refusal
from graphql_erp.api.roots import checked_cost
from graphql_erp.api.selection import SelectionReader
from graphql_erp.errors import PathItem, UserProblem
from graphql_erp.expressions.tree import Kind, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.plan import Member, Nodes, OnePlan, PagePlan, Plan, Root
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import restrict
from graphql_erp.reading.program import RootStatement, compile_plan, run
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.permission import Permission
from graphql_erp.tables.build import Tables
from graphql_erp.writing.writer import Writer, Written

_IDS = "@ids"
_NODES = "n"
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
    programs: dict[tuple[PathItem, ...], tuple[RootStatement, ...]] = field(default_factory=dict)
    """Statements of the records in it, by their place in the answer."""

    def prepare(self) -> None:
        """Plan and compile what reads the records.

        Raises:
            RequestError: An argument in the selection cannot be used, or it costs too much.
        """
        for key, nodes in self._members(self.type_name, self.nodes).items():
            path = (self.key, key)
            match nodes[0].name.value:
                case "record":
                    self._prepare_record(nodes, path)
                case "records":
                    self._prepare_records(nodes, path)
                case "results":
                    for inner_key, inner in self._members(f"{self.model}Payload", nodes).items():
                        if inner[0].name.value == "record":
                            self._prepare_records(inner, (*path, inner_key))

    async def answer(self, writer: Writer, written: Written) -> bytes:
        """Return the payload's JSON; read with the writer, so that it shows what was written."""
        parts: list[bytes] = []
        for key, nodes in self._members(self.type_name, self.nodes).items():
            value = await self._member(writer, written, nodes, (self.key, key))
            parts.append(orjson.dumps(key) + b":" + value)
        return b"{" + b",".join(parts) + b"}"

    def _members(self, type_name: str, nodes: Sequence[FieldNode]) -> dict[str, list[FieldNode]]:
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
                return self._errors(written.problems, nodes, path)

    # ---- records ----------------------------------------------------------------------------

    def _prepare_record(self, nodes: list[FieldNode], path: tuple[PathItem, ...]) -> None:
        fields = self.reader.beneath(self.model, nodes, path)
        where = Lookup(Path(("id",)), "eq", _RECORD)
        self._compile(path, OnePlan(self.planner.plan_object(self.model, fields), where))

    def _prepare_records(self, nodes: list[FieldNode], path: tuple[PathItem, ...]) -> None:
        fields = self.reader.beneath(self.model, nodes, path)
        plan = PagePlan(
            model=self.model,
            members=(Member(_NODES, Nodes(self.planner.plan_object(self.model, fields))),),
            where=Lookup(Path(("id",)), "in", _RECORDS),
            order=(OrderKey(("id",)),),
            limit=self.most,
        )
        self._compile(path, plan)

    def _compile(self, path: tuple[PathItem, ...], plan: OnePlan | PagePlan) -> None:
        roots = (Root(self.key, plan),)
        nodes = checked_cost(roots, self.planner.limits.nodes)
        restricted = restrict(Plan(roots, nodes=nodes), self.permission)
        self.programs[path] = compile_plan(restricted, self.planner.registry, self.tables)

    async def _records(self, writer: Writer, written: Written, path: tuple[PathItem, ...]) -> bytes:
        if not written.ids:
            return b"[]"
        answer = await self._read(writer, path, list(written.ids))
        return answer.removeprefix(f'{{"{_NODES}":'.encode()).removesuffix(b"}")

    async def _results(
        self, writer: Writer, written: Written, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        """Return one payload per written record, in the order of the input."""
        type_name = f"{self.model}Payload"
        columns: dict[str, list[Any]] = {}
        for key, inner in self._members(type_name, nodes).items():
            match inner[0].name.value:
                case "record":
                    records = await self._records(writer, written, (*path, key))
                    columns[key] = orjson.loads(records)
                case "__typename":
                    columns[key] = [type_name] * len(written.ids)
                case _:
                    columns[key] = [[]] * len(written.ids)
        rows = zip(*columns.values(), strict=True)
        return orjson.dumps([dict(zip(columns, row, strict=True)) for row in rows])

    async def _read(
        self, writer: Writer, path: tuple[PathItem, ...], ids: int | list[int]
    ) -> bytes:
        inputs = surroundings(writer.actor, writer.now)
        inputs.update(self.reader.variables)
        inputs[_IDS] = ids
        try:
            return (await run(self.programs[path], inputs, writer.connection))[0]
        except asyncpg.PostgresError as error:
            raise (read_refusal(error) or error) from error

    # ---- errors -----------------------------------------------------------------------------

    def _errors(
        self, problems: Sequence[UserProblem], nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> bytes:
        return orjson.dumps([self._error(problem, nodes, path) for problem in problems])

    def _error(
        self, problem: UserProblem, nodes: list[FieldNode], path: tuple[PathItem, ...]
    ) -> dict[str, Any]:
        is_business = problem.code == "BUSINESS_RULE"
        type_name = "BusinessError" if is_business else "ValidationError"
        values: dict[str, Any] = {
            "code": problem.code,
            "message": problem.message,
            "path": list(problem.path) if problem.path else None,
            "index": problem.index,
            "reason": problem.message,
            "details": problem.details or None,
            "__typename": type_name,
        }
        selected = self.reader.beneath(type_name, nodes, path)
        return {item.key: values[item.name] for item in selected}
