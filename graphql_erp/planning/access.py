"""What `_access` tells: which operations and fields are the actor's, of a model or of a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from graphql_erp.expressions.tree import FALSE, TRUE, Condition
from graphql_erp.planning.plan import AccessValue, Granted, Member, TypeName, UsableFields, Value
from graphql_erp.planning.request import Selected
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import UNRESTRICTED, Operation, Permission

ACCESS = "_access"
"""Name of the member; fields never begin like that."""
_FIELDS = "fields"


def plan_access(registry: Registry, definition: ModelDef, item: Selected) -> AccessValue:
    """Return what `_access` tells somebody to whom everything is granted."""

    def value(part: Selected) -> Value:
        if part.name == "__typename":
            return TypeName(part.type_name)
        if part.name == _FIELDS:
            return UsableFields(tuple(_names(registry, definition)))
        return Granted(Operation(part.name), _offered(definition, Operation(part.name)))

    return AccessValue(tuple(Member(part.key, value(part)) for part in item.fields))


def access_to_model(
    plan: AccessValue, registry: Registry, permission: Permission, model: str
) -> AccessValue:
    """Return what is granted on some record of a model at least."""

    def where(operation: Operation) -> Condition:
        return TRUE if permission.grants(model, operation) else FALSE

    return _narrowed(plan, registry, permission, model, where)


def access_to_record(
    plan: AccessValue, registry: Registry, permission: Permission, model: str
) -> AccessValue:
    """Return what is granted on a record: its values decide, where access or a rule asks them."""

    def where(operation: Operation) -> Condition:
        return permission.conditions[operation].get(model, TRUE)

    return _narrowed(plan, registry, permission, model, where)


def _narrowed(
    plan: AccessValue,
    registry: Registry,
    permission: Permission,
    model: str,
    where: Callable[[Operation], Condition],
) -> AccessValue:
    def value(known: Value) -> Value:
        match known:
            case Granted(operation, offered):
                # What may be read is known: the record is there.
                is_known = offered == FALSE or operation is Operation.READ
                return known if is_known else Granted(operation, where(operation))
            case UsableFields():
                return UsableFields(tuple(_names(registry, registry.models[model], permission)))
        return known

    members = (replace(member, value=value(member.value)) for member in plan.members)
    return AccessValue(tuple(members))


def _offered(definition: ModelDef, operation: Operation) -> Condition:
    return TRUE if operation is Operation.READ or definition.api == "full" else FALSE


def _names(
    registry: Registry, definition: ModelDef, permission: Permission = UNRESTRICTED
) -> Iterator[str]:
    """Give the names of the fields that may be used: none that leads to what may not be read."""
    for field in definition.fields.values():
        if field.member_of or not permission.sees(field.model, field.name):
            continue
        ways = [definition.fields[name] for name in field.members] or [field]
        if any(_leads_somewhere(registry, permission, way) for way in ways):
            yield field.graphql_name


def _leads_somewhere(registry: Registry, permission: Permission, field: FieldDef) -> bool:
    if not permission.sees(field.model, field.name):
        return False
    if field.relation is None:
        return True
    target = registry.models[field.relation.target]
    return target.api != "none" and permission.grants(target.name, Operation.READ)
