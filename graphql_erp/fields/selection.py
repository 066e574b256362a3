"""Selection: one of a list of values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from graphql_erp import naming
from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.labels import words
from graphql_erp.fields.parse import parse_text


@dataclass(frozen=True, kw_only=True)
class Selection(FieldType):
    """One of a list of values; an enum in GraphQL, the value itself as text in the table.

    Example:
        state: {type: Selection, options: {draft: Draft, done: Done}, default: draft}
    """

    name = "Selection"
    kind = Kind.TEXT
    graphql_type = ""

    options: tuple[str, ...] | Mapping[str, str] = field(default=(), hash=False)
    """The values, or a mapping of value to label."""

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Label of each value, in the order declared."""
        if isinstance(self.options, Mapping):
            return dict(self.options)
        return {value: words(value) for value in self.options}

    @cached_property
    def members(self) -> Mapping[str, str]:
        """GraphQL enum member of each value."""
        return {value: naming.constant(value) for value in self.labels}

    @cached_property
    def values_by_member(self) -> Mapping[str, str]:
        """Value of each GraphQL enum member."""
        return {member: value for value, member in self.members.items()}

    def faults(self) -> tuple[str, ...]:
        """Return sentences about values that cannot become enum members."""
        if not self.options:
            return ("`options` must list at least one value.",)
        if not isinstance(self.options, Mapping) and len(set(self.options)) < len(self.options):
            return ("`options` must not repeat a value.",)
        found: dict[str, str] = {}
        faults = []
        for value, member in self.members.items():
            if not naming.GRAPHQL_NAME.fullmatch(member) or member.startswith("__"):
                faults.append(f'option "{value}" has no letters or digits to name it by.')
            elif member in found:
                faults.append(
                    f'options "{found[member]}" and "{value}" are both {member} in GraphQL.'
                )
            found.setdefault(member, value)
        return tuple(faults)

    def value_type(self) -> ValueType:
        """Return text of the declared values."""
        return ValueType(self.kind, nullable=not self.required, choices=tuple(self.labels))

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return TEXT; a CHECK constraint holds the values."""
        return sa.Text()

    def clean(self, value: Any) -> str:
        """Return the value, which may be given by its enum member too."""
        text = parse_text(value)
        if text in self.members:
            return text
        if text in self.values_by_member:
            return self.values_by_member[text]
        raise InvalidValue(f"must be one of {', '.join(self.labels)}.")

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the enum member: the value in upper case when that is all it takes."""
        if all(value.upper() == member for value, member in self.members.items()):
            return sa.func.upper(column, type_=sa.Text())
        members = {_text(value): _text(member) for value, member in self.members.items()}
        return sa.case(members, value=column)

    def to_json_python(self, value: Any) -> Any:
        """Return the enum member."""
        return self.members[value]


def _text(value: str) -> sa.ColumnElement[str]:
    """Return a constant of the statement: a parameter per option would swell every page."""
    quoted = value.replace("'", "''")
    return sa.literal_column(f"'{quoted}'", sa.Text())
