"""Root fields of a query -> plans, and what is known without the database."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import orjson
from graphql import FieldNode, GraphQLObjectType

from graphql_erp.api.documents import Operation
from graphql_erp.api.draft_calls import DraftCall, plan_draft
from graphql_erp.api.node_id import node_input, read_node_id
from graphql_erp.api.roles import RootRole
from graphql_erp.api.root_calls import RootCall, plan_call
from graphql_erp.api.schema import ApiSchema
from graphql_erp.api.selection import SelectionReader
from graphql_erp.errors import CostExceeded
from graphql_erp.expressions.tree import Kind, Literal, Lookup, Parameter, Path, ValueType
from graphql_erp.planning.limits import count_nodes
from graphql_erp.planning.plan import OnePlan, PagePlan, Root
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.request import Selected
from graphql_erp.security.permission import Permission

_INTROSPECTION = {"__schema", "__type"}
_RECORD = ValueType(Kind.RECORD)


@dataclass(slots=True)
class Roots:
    """What the root fields of one operation come to."""

    keys: list[str] = field(default_factory=list)
    """Names in the answer, in order."""
    roots: tuple[Root, ...] = ()
    known: dict[str, bytes] = field(default_factory=dict)
    """JSON of the fields that need no statement."""
    nodes: int = 0
    """Records asked for at most, page sizes multiplied."""
    calls: list[RootCall | DraftCall] = field(default_factory=list)
    """The fields that call methods, and drafts."""
    introspection: list[FieldNode] = field(default_factory=list)
    """The `__schema` and `__type` fields."""


def plan_roots(
    planner: Planner,
    schema: ApiSchema,
    reader: SelectionReader,
    operation: Operation,
    permission: Permission,
) -> Roots:
    """Return the plans of a query's root fields.

    Raises:
        RequestError: An argument cannot be used.
        CostExceeded: More records are asked for than the limit allows.
    """
    query = query_type(schema)
    found = Roots()
    roots: list[Root] = []
    for key, nodes in reader.collect(query, operation.node.selection_set).items():
        found.keys.append(key)
        name = nodes[0].name.value
        if name == "__typename":
            found.known[key] = orjson.dumps(query.name)
        elif name in _INTROSPECTION:
            found.introspection.extend(nodes)
        elif schema.queries[name].role is RootRole.DRAFT:
            found.calls.append(
                plan_draft(permission, query, reader, schema.queries[name].model, key, nodes)
            )
        elif schema.queries[name].role is RootRole.METHOD:
            meaning = schema.queries[name]
            method = planner.registry.models[meaning.model].methods[meaning.method]
            call = plan_call(planner, permission, query, reader, method, key, nodes)
            found.calls.append(call)
        else:
            plan = _plan_root(planner, schema, reader, key, nodes)
            if plan is None:
                found.known[key] = b"null"
            else:
                roots.append(Root(key, plan))
    found.nodes = checked_cost(roots, planner.limits.nodes)
    found.roots = tuple(roots)
    return found


def query_type(schema: ApiSchema) -> GraphQLObjectType:
    """Return the type of the root fields that read."""
    query = schema.graphql.query_type
    if query is None:
        raise TypeError("The schema has no Query.")
    return query


def _plan_root(
    planner: Planner,
    schema: ApiSchema,
    reader: SelectionReader,
    key: str,
    nodes: list[FieldNode],
) -> OnePlan | PagePlan | None:
    meaning = schema.queries[nodes[0].name.value]
    selected = reader.selected(query_type(schema), key, nodes)
    match meaning.role:
        case RootRole.ONE:
            return planner.plan_one(meaning.model, selected)
        case RootRole.LIST:
            return planner.plan_page(meaning.model, selected)
        case RootRole.NODE:
            return _plan_node(planner, schema, reader, nodes, selected)
        case other:
            raise TypeError(f"{other} is not a query.")


def _plan_node(
    planner: Planner,
    schema: ApiSchema,
    reader: SelectionReader,
    nodes: list[FieldNode],
    selected: Selected,
) -> OnePlan | None:
    """Return the plan of the record a global id speaks of; None when it speaks of none."""
    leaf = selected.arguments["nodeId"]
    is_variable = isinstance(leaf, Parameter)
    model, record_id = read_node_id(reader.variables[leaf.key] if is_variable else leaf.value)
    meaning = schema.types.get(model)
    if meaning is None or meaning.model != model:
        return None
    operand = Parameter(node_input(leaf.key), _RECORD) if is_variable else Literal(record_id)
    fields = reader.beneath(model, nodes, selected.path)
    where = Lookup(Path(("id",)), "eq", operand)
    return OnePlan(planner.plan_object(model, fields), where)


def checked_cost(roots: Iterable[Root], limit: int) -> int:
    """Return how many records plans may return together.

    Raises:
        CostExceeded: More than the limit.
    """
    nodes = sum(count_nodes(root.plan) for root in roots)
    if nodes > limit:
        raise CostExceeded(
            f"The document may return {nodes} records, page sizes multiplied;"
            f" the limit is {limit}.",
            hint="Ask for smaller pages, or raise ERP_MAX_NODES.",
        )
    return nodes
