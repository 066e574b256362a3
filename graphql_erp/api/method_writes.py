"""Root fields of mutations that are methods: the call, and the payload it is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import FieldNode, GraphQLObjectType

from graphql_erp.api.method_calls import call_method
from graphql_erp.api.method_queries import query_methods
from graphql_erp.api.method_results import Results
from graphql_erp.api.method_types import (
    PayloadKind,
    PayloadMember,
    action_type,
    payload_kind,
    payload_members,
)
from graphql_erp.api.payloads import Payload
from graphql_erp.behaviour.actions import ACTIONS
from graphql_erp.behaviour.annotations import ActionType, ListType, Typed
from graphql_erp.environment.transaction import Transaction
from graphql_erp.planning.plan import Value
from graphql_erp.planning.restrict import restrict_result
from graphql_erp.planning.results import ChosenResult, plan_data, plan_result
from graphql_erp.registry.method import MethodDef
from graphql_erp.writing.batches import Written
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Called(Written):
    """What a method gave that has a payload of its own."""

    result: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRequest:
    """One root field that calls a method, with its arguments read."""

    method: MethodDef
    arguments: Mapping[str, Any]
    most: int
    """Most records in one bulk."""

    @property
    def has_own_payload(self) -> bool:
        """Whether its payload is of a type of its own."""
        return payload_kind(self.method) is PayloadKind.OWN

    @property
    def count(self) -> int:
        """How many records its payload may hold."""
        if payload_kind(self.method) is PayloadKind.RECORD:
            return 1
        return self.most if self.method.result is not None else self.named

    @property
    def named(self) -> int:
        """How many records the arguments name."""
        return len(self.arguments.get("ids", ()))

    async def write(self, transaction: Transaction) -> Written:
        """Call the method.

        Raises:
            UserError: With the problems of its arguments, or its own.
        """
        result = await call_method(transaction, self.method, self.arguments)
        match payload_kind(self.method):
            case PayloadKind.OWN:
                return Called(result=result)
            case PayloadKind.RECORD:
                return Written(() if result is None else (result.id,))
            case PayloadKind.RECORDS:
                ids = tuple(dict.fromkeys(record.id for record in result or ()))
                if len(ids) > self.count:
                    raise ValueError(f"{self.method.name} gave more records than one bulk has.")
                return Written(ids, rows=ids)


@dataclass(frozen=True, slots=True)
class MethodPayload:
    """The payload of a method's own, planned."""

    method: MethodDef
    payload: Payload
    """What knows the selection, and writes the errors."""
    results: Results
    members: dict[str, _Member] = field(default_factory=dict)

    def prepare(self) -> None:
        """Plan what is selected.

        Raises:
            RequestError: An argument in the selection cannot be used, or it costs too much.
        """
        payload = self.payload
        known = {member.graphql_name: member for member in payload_members(self.method)}
        for key, nodes in payload.members(payload.type_name, payload.nodes).items():
            member = known.get(nodes[0].name.value)
            plan = self._plan(member.type, key, nodes) if member else None
            if plan is not None:
                registry, path = self.results.planner.registry, (payload.key, key)
                plan = restrict_result(plan, registry, payload.permission, path)
                self.results.prepare(plan)
            self.members[key] = _Member(nodes, member, plan)

    def _plan(self, kind: Typed, key: str, nodes: list[FieldNode]) -> Value:
        reader, plan_object = self.payload.reader, self.results.planner.plan_object
        path = (self.payload.key,)
        if isinstance(kind, ActionType):
            selected = {
                action: reader.beneath(action.__name__, nodes, (*path, key)) for action in ACTIONS
            }
            kinds = (
                (action, plan_data(plan_object, action_type(action), fields))
                for action, fields in selected.items()
            )
            return ChosenResult(tuple(kinds))
        parent = reader.schema.type_map[self.payload.type_name]
        if not isinstance(parent, GraphQLObjectType):
            raise TypeError(f"{parent} is not an object type.")
        return plan_result(plan_object, kind, reader.selected(parent, key, nodes, path))

    async def answer(self, writer: Writer, written: Written) -> bytes:
        """Return the payload's JSON."""
        reading = query_methods(writer, self.results, self.payload.reader.variables).reading()
        parts = []
        for key, item in self.members.items():
            if item.member is not None and item.plan is not None:
                value = _value(item.member, written)
                (answer,) = await self.results.answers(item.plan, [value], reading)
                json = orjson.dumps(answer)
            elif item.nodes[0].name.value == "__typename":
                json = orjson.dumps(self.payload.type_name)
            else:
                path = (self.payload.key, key)
                json = await self.payload.told(writer, written.problems, item.nodes, path)
            parts.append(orjson.dumps(key) + b":" + json)
        return b"{" + b",".join(parts) + b"}"


def own_payload(method: MethodDef, payload: Payload) -> MethodPayload:
    """Return the payload of a method's own in place of one of its model."""
    return MethodPayload(
        method, payload, Results(payload.planner, payload.permission, payload.tables)
    )


@dataclass(frozen=True, slots=True)
class _Member:
    """A selected member of a payload; without member and plan the errors or the type's name."""

    nodes: list[FieldNode]
    member: PayloadMember | None
    plan: Value | None


def _value(member: PayloadMember, written: Written) -> Any:
    result = written.result if isinstance(written, Called) else None
    if result is not None and member.attribute:
        result = getattr(result, member.attribute)
    is_list = isinstance(member.type, ListType) and not member.type.nullable
    return [] if result is None and is_list else result
