"""Introspection inside ordinary documents, answered by the library over the schema alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    execute_sync,
)

from graphql_erp.api.documents import Operation


def introspect(
    schema: GraphQLSchema,
    operation: Operation,
    nodes: Sequence[FieldNode],
    variables: Mapping[str, Any],
) -> dict[str, bytes]:
    """Return the JSON of the `__schema` and `__type` fields of an operation, by their keys.

    Everything else is taken out of the document first, so that no resolver is called.
    """
    narrowed = OperationDefinitionNode(
        operation=operation.node.operation,
        name=operation.node.name,
        variable_definitions=operation.node.variable_definitions,
        directives=(),
        selection_set=SelectionSetNode(selections=tuple(nodes)),
    )
    definitions = [
        narrowed if item is operation.node else item
        for item in operation.document.definitions
        if item is operation.node or not isinstance(item, OperationDefinitionNode)
    ]
    result = execute_sync(
        schema, DocumentNode(definitions=tuple(definitions)), variable_values=dict(variables)
    )
    if result.errors:
        raise result.errors[0]
    return {key: orjson.dumps(value) for key, value in (result.data or {}).items()}
