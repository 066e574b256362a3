"""Root fields of a query -> plans, and what is known without the database."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field
from typing import Any

import orjson
from graphql import FieldNode

from graphql_erp.api.documents import Operation
from graphql_erp.api.roles import RootRole
from graphql_erp.api.schema import ApiSchema
from graphql_erp.api.selection import SelectionReader
from graphql_erp.errors import CostExceeded
from graphql_erp.expressions.tree import Literal, Lookup, Parameter, Path
from graphql_erp.planning.limits import count_nodes
from graphql_erp.planning.plan import OnePlan, PagePlan, Root
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.request import Selected

_INTROSPECTION = {"__schema", "__type"}
_MAX_NODE_ID = 200


@dataclass(slots=True)
class Roots:
    """What the root fields of one operation come to."""

    keys: list[str] = field(default_factory=list)
    """Names in the answer, in order."""
    roots: tuple[Root, ...] = ()
    known: dict[str, bytes] = field(default_factory=dict)
    """JSON of the fields that need no statement."""
    introspection: list[FieldNode] = field(default_factory=list)
    """The `__schema` and `__type` fields."""


def plan_roots(
    planner: Planner, schema: ApiSchema, reader: SelectionReader, operation: Operation
) -> Roots:
    """Return the plans of a query's root fields.

    Raises:
        RequestError: An argument cannot be used.
        CostExceeded: More records are asked for than the limit allows.
    """
    query = schema.graphql.query_type
    if query is None:
        raise TypeError("The schema has no Query.")
    found = Roots()
    roots: list[Root] = []
    for key, nodes in reader.collect(query, operation.node.selection_set).items():
        found.keys.append(key)
        name = nodes[0].name.value
        if name == "__typename":
            found.known[key] = orjson.dumps(query.name)
        elif name in _INTROSPECTION:
            found.introspection.extend(nodes)
        else:
            plan = _plan_root(planner, schema, reader, key, nodes)
            if plan is None:
                found.known[key] = b"null"
            else:
                roots.append(Root(key, plan))
    _check_cost(roots, planner.limits.nodes)
    found.roots = tuple(roots)
    return found


def _plan_root(
    planner: Planner,
    schema: ApiSchema,
    reader: SelectionReader,
    key: str,
    nodes: list[FieldNode],
) -> OnePlan | PagePlan | None:
    meaning = schema.queries[nodes[0].name.value]
    selected = reader.selected(schema.graphql.query_type, key, nodes)
    match meaning.role:
        case RootRole.ONE:
            return planner.plan_one(meaning.model, selected)
        case RootRole.LIST:
            return planner.plan_page(meaning.model, selected)
        case RootRole.NODE:
            return _plan_node(planner, schema, reader, selected, nodes)
        case other:
            raise TypeError(f"{other} is not a query.")


def _plan_node(
    planner: Planner,
    schema: ApiSchema,
    reader: SelectionReader,
    selected: Selected,
    nodes: list[FieldNode],
) -> OnePlan | None:
    """Return the plan of the record a global id speaks of; None when it speaks of none."""
    leaf = selected.arguments["nodeId"]
    text = reader.variables[leaf.key] if isinstance(leaf, Parameter) else leaf.value
    model, record_id = read_node_id(text)
    meaning = schema.types.get(model)
    if meaning is None or meaning.model != model:
        return None
    fields = reader.beneath(model, nodes, selected.path)
    where = Lookup(Path(("id",)), "eq", Literal(record_id))
    return OnePlan(planner.plan_object(model, fields), where)


def read_node_id(text: Any) -> tuple[str, int]:
    """Return the model and the id in a global id; ("", 0) when it is none."""
    if not isinstance(text, str) or len(text) > _MAX_NODE_ID:
        return ("", 0)
    try:
        model, _, record_id = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return ("", 0)
    fits = record_id.isascii() and record_id.isdigit() and len(record_id) <= 18  # noqa: PLR2004
    return (model, int(record_id)) if fits else ("", 0)


def _check_cost(roots: list[Root], limit: int) -> None:
    nodes = sum(count_nodes(root.plan) for root in roots)
    if nodes > limit:
        raise CostExceeded(
            f"The document may return {nodes} records, page sizes multiplied; the limit is {limit}.",
            hint="Ask for smaller pages, or raise ERP_MAX_NODES.",
        )


