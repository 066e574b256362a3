"""Secret: a text that is written, kept sealed, and never read back by clients."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.parse import parse_text
from graphql_erp.sealing.sealer import Sealed

_IMPOSSIBLE = {
    "default": "would be a secret that stands in a file",
    "compute": "would be a secret made of what anybody may read",
    "unique": "would tell whether somebody else has the same secret",
    "index": "would be of sealed values, which have no order",
    "copy": "would move a secret to a record whose reader never saw it",
}


@dataclass(frozen=True, kw_only=True)
class Secret(FieldType):
    """A password or token for another system: sealed in the database, never answered.

    Clients write a text; the field answers whether there is one. Behaviour reads it by
    `self.env.reveal(record, "password")`.

    Example:
        password: {type: Secret, hint: Of the mail server.}
    """

    name = "Secret"
    kind = Kind.BINARY
    graphql_type = "Boolean"
    lookups = frozenset()
    is_orderable = False
    is_secret = True

    copy: bool = False
    """Never true: a duplicate has no secret."""
    max_length: int = 4_000
    """Most characters a value may have."""

    def faults(self) -> tuple[str, ...]:
        """Return a sentence for each option that would give the secret away."""
        given = {
            "default": self.default is not None,
            "compute": self.compute is not None or self.store,
            "unique": self.unique,
            "index": bool(self.index),
            "copy": self.copy,
        }
        found = tuple(
            f"`{name}` of a Secret {_IMPOSSIBLE[name]}." for name, is_set in given.items() if is_set
        )
        if self.max_length < 1:
            found = (*found, "`max_length` must be at least 1.")
        return (*super().faults(), *found)

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BYTEA."""
        return sa.LargeBinary()

    def clean(self, value: Any) -> Any:
        """Return the text still to be sealed; what is sealed already stays as it is."""
        if isinstance(value, Sealed):
            return value
        # Checked like any text, but no character of it is replaced by an equal one.
        parse_text(value)
        text: str = value
        if len(text) > self.max_length:
            raise InvalidValue(f"must not be longer than {self.max_length} characters.")
        return text

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return whether there is one."""
        return column.is_not(None)

    def to_json_python(self, value: Any) -> Any:
        """Return whether there is one."""
        return value is not None

    def from_column(self, value: Any) -> Any:
        """Return the sealed value, which shows nothing of itself."""
        return Sealed(value)
