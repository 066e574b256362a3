"""Results of methods -> JSON: records in them are read, each place by one statement for all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import orjson

from graphql_erp.api.errors import read_refusal
from graphql_erp.api.roots import checked_cost
from graphql_erp.api.scalars import output_value
from graphql_erp.behaviour.annotations import EnumType, ScalarType
from graphql_erp.expressions.tree import Kind, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.plan import (
    FieldValue,
    Member,
    Nodes,
    ObjectPlan,
    PagePlan,
    Plan,
    Root,
    TypeName,
    Value,
)
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import restrict
from graphql_erp.planning.results import (
    AttributeResult,
    ChosenResult,
    DataResult,
    ListResult,
    RecordResult,
    ValueResult,
)
from graphql_erp.reading.program import Connection, RootProgram, compile_plan, run
from graphql_erp.reading.records import RecordReader
from graphql_erp.reading.row_parts import MethodCaller
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.permission import Permission
from graphql_erp.tables.build import Tables

_IDS = "@ids"
_ID = "@id"
_NODES = "n"
_RECORDS = Parameter(_IDS, ValueType(Kind.RECORD, many=True))

_Found = dict[RecordResult, dict[int, Any]]


@dataclass(frozen=True, slots=True)
class Reading:
    """Where the records of results are read, and with which values."""

    connection: Connection
    inputs: Mapping[str, Any]
    reader: RecordReader
    """What reads records for computed fields among those selected."""
    methods: MethodCaller | None = None
    """What calls the methods among those selected."""


@dataclass(frozen=True, slots=True)
class Results:
    """Answers with the results of methods, for one permission; statements are compiled once."""

    planner: Planner
    permission: Permission
    tables: Tables
    programs: dict[RecordResult, tuple[RootProgram, ...]] = field(default_factory=dict)

    def prepare(self, plan: Value) -> None:
        """Compile the statements of a result.

        Raises:
            CostExceeded: Its records may lead to too many others.
        """
        match plan:
            case RecordResult():
                self._program(plan)
            case ListResult(item=item) | AttributeResult(result=item):
                self.prepare(item)
            case DataResult(members=members):
                for member in members:
                    self.prepare(member.value)

    async def answers(self, plan: Value, values: Sequence[Any], reading: Reading) -> list[Any]:
        """Return what is selected of each of several results, ready for JSON.

        Raises:
            RequestError: A read was refused.
            GraphQLError: A value is none of its type.
        """
        wanted: dict[RecordResult, dict[int, None]] = {}
        for value in values:
            _note(plan, value, wanted)
        found = {
            place: await self._read(place, list(ids), reading) for place, ids in wanted.items()
        }
        return [_filled(plan, value, found) for value in values]

    async def _read(self, place: RecordResult, ids: list[int], reading: Reading) -> dict[int, Any]:
        program, most = self._program(place), self.planner.limits.maximum
        found: dict[int, Any] = {}
        for start in range(0, len(ids), most):
            inputs = {**reading.inputs, _IDS: ids[start : start + most]}
            try:
                (answer,) = await run(
                    program, inputs, reading.connection, reading.reader, reading.methods
                )
            except asyncpg.PostgresError as error:
                raise (read_refusal(error) or error) from error
            for node in orjson.loads(answer)[_NODES]:
                found[int(node.pop(_ID))] = node
        return found

    def _program(self, place: RecordResult) -> tuple[RootProgram, ...]:
        if place not in self.programs:
            planned = place.object
            members = (*planned.members, Member(_ID, FieldValue("id")))
            page = PagePlan(
                model=planned.model,
                members=(
                    Member(_NODES, Nodes(ObjectPlan(planned.model, members, planned.strategy))),
                ),
                where=Lookup(Path(("id",)), "in", _RECORDS),
                order=(OrderKey(("id",)),),
                limit=self.planner.limits.maximum,
            )
            roots = (Root(_NODES, page),)
            plan = Plan(roots, nodes=checked_cost(roots, self.planner.limits.nodes))
            registry = self.planner.registry
            restricted = restrict(plan, registry, self.permission)
            self.programs[place] = compile_plan(restricted, registry, self.tables)
        return self.programs[place]


def _note(plan: Value, value: Any, wanted: dict[RecordResult, dict[int, None]]) -> None:
    match plan:
        case _ if value is None:
            return
        case RecordResult():
            wanted.setdefault(plan, {})[value.id] = None
        case ListResult(item=item):
            for part in value:
                _note(item, part, wanted)
        case DataResult(members=members):
            for member in members:
                _note(member.value, value, wanted)
        case AttributeResult(attribute=attribute, result=result):
            _note(result, getattr(value, attribute), wanted)


def _filled(plan: Value, value: Any, found: _Found) -> Any:
    match plan:
        case TypeName(name=name):
            return name
        case _ if value is None:
            return None
        case ValueResult(type=EnumType(cls=cls) as kind):
            return next(name for name, item in kind.members.items() if item is cls(value))
        case ValueResult(type=ScalarType(name=name)):
            return output_value(name, value)
        case RecordResult():
            return found[plan].get(value.id)
        case ListResult(item=item):
            filled = [_filled(item, part, found) for part in value]
            # A record that may not be read is not there.
            is_hidden = isinstance(item, RecordResult)
            return [part for part in filled if part is not None] if is_hidden else filled
        case ChosenResult(kinds=kinds):
            return _filled(dict(kinds)[type(value)], value, found)
        case DataResult(members=members):
            return {member.key: _filled(member.value, value, found) for member in members}
        case AttributeResult(attribute=attribute, result=result):
            return _filled(result, getattr(value, attribute), found)
        case _:
            raise TypeError(f"{plan} is no result.")
