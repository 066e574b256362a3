"""Plan + permission -> plan: the one place where reading is restricted.

What a client may not name is refused here, with its place in the answer; what records it may not
read is written into the plan as conditions. SQL brings in a table only together with its model's
condition, so that one holds for pages, relation hops, filters, orderings, counts, aggregates and
groups alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from graphql_erp.errors import Forbidden, ForbiddenField, PathItem
from graphql_erp.expressions.tree import Condition
from graphql_erp.planning.access import access_to_model, access_to_record
from graphql_erp.planning.pages import default_order, total_order
from graphql_erp.planning.plan import (
    AccessValue,
    AggregateFields,
    AggregateValue,
    CountDistinct,
    EdgeNode,
    Edges,
    FieldValue,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    Member,
    MethodValue,
    Nodes,
    ObjectPlan,
    OneOf,
    OnePlan,
    PagePlan,
    Plan,
    Root,
    ToMany,
    ToOne,
    Translations,
    Value,
)
from graphql_erp.planning.results import AttributeResult, DataResult, ListResult, RecordResult
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.model import FieldDef, OrderKey
from graphql_erp.registry.registry import Registry
from graphql_erp.security.guards import along, named_fields
from graphql_erp.security.permission import UNRESTRICTED, Operation, Permission

_Path = tuple[PathItem, ...]


def restrict(plan: Plan, registry: Registry, permission: Permission, path: _Path = ()) -> Plan:
    """Return the plan with what the permission lets through of each model.

    Args:
        plan: The plan.
        registry: The models.
        permission: Whose it is.
        path: Place of the only root in the answer, where that is not its name.

    Raises:
        Forbidden: A model or a method is named that nobody granted.
        ForbiddenField: A field is named that is limited to other groups, wherever: selected, in a
            filter, an ordering, a grouping or a figure.
    """
    if permission is UNRESTRICTED:
        return plan
    restriction = _Restriction(registry, permission)
    roots = tuple(
        replace(root, plan=restriction.root(root, path or (root.key,))) for root in plan.roots
    )
    return replace(plan, roots=roots, conditions=permission.readable)


def restrict_object(
    plan: ObjectPlan, registry: Registry, permission: Permission, path: _Path
) -> ObjectPlan:
    """Return the plan of one record with what may be named of it; conditions stand apart.

    Raises:
        Forbidden: As `restrict` does.
        ForbiddenField: The same.
    """
    if permission is UNRESTRICTED:
        return plan
    return _Restriction(registry, permission).object(plan, path)


def restrict_result(
    result: Value, registry: Registry, permission: Permission, path: _Path
) -> Value:
    """Return what is selected of a method's result, with what may be named of it.

    Raises:
        Forbidden: As `restrict` does.
        ForbiddenField: The same.
    """
    if permission is UNRESTRICTED:
        return result
    return _Restriction(registry, permission).result(result, path)


def require_operation(
    permission: Permission, model: str, operation: Operation, path: _Path = ()
) -> None:
    """Refuse what nobody granted on any record of a model.

    Raises:
        Forbidden: That is so.
    """
    if not permission.grants(model, operation):
        raise Forbidden(
            f"You may not {operation} {model} records.",
            hint="Ask an administrator for a group that grants it.",
            path=path,
        )


def require_method(permission: Permission, method: MethodDef, path: _Path = ()) -> None:
    """Refuse a method that may not be called.

    Raises:
        Forbidden: That is so.
    """
    if not permission.calls(method.model, method.name):
        raise Forbidden(
            f"You may not call {method.graphql_name} of {method.model}.",
            hint="Ask an administrator for a group that grants it.",
            path=path,
        )


def require_condition(
    registry: Registry, permission: Permission, model: str, where: Condition, path: _Path = ()
) -> None:
    """Refuse a condition that names what may not be named.

    Raises:
        Forbidden: It leads to a model nobody granted.
        ForbiddenField: It names a field that is limited to other groups.
    """
    _Restriction(registry, permission).fields(named_fields(registry, model, where), path)


def require_field(permission: Permission, field: FieldDef, path: _Path = ()) -> None:
    """Refuse a field that is limited to other groups.

    Raises:
        ForbiddenField: It is.
    """
    if not permission.sees(field.model, field.name):
        raise ForbiddenField(
            f"You may not use the field {field.graphql_name} of {field.model}.",
            hint="Ask an administrator for one of the groups it is limited to.",
            path=path,
            coordinates=f"{field.model}.{field.graphql_name}",
        )


@dataclass(frozen=True, slots=True)
class _Restriction:
    """Walks a plan and refuses what its actor may not name."""

    registry: Registry
    permission: Permission

    def root(self, root: Root, path: _Path) -> OnePlan | PagePlan:
        if isinstance(root.plan, PagePlan):
            return self.page(root.plan, path)
        plan = root.plan
        self.condition(plan.object.model, plan.where, path)
        return replace(plan, object=self.object(plan.object, path))

    # ---- records ----------------------------------------------------------------------------

    def object(self, plan: ObjectPlan, path: _Path) -> ObjectPlan:
        require_operation(self.permission, plan.model, Operation.READ, path)
        return replace(plan, members=self.members(plan.model, plan.members, path))

    def members(self, model: str, members: Iterable[Member], path: _Path) -> tuple[Member, ...]:
        return tuple(
            replace(member, value=self.value(model, member.value, (*path, member.key)))
            for member in members
        )

    def value(self, model: str, value: Value, path: _Path) -> Value:
        """Return a member of a record or of a group's key."""
        match value:
            case FieldValue(field=name):
                self.field(model, name, path)
            case ToOne(field=name, object=plan):
                self.field(model, name, path)
                return replace(value, object=self.object(plan, path))
            case OneOf(members=members):
                return replace(value, members=self.members(model, members, path))
            case AccessValue():
                return access_to_record(value, self.registry, self.permission, model)
            case ToMany(field=name, page=page):
                self.field(model, name, path)
                return replace(value, page=self.page(page, path))
            case Translations(fields=names):
                seen = tuple(name for name in names if self.permission.sees(model, name))
                return replace(value, fields=seen)
            case MethodValue(name=name, result=result):
                require_method(self.permission, self.registry.models[model].methods[name], path)
                return replace(value, result=None if result is None else self.result(result, path))
        return value

    def result(self, result: Value, path: _Path) -> Value:
        """Return what is selected of a method's result."""
        match result:
            case RecordResult(object=plan):
                return replace(result, object=self.object(plan, path))
            case ListResult(item=item):
                return replace(result, item=self.result(item, path))
            case DataResult(members=members):
                made = (
                    replace(item, value=self.result(item.value, (*path, item.key)))
                    for item in members
                )
                return replace(result, members=tuple(made))
            case AttributeResult(result=inner):
                return replace(result, result=self.result(inner, path))
        return result

    # ---- connections ------------------------------------------------------------------------

    def page(self, plan: PagePlan, path: _Path) -> PagePlan:
        require_operation(self.permission, plan.model, Operation.READ, path)
        if plan.where is not None:
            self.condition(plan.model, plan.where, path)
        members = tuple(
            replace(item, value=self.page_value(plan.model, item.value, (*path, item.key)))
            for item in plan.members
        )
        return replace(plan, members=members, order=self.order(plan, path))

    def order(self, plan: PagePlan, path: _Path) -> tuple[OrderKey, ...]:
        """Return an ordering; the model's own is used as far as it may be named."""
        definition = self.registry.models[plan.model]
        keys = [(key, [*along(self.registry, plan.model, key.path)]) for key in plan.order]
        if plan.order != default_order(definition):
            for _, fields in keys:
                self.fields(fields, path)
            return plan.order
        kept = [key for key, fields in keys if all(map(self.sees, fields))]
        return plan.order if len(kept) == len(keys) else total_order(definition, kept)

    def page_value(self, model: str, value: Value, path: _Path) -> Value:
        match value:
            case Nodes(object=plan) | EdgeNode(object=plan):
                return replace(value, object=self.object(plan, path))
            case Edges(members=members):
                made = (
                    replace(item, value=self.page_value(model, item.value, (*path, item.key)))
                    for item in members
                )
                return replace(value, members=tuple(made))
            case AggregateValue(members=members):
                self.figures(model, members, path)
            case AccessValue():
                return access_to_model(value, self.registry, self.permission, model)
            case Groups():
                return self.groups(model, value, path)
        return value

    def figures(self, model: str, members: Iterable[Member], path: _Path) -> None:
        for member in members:
            match member.value:
                case CountDistinct(field=name):
                    self.field(model, name, (*path, member.key))
                case AggregateFields(members=inner):
                    self.members(model, inner, (*path, member.key))

    def groups(self, model: str, plan: Groups, path: _Path) -> Groups:
        for key in plan.by:
            self.fields(along(self.registry, model, key.path), path)
        for order in plan.order:
            if order.sum:
                self.field(model, order.sum, path)
        members = tuple(
            replace(item, value=self.groups_value(model, item.value, (*path, item.key)))
            for item in plan.members
        )
        return replace(plan, members=members)

    def groups_value(self, model: str, value: Value, path: _Path) -> Value:
        if not isinstance(value, GroupNodes):
            return value
        members = (
            replace(item, value=self.group_value(model, item.value, (*path, item.key)))
            for item in value.members
        )
        return replace(value, members=tuple(members))

    def group_value(self, model: str, value: Value, path: _Path) -> Value:
        match value:
            case GroupKeyValue(members=members):
                return replace(value, members=self.members(model, members, path))
            case GroupRecords(page=page):
                return replace(value, page=self.page(page, path))
        return self.page_value(model, value, path)

    # ---- names ------------------------------------------------------------------------------

    def condition(self, model: str, where: Condition, path: _Path) -> None:
        self.fields(named_fields(self.registry, model, where), path)

    def field(self, model: str, name: str, path: _Path) -> None:
        require_field(self.permission, self.registry.models[model].fields[name], path)

    def fields(self, fields: Iterable[FieldDef], path: _Path) -> None:
        """Refuse fields that may not be named, and relations to models that may not be read."""
        hops = list(fields)
        for field in hops:
            require_field(self.permission, field, path)
            if field.relation is not None and field.is_to_many:
                require_operation(self.permission, field.relation.target, Operation.READ, path)
        for field, after in pairwise(hops):
            if field.relation is not None and field.relation.target == after.model:
                require_operation(self.permission, after.model, Operation.READ, path)

    def sees(self, field: FieldDef) -> bool:
        return self.permission.sees(field.model, field.name)
