"""FieldType: what a type of field knows about itself."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Self

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.fields.varies_by import VariesBy

EQUALITY = frozenset({"eq", "neq", "in", "nin", "isnull", "isnotnull"})
ORDERING = frozenset({"gt", "gte", "lt", "lte", "between"})
TEXTUAL = frozenset(
    {
        "contains",
        "icontains",
        "startswith",
        "istartswith",
        "endswith",
        "iendswith",
        "like",
        "ilike",
        "regex",
        "search",
    }
)
DATE_PARTS = frozenset({"year", "quarter", "month", "week", "day"})


class InvalidValue(ValueError):
    """A value does not fit a field; the message says why, without the field's name."""


@dataclass(frozen=True, kw_only=True)
class FieldType:
    """Base of field types; its attributes are the YAML keys, documented below each."""

    name: ClassVar[str]
    """Name in YAML."""
    kind: ClassVar[Kind]
    """What its values are in expressions."""
    graphql_type: ClassVar[str]
    """Name of the GraphQL scalar; "" when the type is made per field (selection, relation)."""
    lookups: ClassVar[frozenset[str]] = EQUALITY
    """Lookups allowed in filters."""
    is_orderable: ClassVar[bool] = True
    is_summable: ClassVar[bool] = False
    """Whether `sum` and `avg` make sense."""

    named_defaults: ClassVar[frozenset[str]] = frozenset()
    """Names `default:` may give instead of a value."""
    has_column: ClassVar[bool] = True
    """False for to-many relations."""
    is_secret: ClassVar[bool] = False
    """Whether its values are kept out of audit entries."""

    label: str = ""
    """Name for people; default: the words of the field's name."""
    hint: str = ""
    """Sentence shown beside the field and in the GraphQL schema."""
    required: bool = False
    """Whether a value must be given."""
    default: Any = field(default=None, hash=False)
    """Value of a new record; or a name: today, now, user, company."""
    unique: bool = False
    """Whether a value may occur only once."""
    index: bool | str = False
    """`true` for a plain index, `search` for substring search (trigrams)."""
    readonly: bool = False
    """Whether clients may only read the field."""
    copy: bool = True
    """Whether a duplicate gets the value; unique, readonly and computed ones never do."""
    groups: tuple[str, ...] = ()
    """Groups that may see the field; empty: everybody who sees the record."""
    compute: str | tuple[str, ...] | None = None
    """An expression, or the inputs of a Python method `compute_<field>`."""
    related: str = ""
    """Dotted path of to-one fields to the value to show: short for `compute:` with that path."""
    store: bool = False
    """Whether a computed value is kept in the table."""
    per_company: bool = False
    """Whether each company may have a value of its own; the others share one."""

    @property
    def named_default(self) -> str:
        """Name of a default that is known only when a record is made, "" when there is none."""
        named = isinstance(self.default, str) and self.default in self.named_defaults
        return self.default if named else ""

    @property
    def varies_by(self) -> VariesBy | None:
        """What the value depends on besides the record, None when on nothing."""
        return VariesBy.COMPANY if self.per_company else None

    def faults(self) -> tuple[str, ...]:
        """Return what is wrong with the options taken together, as sentences."""
        return ()

    def value_type(self) -> ValueType:
        """Return the type of the field's values in expressions."""
        return ValueType(self.kind, nullable=not self.required)

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return the type of the field's column."""
        raise TypeError(f"{self.name} fields have no column.")

    def clean(self, value: Any) -> Any:
        """Return a client's or a file's non-null value as it is stored.

        Accepts the Python type and every form in which the value may be written as text (YAML,
        GraphQL, CSV): one rule for all ways in.

        Raises:
            InvalidValue: The value does not fit.
        """
        return value

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the SQL expression whose JSON form is the GraphQL value."""
        return column

    def to_json_python(self, value: Any) -> Any:
        """Return the GraphQL value of a stored value, equal to what `to_json_sql` gives."""
        return value

    def from_column(self, value: Any) -> Any:
        """Return the cleaned form of a non-null value the database driver gave."""
        return value

    def fit(self, expression: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return an SQL value computed by a statement in the form a column would have it."""
        return expression

    def sum_type(self) -> FieldType:
        """Return the type of a sum of such values.

        Raises:
            TypeError: Such values cannot be added.
        """
        raise TypeError(f"{self.name} fields cannot be summed.")

    def average_type(self) -> FieldType:
        """Return the type of an average of such values.

        Raises:
            TypeError: Such values cannot be added.
        """
        raise TypeError(f"{self.name} fields have no average.")

    def with_options(self, **options: Any) -> Self:
        """Return the type with some options changed."""
        return replace(self, **options)
