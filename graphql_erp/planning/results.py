"""Results of methods: what a client selected of them, as a part of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from graphql_erp import naming
from graphql_erp.behaviour.annotations import (
    DataType,
    EnumType,
    ListType,
    RecordType,
    ScalarType,
    Typed,
)
from graphql_erp.planning.plan import Member, ObjectPlan, TypeName, Value
from graphql_erp.planning.request import Selected

PlanObject = Callable[[str, tuple[Selected, ...]], ObjectPlan]
"""A model and what is selected of its records -> the plan of the answer object."""


@dataclass(frozen=True, slots=True)
class ValueResult(Value):
    """A scalar, or a member of an enum."""

    type: ScalarType | EnumType


@dataclass(frozen=True, slots=True)
class ListResult(Value):
    """A list."""

    item: Value


@dataclass(frozen=True, slots=True)
class DataResult(Value):
    """A dataclass: members are AttributeResult, TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class AttributeResult(Value):
    """An attribute of a dataclass."""

    attribute: str
    result: Value


@dataclass(frozen=True, slots=True)
class RecordResult(Value):
    """A record, read anew with what the actor may read of it."""

    object: ObjectPlan


@dataclass(frozen=True, slots=True)
class ChosenResult(Value):
    """One of several dataclasses, known by its class."""

    kinds: tuple[tuple[type, DataResult], ...]


def plan_result(plan_object: PlanObject, kind: Typed, selected: Selected) -> Value:
    """Return what is selected of a result of some type.

    Raises:
        RequestError: An argument in the selection cannot be used.
    """
    match kind:
        case ScalarType() | EnumType():
            return ValueResult(kind)
        case ListType(item=item):
            return ListResult(plan_result(plan_object, item, selected))
        case RecordType(model=model):
            return RecordResult(plan_object(model, selected.fields))
        case DataType():
            return plan_data(plan_object, kind, selected.fields)
        case _:
            raise TypeError(f"{kind} is not planned by its selection alone.")


def plan_data(plan_object: PlanObject, kind: DataType, fields: tuple[Selected, ...]) -> DataResult:
    """Return what is selected of a dataclass.

    Raises:
        RequestError: An argument in the selection cannot be used.
    """
    known = {member.graphql_name: member.type for member in kind.members}
    members: list[Member] = []
    for item in fields:
        value: Value = TypeName(item.type_name)
        if item.name in known:
            inner = plan_result(plan_object, known[item.name], item)
            value = AttributeResult(naming.uncamel(item.name), inner)
        members.append(Member(item.key, value))
    return DataResult(tuple(members))
