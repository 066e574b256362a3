"""Which columns of a record a plan reads."""

from __future__ import annotations

from collections.abc import Container, Iterator

from graphql_erp.expressions.tree import Aggregate, Counted, Node, Path, Related
from graphql_erp.planning.plan import (
    AccessValue,
    FieldValue,
    Granted,
    Member,
    NodeId,
    ObjectPlan,
    OneOf,
    Strategy,
    ToMany,
    ToOne,
    Translations,
)
from graphql_erp.reading.audited import VALUES
from graphql_erp.reading.record_shape import shape_of_object
from graphql_erp.registry.attached import AUDIT_MODEL
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry


def columns_of_object(registry: Registry, plan: ObjectPlan) -> dict[str, None]:
    """Return the columns a record's answer object is made of, whoever makes it."""
    model = registry.models[plan.model]
    needed = columns_of_members(model, plan.members)
    if plan.strategy is Strategy.ROWS:
        needed["id"] = None
    shape = shape_of_object(registry, plan)
    for name in () if shape is None else shape.fields:
        needed.update(columns_of_field(model, name))
    return needed


def joins_of_object(registry: Registry, plan: ObjectPlan, hiding: Container[str]) -> bool:
    """Tell whether the columns of a record's answer object come from other tables too.

    Args:
        registry: The models.
        plan: The object.
        hiding: Models of which not all records may be read: those that can be are joined.
    """
    model = registry.models[plan.model]
    shape = shape_of_object(registry, plan)
    names = [*(() if shape is None else shape.fields)]
    if plan.strategy is Strategy.ROWS:
        names += [item.value.field for item in plan.members if isinstance(item.value, ToOne)]
    if any(_field_joins(model, name, hiding) for name in names):
        return True
    return joins_of_members(model, plan.members, hiding)


def columns_of_members(model: ModelDef, members: tuple[Member, ...]) -> dict[str, None]:
    """Return the columns a record's answer object is made of, in order, without repetition."""
    needed: dict[str, None] = {}
    for member in members:
        match member.value:
            case FieldValue(field):
                needed.update(columns_of_field(model, field))
            case ToOne(field):
                needed.update(columns_of_field(model, field))
            case OneOf(inner):
                needed.update(columns_of_members(model, inner))
            case Translations(fields):
                needed.update((model.fields[name].column, None) for name in fields)
            case AccessValue(inner):
                needed.update(_columns_of_access(model, inner))
            case NodeId():
                needed["id"] = None
            case ToMany():
                needed["id"] = None
    return needed


def columns_of_field(model: ModelDef, name: str) -> dict[str, None]:
    """Return the columns a field is read from: its own, or those its expression starts at."""
    field = model.fields[name]
    if model.name == AUDIT_MODEL and name in VALUES:
        return {"model": None, **dict.fromkeys(sorted(VALUES))}
    if field.is_stored:
        return {field.column: None}
    if field.is_to_many or field.is_inverse_one:
        return {"id": None}
    needed: dict[str, None] = {}
    if field.expression is not None:
        for start in _starts(field.expression):
            needed.update(columns_of_field(model, start))
    return needed


def joins_of_members(model: ModelDef, members: tuple[Member, ...], hiding: Container[str]) -> bool:
    """Tell whether a record's answer object joins other tables to its own."""
    for member in members:
        match member.value:
            case FieldValue(field):
                if _field_joins(model, field, hiding):
                    return True
            case AccessValue(inner):
                # Conditions of access and rules see everything.
                if any(_joins(model, node, ()) for node in _conditions(inner)):
                    return True
    return False


def _columns_of_access(model: ModelDef, members: tuple[Member, ...]) -> dict[str, None]:
    needed: dict[str, None] = {}
    for condition in _conditions(members):
        for start in _starts(condition):
            needed.update(columns_of_field(model, start))
    return needed


def _conditions(members: tuple[Member, ...]) -> Iterator[Node]:
    for member in members:
        if isinstance(member.value, Granted):
            yield member.value.where


def _field_joins(model: ModelDef, name: str, hiding: Container[str]) -> bool:
    field = model.fields[name]
    if field.is_inverse_one:
        return True
    if field.is_stored:
        return field.relation is not None and field.relation.target in hiding
    return field.expression is not None and _joins(model, field.expression, hiding)


def _joins(model: ModelDef, expression: Node, hiding: Container[str]) -> bool:
    match expression:
        case Path(names):
            return len(names) > 1 or _field_joins(model, names[0], hiding)
        case Aggregate(relation=relation) | Related(relation=relation):
            return len(relation) > 1
        case Counted(relation=relation, operand=operand):
            return len(relation) > 1 or _joins(model, operand, hiding)
        case _:
            return any(_joins(model, child, hiding) for child in expression.children())


def _starts(expression: Node) -> Iterator[str]:
    """Give the own fields an expression begins its paths with."""
    match expression:
        case Path(names):
            yield names[0]
        case Aggregate(relation=relation) | Related(relation=relation):
            yield relation[0]
        case Counted(relation=relation, operand=operand):
            yield relation[0]
            yield from _starts(operand)
        case _:
            for child in expression.children():
                yield from _starts(child)
