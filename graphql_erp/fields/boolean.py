"""Boolean."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType
from graphql_erp.fields.parse import parse_boolean


@dataclass(frozen=True, kw_only=True)
class Boolean(FieldType):
    """True or false.

    Example:
        is_won: {type: Boolean, required: true, default: false}
    """

    name = "Boolean"
    kind = Kind.BOOLEAN
    graphql_type = "Boolean"
    lookups = frozenset({"eq", "neq", "isnull", "isnotnull"})

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BOOLEAN."""
        return sa.Boolean()

    def clean(self, value: Any) -> bool:
        """Return the truth value."""
        return parse_boolean(value)
