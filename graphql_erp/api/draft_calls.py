"""Root fields of queries that draft a record: planned once, answered with what a form shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import FieldNode, GraphQLField, GraphQLObjectType, get_argument_values, get_named_type
from graphql.execution.values import VariableValues

from graphql_erp.api.selection import SelectionReader
from graphql_erp.api.user_errors import ERROR_TYPES, error_type, error_values
from graphql_erp.drafts.draft import Draft, draft
from graphql_erp.errors import UserProblem
from graphql_erp.planning.request import Selected
from graphql_erp.planning.restrict import require_operation
from graphql_erp.reading.values import read_id
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class DraftMember:
    """A field selected of a draft's payload."""

    key: str
    """Name in the answer."""
    name: str
    errors: Mapping[str, tuple[Selected, ...]]
    """What is selected of errors, by their type."""


@dataclass(frozen=True, slots=True)
class DraftCall:
    """One root field that drafts a record."""

    key: str
    """Name in the answer."""
    model: str
    type_name: str
    """Name of the payload's type."""
    members: tuple[DraftMember, ...]
    field: GraphQLField
    node: FieldNode

    async def answer(self, writer: Writer, variables: VariableValues) -> bytes:
        """Return the payload's JSON.

        Raises:
            BadUserInput: The id is none.
        """
        given = get_argument_values(self.field, self.node, variables)
        record_id = given.get("id")
        drafted = await draft(
            writer,
            writer.model(self.model),
            given["data"],
            record_id=None if record_id is None else read_id(record_id),
            changed=given.get("changed"),
        )
        return orjson.dumps({item.key: self._member(item, drafted) for item in self.members})

    def _member(self, member: DraftMember, drafted: Draft) -> Any:
        match member.name:
            case "values":
                return drafted.values
            case "changedFields":
                return list(drafted.values)
            case "warnings":
                return drafted.warnings
            case "errors":
                return [_error(member, problem) for problem in drafted.problems]
        return self.type_name


def plan_draft(
    permission: Permission,
    query: GraphQLObjectType,
    reader: SelectionReader,
    model: str,
    key: str,
    nodes: list[FieldNode],
) -> DraftCall:
    """Return a root field that drafts a record.

    Raises:
        RequestError: An argument in the selection cannot be used.
        Forbidden: Nobody granted the creation or the change of such records.
    """
    if not permission.grants(model, Operation.UPDATE):
        require_operation(permission, model, Operation.CREATE, (key,))
    field = query.fields[nodes[0].name.value]
    payload = get_named_type(field.type)
    if not isinstance(payload, GraphQLObjectType):
        raise TypeError(f"{payload} is not an object type.")
    collected: dict[str, list[FieldNode]] = {}
    for node in nodes:
        if node.selection_set:
            for name, inner in reader.collect(payload, node.selection_set).items():
                collected.setdefault(name, []).extend(inner)
    members = tuple(_planned(reader, (key, name), inner) for name, inner in collected.items())
    return DraftCall(key, model, payload.name, members, field, nodes[0])


def _planned(reader: SelectionReader, path: tuple[str, str], nodes: list[FieldNode]) -> DraftMember:
    name = nodes[0].name.value
    types = ERROR_TYPES if name == "errors" else ()
    errors = {item: reader.beneath(item, nodes, path) for item in types}
    return DraftMember(path[1], name, errors)


def _error(member: DraftMember, problem: UserProblem) -> dict[str, Any]:
    values = error_values(problem)
    return {item.key: values.get(item.name) for item in member.errors[error_type(problem)]}
