"""Binary: a few bytes kept in the row, base64 text to clients."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType, InvalidValue

MAX_SIZE = 100_000_000
"""Largest limit such a field can have: rows of that size are slow to read and to keep."""


def parse_base64(value: Any) -> bytes:
    """Return the bytes of a base64 text: the usual alphabet, padded, on one line.

    Raises:
        InvalidValue: It is no such text.
    """
    if isinstance(value, str) and value.isascii():
        try:
            content = base64.b64decode(value, validate=True)
        except binascii.Error:
            content = None
        # One value has one text: spare bits of the last character are zero.
        if content is not None and base64.b64encode(content).decode() == value:
            return content
    raise InvalidValue('must be base64 text, such as "SGVsbG8=".')


def base64_sql(content: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return SQL bytes as base64 text on one line; PostgreSQL breaks it after 76 characters."""
    encoded = sa.func.encode(content, sa.literal_column("'base64'"))
    return sa.func.translate(encoded, sa.literal_column(r"E'\n'"), sa.literal_column("''"))


@dataclass(frozen=True, kw_only=True)
class Binary(FieldType):
    """A few bytes kept in the row, such as a signature or a small picture; base64 to clients.

    Example:
        signature: {type: Binary, max_size: 20000}
    """

    name = "Binary"
    kind = Kind.BINARY
    graphql_type = "Binary"
    lookups = frozenset({"isnull", "isnotnull"})
    is_orderable = False

    max_size: int = 500_000
    """Most bytes a value may have. In base64 it is a third longer, and a request has a limit."""

    def faults(self) -> tuple[str, ...]:
        """Return sentences about a size that makes no sense."""
        if not 1 <= self.max_size <= MAX_SIZE:
            return (*super().faults(), f"`max_size` must be between 1 and {MAX_SIZE}.")
        return super().faults()

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BYTEA."""
        return sa.LargeBinary()

    def clean(self, value: Any) -> bytes:
        """Return bytes, or the bytes of a base64 text, that are not too many."""
        content = value if isinstance(value, bytes) else parse_base64(value)
        if len(content) > self.max_size:
            raise InvalidValue(f"must not be larger than {self.max_size} bytes.")
        return content

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the bytes as base64."""
        return base64_sql(column)

    def to_json_python(self, value: Any) -> Any:
        """Return the bytes as base64."""
        return base64.b64encode(value).decode()
