"""ReferenceReader: any query answered over whole tables in memory, as plainly as possible.

It is what compiled answers are compared with. The GraphQL library walks the document, plain loops
over Python objects do the rest; nothing here knows of plans or SQL.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from graphql import DocumentNode, GraphQLResolveInfo, GraphQLSchema, build_schema, execute_sync

from graphql_erp.testing.reference_reader_page import Answer, Limits, QueryAnswer
from graphql_erp.testing.reference_reader_snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """The answer to one query."""

    data: Mapping[str, Any]
    data_fields: int
    """Root fields that need data: each is one statement of the compiled answer."""


class ReferenceReader:
    """Answers queries over a snapshot.

    Args:
        sdl: The schema as text; enums and scalars then are what stands in the answer.
        snapshot: The records.
        limits: What the server does when the document does not say.
    """

    def __init__(self, sdl: str, snapshot: Snapshot, limits: Limits) -> None:
        self.schema: GraphQLSchema = build_schema(sdl)
        self.snapshot = snapshot
        self.limits = limits

    def answer(
        self, document: DocumentNode, variables: Mapping[str, Any], operation: str | None = None
    ) -> ReferenceAnswer:
        """Return the answer to a valid query.

        Raises:
            GraphQLError: The query has no answer without errors.
        """
        root = QueryAnswer(self.snapshot, self.limits)
        result = execute_sync(
            self.schema,
            document,
            root_value=root,
            variable_values=dict(variables),
            operation_name=operation,
            field_resolver=_resolve,
            type_resolver=_type_name,
        )
        if result.errors:
            raise result.errors[0]
        return ReferenceAnswer(result.data or {}, root.data_fields)


def _resolve(source: Answer, info: GraphQLResolveInfo[Any], **arguments: Any) -> Any:
    return source.answer(info.field_name, arguments)


def _type_name(source: Any, _info: GraphQLResolveInfo[Any], _type: Any) -> str:
    return str(source.type_name)
