"""The types every schema has, whatever its models: scalars, interfaces, operators of filters."""

from collections.abc import Iterable, Iterator
from typing import get_args

from graphql_erp.api.roles import TypeMeaning, TypeRole
from graphql_erp.api.shapes import FieldShape, MemberShape, TypeKind, TypeShape
from graphql_erp.errors import UserErrorCode
from graphql_erp.expressions.lookup import Operand
from graphql_erp.expressions.tree import Kind
from graphql_erp.expressions.wire import FILTER_LOOKUPS
from graphql_erp.fields.lookups import LOOKUPS
from graphql_erp.planning.access import ACCESS
from graphql_erp.registry.grants import OPERATIONS

SCALARS = {
    "Decimal": "An exact number as a string; a whole number may be given as a number.",
    "Date": "A day, YYYY-MM-DD.",
    "DateTime": "A moment, RFC 3339 with an offset; UTC on output.",
    "Time": "A time of day, HH:MM:SS.",
    "BigInt": "A whole number of 64 bits as a string.",
    "JSON": "Any JSON value.",
    "Binary": "Bytes as base64 text: the usual alphabet, padded, on one line.",
    "QExpr": "A condition in Q notation: Q(active=True) & ~Q(email__isnull=True).",
}
ORDER_DIRECTIONS = ("ASC", "DESC", "ASC_NULLS_FIRST", "DESC_NULLS_LAST")
DATE_GRANULARITIES = ("DAY", "WEEK", "MONTH", "QUARTER", "YEAR")
COUNT_MODES = {
    "EXACT": "Every record.",
    "CAPPED": "Up to the server's limit, which is fast.",
    "ESTIMATED": "The database's own estimate of a whole table; of a part of one, as CAPPED.",
}
ARCHIVED = {
    "EXCLUDE": "Without archived records.",
    "INCLUDE": "Archived records among the others.",
    "ONLY": "Archived records and no others.",
}
BULK_ERROR_POLICIES = {
    "REJECT_ALL": "Nothing is written.",
    "SKIP_FAILED": "The others are written.",
}

_FILTERED = {
    "String": Kind.TEXT,
    "Int": Kind.INTEGER,
    "Float": Kind.FLOAT,
    "Decimal": Kind.DECIMAL,
    "BigInt": Kind.INTEGER,
    "Date": Kind.DATE,
    "Time": Kind.TIME,
    "DateTime": Kind.DATETIME,
    "Boolean": Kind.BOOLEAN,
    "ID": Kind.RECORD,
    "JSON": Kind.JSON,
    "Binary": Kind.BINARY,
}
"""Scalars that have a filter, and what their values are in expressions."""


def shared_types(*, has_users: bool) -> Iterator[TypeShape]:
    """Give the types that do not depend on a model.

    Args:
        has_users: Whether records can say who wrote them, because there is a model User.
    """
    for name, description in SCALARS.items():
        yield TypeShape(kind=TypeKind.SCALAR, name=name, description=description)
    yield _enum("OrderDirection", dict.fromkeys(ORDER_DIRECTIONS, ""))
    yield _enum("DateGranularity", dict.fromkeys(DATE_GRANULARITIES, ""))
    yield _enum("CountMode", COUNT_MODES)
    yield _enum("Archived", ARCHIVED)
    yield _enum("BulkErrorPolicy", BULK_ERROR_POLICIES)
    yield TypeShape(kind=TypeKind.INTERFACE, name="Node", fields=(FieldShape("nodeId", "ID!"),))
    yield TypeShape(
        kind=TypeKind.INTERFACE,
        name="Record",
        interfaces=("Node",),
        fields=tuple(_record_fields(has_users=has_users)),
    )
    yield _page_info()
    yield TypeShape(
        kind=TypeKind.OBJECT,
        name="Count",
        fields=(FieldShape("value", "Int!"), FieldShape("exact", "Boolean!")),
        meaning=TypeMeaning(TypeRole.COUNT),
    )
    yield _access(
        "ModelAccess",
        "What you may do with records of a model: true where it is so of some of them at least.",
    )
    yield _access("RecordAccess", "What you may do with a record as it is now.")
    for scalar, kind in _FILTERED.items():
        yield TypeShape(
            kind=TypeKind.INPUT,
            name=f"{scalar}Filter",
            fields=operator_fields(scalar, FILTER_LOOKUPS[kind]),
        )
    yield from _errors()


