"""Request -> plan: records, relations and connections of one selection tree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql_erp.errors import BadUserInput
from graphql_erp.expressions.tree import Condition, Lookup, Path, conjunction
from graphql_erp.planning.access import ACCESS, plan_access
from graphql_erp.planning.aggregates import (
    plan_aggregate_members,
    plan_count_members,
    plan_groups,
)
from graphql_erp.planning.pages import PageLimits, plan_order, plan_where, read_page
from graphql_erp.planning.plan import (
    AggregateCount,
    AggregateValue,
    CountValue,
    Cursor,
    EdgeNode,
    Edges,
    FieldValue,
    GroupKeyValue,
    GroupNodes,
    GroupRecords,
    Groups,
    GroupTotal,
    GroupValues,
    Member,
    MethodValue,
    NodeId,
    Nodes,
    ObjectPlan,
    OneOf,
    OnePlan,
    PageFact,
    PageInfo,
    PagePlan,
    Strategy,
    ToMany,
    ToOne,
    TotalCount,
    Translations,
    TypeName,
    Value,
)
from graphql_erp.planning.request import Selected
from graphql_erp.planning.results import plan_result
from graphql_erp.planning.strategy import keeps_matches, strategy_of
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.registry.translations import TRANSLATIONS, translated_fields


@dataclass(frozen=True, slots=True)
class Planner:
    """Plans requests against one registry."""

    registry: Registry
    limits: PageLimits
    forces_rows: bool = False
    """All records come to Python, needed or not: the answers must be the same."""

    def plan_one(self, model: str, selected: Selected) -> OnePlan:
        """Return the plan of one record found by the `by` argument."""
        where = self.key_condition(self.registry.models[model], selected.arguments["by"])
        return OnePlan(self.plan_object(model, selected.fields), where)

    def plan_page(self, model: str, selected: Selected) -> PagePlan:
        """Return the plan of a connection with its filter, order and page arguments."""
        definition = self.registry.models[model]
        page = read_page(selected, self.limits)
        members = tuple(self._connection_member(definition, item) for item in selected.fields)
        where = plan_where(self.registry, definition, selected)
        return PagePlan(
            model=model,
            members=members,
            where=where,
            order=plan_order(self.registry, definition, selected),
            limit=page.limit,
            is_backward=page.is_backward,
            after=page.after,
            before=page.before,
            offset=page.offset,
            keeps_matches=keeps_matches(members, where, page),
        )

    def plan_object(self, model: str, fields: tuple[Selected, ...]) -> ObjectPlan:
        """Return the plan of a record's answer object."""
        definition = self.registry.models[model]
        members = tuple(Member(item.key, self._field_value(definition, item)) for item in fields)
        strategy = Strategy.ROWS if self.forces_rows else strategy_of(definition, members)
        return ObjectPlan(model, members, strategy)

    def key_condition(self, definition: ModelDef, by: Mapping[str, Any]) -> Condition:
        """Return the condition of a unique-key input: one member, or one object of members."""
        if len(by) != 1 or None in by.values():
            raise BadUserInput(
                f"Give exactly one key of {definition.name}.",
                hint="A key input takes one member, such as {id: ...}.",
            )
        name, value = next(iter(by.items()))
        members = value if isinstance(value, dict) else {name: value}
        items = [
            Lookup(Path((_key_field(definition, member).name,)), "eq", leaf)
            for member, leaf in members.items()
        ]
        return conjunction(*items) or items[0]

    # ---- records ----------------------------------------------------------------------------

    def _field_value(self, definition: ModelDef, item: Selected) -> Value:
        if item.name == "__typename":
            return TypeName(item.type_name)
        if item.name == "nodeId":
            return NodeId(definition.name)
        if item.name == ACCESS:
            return plan_access(self.registry, definition, item)
        field = definition.by_graphql_name.get(item.name)
        method = definition.method_field(item.name)
        if method is not None:
            return self._method(method, item)
        if field is None and item.name == TRANSLATIONS:
            return Translations(tuple(field.name for field in translated_fields(definition)))
        if field is None:
            return FieldValue(_key_field(definition, item.name).name)
        if field.members:
            return self._one_of(definition, field, item)
        if field.relation is None:
            return FieldValue(field.name)
        if field.is_to_many:
            return ToMany(field.name, self.plan_page(field.relation.target, item))
        return ToOne(field.name, self.plan_object(field.relation.target, item.fields))

    def _one_of(self, definition: ModelDef, field: FieldDef, item: Selected) -> OneOf:
        members: list[Member] = []
        for name in field.members:
            relation = definition.fields[name].relation
            if relation is not None and relation.target in item.variants:
                target = self.plan_object(relation.target, item.variants[relation.target])
                members.append(Member(relation.target, ToOne(name, target)))
        return OneOf(tuple(members))

    def _method(self, method: MethodDef, item: Selected) -> MethodValue:
        if method.result is None:
            raise TypeError(f"{method.model}.{method.name} has no result.")
        result = plan_result(self.plan_object, method.result, item)
        return MethodValue(method.name, item.arguments, method.load, result, item.path)

    # ---- connections ------------------------------------------------------------------------

    def _connection_member(self, definition: ModelDef, item: Selected) -> Member:
        return Member(item.key, self._connection_value(definition, item))

    def _connection_value(self, definition: ModelDef, item: Selected) -> Value:
        match item.name:
            case "nodes":
                return Nodes(self.plan_object(definition.name, item.fields))
            case "edges":
                return Edges(tuple(self._edge_member(definition, part) for part in item.fields))
            case "pageInfo":
                return PageInfo(_page_info_members(item))
            case "totalCount":
                return TotalCount()
            case "count":
                mode = item.arguments.get("mode")
                cap = None if mode == "EXACT" else self.limits.count_cap
                return CountValue(cap, plan_count_members(item), mode == "ESTIMATED")
            case "aggregate":
                return AggregateValue(plan_aggregate_members(definition, item))
            case "groups":
                return self._groups(definition, item)
            case name if name == ACCESS:
                return plan_access(self.registry, definition, item)
            case _:
                return TypeName(item.type_name)

    def _edge_member(self, definition: ModelDef, item: Selected) -> Member:
        match item.name:
            case "cursor":
                return Member(item.key, Cursor())
            case "node":
                return Member(item.key, EdgeNode(self.plan_object(definition.name, item.fields)))
            case _:
                return Member(item.key, TypeName(item.type_name))

    # ---- groups -----------------------------------------------------------------------------

    def _groups(self, definition: ModelDef, item: Selected) -> Groups:
        groups = plan_groups(self.registry, definition, item, self.limits)
        members: list[Member] = []
        for part in item.fields:
            value: Value
            match part.name:
                case "nodes":
                    value = GroupNodes(
                        tuple(self._group_member(definition, inner) for inner in part.fields)
                    )
                case "pageInfo":
                    value = PageInfo(_page_info_members(part))
                case "totalCount":
                    value = GroupTotal()
                case _:
                    value = TypeName(part.type_name)
            members.append(Member(part.key, value))
        return replace(groups, members=tuple(members))

    def _group_member(self, definition: ModelDef, item: Selected) -> Member:
        value: Value
        match item.name:
            case "key":
                fields = self.plan_object(definition.name, item.fields)
                value = GroupKeyValue(fields.members)
            case "values":
                value = GroupValues()
            case "count":
                value = AggregateCount()
            case "aggregate":
                value = AggregateValue(plan_aggregate_members(definition, item))
            case "groups":
                value = self._groups(definition, item)
            case "records":
                # They are those of the list, archived ones too where it shows them.
                page = replace(self.plan_page(definition.name, item), where=None)
                value = GroupRecords(page)
            case _:
                value = TypeName(item.type_name)
        return Member(item.key, value)


def _key_field(definition: ModelDef, graphql_name: str) -> FieldDef:
    """Return the field a GraphQL name speaks of; `companyId` speaks of the to-one `company`."""
    field = definition.by_graphql_name.get(graphql_name)
    return field or definition.by_graphql_name[graphql_name.removesuffix("Id")]


def _page_info_members(item: Selected) -> tuple[Member, ...]:
    return tuple(
        Member(
            part.key,
            TypeName(part.type_name) if part.name == "__typename" else PageFact(part.name),
        )
        for part in item.fields
    )
