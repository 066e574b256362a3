"""What the generated GraphQL types and root fields mean, for reading documents."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TypeRole(StrEnum):
    """Part a generated object type plays; its fields follow from the role and the model."""

    OBJECT = "object"
    CONNECTION = "connection"
    EDGE = "edge"
    PAGE_INFO = "page_info"
    COUNT = "count"
    ACCESS = "access"
    AGGREGATE = "aggregate"
    NUMBERS = "numbers"
    EXTREMES = "extremes"
    GROUPING_PAGE = "grouping_page"
    GROUPING = "grouping"
    GROUPING_KEY = "grouping_key"
    PAYLOAD = "payload"
    BULK_PAYLOAD = "bulk_payload"
    DELETE_PAYLOAD = "delete_payload"
    METHOD_PAYLOAD = "method_payload"
    DRAFT_PAYLOAD = "draft_payload"
    DATA = "data"
    USER_ERROR = "user_error"


class RootRole(StrEnum):
    """What a root field does."""

    ONE = "one"
    LIST = "list"
    NODE = "node"
    DRAFT = "draft"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    CREATE_MANY = "create_many"
    UPDATE_MANY = "update_many"
    UPDATE_EACH = "update_each"
    DELETE_MANY = "delete_many"
    UPSERT = "upsert"
    DUPLICATE = "duplicate"
    METHOD = "method"


@dataclass(frozen=True, slots=True)
class TypeMeaning:
    """A generated type: its role, and its model where it has one."""

    role: TypeRole
    model: str = ""


@dataclass(frozen=True, slots=True)
class RootMeaning:
    """A generated root field: its role, and its model where it has one."""

    role: RootRole
    model: str = ""
    method: str = ""
    """Name in Python of the method it calls."""