def operator_fields(value: str, lookups: Iterable[str]) -> tuple[FieldShape, ...]:
    """Return the operators of a filter on values of one type: its lookups."""
    operands = {
        Operand.LIST: f"[{value}!]",
        Operand.FLAG: "Boolean",
        Operand.TEXT: "String",
        Operand.INTEGER: "Int",
    }
    return tuple(FieldShape(name, operands.get(LOOKUPS[name].operand, value)) for name in lookups)


def _enum(name: str, members: dict[str, str]) -> TypeShape:
    shapes = tuple(MemberShape(member, member, text) for member, text in members.items())
    return TypeShape(kind=TypeKind.ENUM, name=name, members=shapes)


def _record_fields(*, has_users: bool) -> Iterator[FieldShape]:
    yield FieldShape("nodeId", "ID!")
    yield FieldShape("id", "ID!")
    yield FieldShape("displayName", "String!")
    yield FieldShape("version", "Int!")
    for moment, user in (("createdAt", "createdBy"), ("updatedAt", "updatedBy")):
        yield FieldShape(moment, "DateTime!")
        if has_users:
            yield FieldShape(user, "User")
    yield FieldShape(ACCESS, "RecordAccess!")


def _access(name: str, description: str) -> TypeShape:
    operations = (FieldShape(operation, "Boolean!") for operation in OPERATIONS)
    usable = "Names of the fields you may use: to read, to filter by, to write."
    return TypeShape(
        kind=TypeKind.OBJECT,
        name=name,
        fields=(*operations, FieldShape("fields", "[String!]!", description=usable)),
        description=description,
        meaning=TypeMeaning(TypeRole.ACCESS),
    )


def _page_info() -> TypeShape:
    return TypeShape(
        kind=TypeKind.OBJECT,
        name="PageInfo",
        fields=(
            FieldShape("hasNextPage", "Boolean!"),
            FieldShape("hasPreviousPage", "Boolean!"),
            FieldShape("startCursor", "String"),
            FieldShape("endCursor", "String"),
        ),
        meaning=TypeMeaning(TypeRole.PAGE_INFO),
    )


def _errors() -> Iterator[TypeShape]:
    meaning = TypeMeaning(TypeRole.USER_ERROR)
    fields = (
        FieldShape("code", "UserErrorCode!"),
        FieldShape("message", "String!"),
        FieldShape("path", "[String!]"),
        FieldShape("index", "Int"),
    )
    more = (FieldShape("reason", "String!"), FieldShape("details", "JSON"))
    yield _enum("UserErrorCode", dict.fromkeys(get_args(UserErrorCode), ""))
    yield TypeShape(
        kind=TypeKind.INTERFACE,
        name="UserError",
        fields=fields,
        description="Something the user can correct; `path` leads to the input field.",
        meaning=meaning,
    )
    conflict = (
        FieldShape("expectedVersion", "Int!"),
        FieldShape("currentVersion", "Int!"),
        FieldShape("current", "Record", description="The record as it is now."),
    )
    kinds = (("ValidationError", ()), ("BusinessError", more), ("ConflictError", conflict))
    for name, own in kinds:
        yield TypeShape(
            kind=TypeKind.OBJECT,
            name=name,
            interfaces=("UserError",),
            fields=(*fields, *own),
            meaning=meaning,
        )
    yield TypeShape(
        kind=TypeKind.OBJECT,
        name="DeletePayload",
        fields=(FieldShape("deletedId", "ID"), FieldShape("errors", "[UserError!]!")),
        meaning=TypeMeaning(TypeRole.DELETE_PAYLOAD),
    )
