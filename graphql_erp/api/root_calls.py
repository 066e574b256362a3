"""Root fields of queries that are methods, planned."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_argument_values
from graphql.execution.values import VariableValues

from graphql_erp.api.selection import SelectionReader
from graphql_erp.planning.plan import Value
from graphql_erp.planning.planner import Planner
from graphql_erp.planning.restrict import require_method, restrict_result
from graphql_erp.planning.results import plan_result
from graphql_erp.registry.method import MethodDef
from graphql_erp.security.permission import Permission


@dataclass(frozen=True, slots=True)
class RootCall:
    """One root field that calls a method."""

    key: str
    """Name in the answer."""
    method: MethodDef
    result: Value
    """What is selected of the result."""
    field: GraphQLField
    node: FieldNode

    def arguments(self, variables: VariableValues) -> dict[str, Any]:
        """Return the coerced arguments by GraphQL name."""
        return get_argument_values(self.field, self.node, variables)


def plan_call(
    planner: Planner,
    permission: Permission,
    query: GraphQLObjectType,
    reader: SelectionReader,
    method: MethodDef,
    key: str,
    nodes: list[FieldNode],
) -> RootCall:
    """Return a root field that calls a method.

    Raises:
        RequestError: An argument in the selection cannot be used.
    """
    if method.result is None:
        raise TypeError(f"{method.model}.{method.name} has no result.")
    require_method(permission, method, (key,))
    result = plan_result(planner.plan_object, method.result, reader.selected(query, key, nodes))
    result = restrict_result(result, planner.registry, permission, (key,))
    return RootCall(key, method, result, query.fields[nodes[0].name.value], nodes[0])
