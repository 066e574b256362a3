"""Id, ManyToOne, OneToOne, OneToMany, Lineage, Attached, ManyToMany."""

from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from graphql_erp.expressions.tree import Kind, ValueType
from graphql_erp.fields.base import FieldType, InvalidValue
from graphql_erp.fields.parse import BIG_INTEGER_RANGE, parse_integer

OnDelete = Literal["restrict", "cascade", "set_null"]


def _clean_id(value: Any) -> int:
    if isinstance(value, float):
        raise InvalidValue("must be the id of a record.")
    try:
        return parse_integer(value, (1, BIG_INTEGER_RANGE[1]))
    except InvalidValue:
        raise InvalidValue("must be the id of a record.") from None


@dataclass(frozen=True, kw_only=True)
class Id(FieldType):
    """The key of a record; the engine declares it, modules do not."""

    name = "Id"
    kind = Kind.INTEGER
    graphql_type = "ID"

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BIGINT."""
        return sa.BigInteger()

    def clean(self, value: Any) -> int:
        """Return the id as a number."""
        return _clean_id(value)

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the id as text."""
        return sa.cast(column, sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return the id as text."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class RelationType(FieldType):
    """Base of fields that lead to another model."""

    kind = Kind.RECORD
    graphql_type = ""
    is_orderable = False

    to: str = ""
    """Model at the other end."""
    inverse: str = ""
    """Field at the other end."""

    def value_type(self) -> ValueType:
        """Return a record of the target model."""
        return ValueType(self.kind, nullable=not self.required, model=self.to)

    def faults(self) -> tuple[str, ...]:
        """Return a sentence when the target is missing."""
        return () if self.to else ("`to` must name the model at the other end.",)

    def to_json_sql(self, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
        """Return the id of the target as text."""
        return sa.cast(column, sa.Text())

    def to_json_python(self, value: Any) -> Any:
        """Return the id of the target as text."""
        return str(value)


@dataclass(frozen=True, kw_only=True)
class ManyToOne(RelationType):
    """A link to one record of another model, kept in a column.

    Example:
        stage: {type: ManyToOne, to: CrmStage, required: true, inverse: leads}
    """

    name = "ManyToOne"
    named_defaults = frozenset({"user", "company"})

    inverse: str = ""
    """Name of the to-many field that appears on the other model; empty: none."""
    on_delete: OnDelete = "restrict"
    """What deleting the target does: refuse, delete this record too, or clear the field."""

    def faults(self) -> tuple[str, ...]:
        """Return sentences about options that contradict each other."""
        if self.on_delete == "set_null" and self.required:
            return (*super().faults(), "a required field cannot have `on_delete: set_null`.")
        return super().faults()

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return BIGINT."""
        return sa.BigInteger()

    def clean(self, value: Any) -> int:
        """Return the id of the target as a number."""
        return _clean_id(value)


@dataclass(frozen=True, kw_only=True)
class OneToOne(ManyToOne):
    """A link to one record of another model that no second record has, kept in a column.

    Example:
        user: {type: OneToOne, to: User, required: true, inverse: profile}
    """

    name = "OneToOne"

    inverse: str = ""
    """Name of the to-one field that appears on the other model; empty: none."""
    unique: bool = True
    """Always true: a second record with the same target is refused."""

    def faults(self) -> tuple[str, ...]:
        """Return a sentence when targets may be shared."""
        if not self.unique:
            return (*super().faults(), "`unique` cannot be false; write a ManyToOne instead.")
        return super().faults()


@dataclass(frozen=True, kw_only=True)
class OneToOneInverse(RelationType):
    """The other end of a OneToOne; the engine declares it, modules do not."""

    name = "OneToOneInverse"
    has_column = False


@dataclass(frozen=True, kw_only=True)
class ToManyType(RelationType):
    """Base of fields that lead to several records."""

    lookups = frozenset()
    has_column = False

    def faults(self) -> tuple[str, ...]:
        """Return sentences about options that make sense for columns only."""
        given = {
            "required": self.required,
            "unique": self.unique,
            "index": self.index,
            "store": self.store,
            "compute": self.compute is not None,
            "default": self.default is not None,
        }
        columnar = (
            f"`{option}` does not apply to a to-many field." for option in given if given[option]
        )
        return (*super().faults(), *columnar)

    def clean(self, value: Any) -> list[int]:
        """Return the ids of the targets as numbers."""
        if not isinstance(value, list | tuple):
            raise InvalidValue("must be a list of ids.")
        return [_clean_id(item) for item in value]


@dataclass(frozen=True, kw_only=True)
class OneToMany(ToManyType):
    """The records of another model whose to-one field leads here.

    Example:
        lines: {type: OneToMany, to: OrderLine, inverse: order}
    """

    name = "OneToMany"

    inverse: str = ""
    """The to-one field of the other model that leads here."""

    def faults(self) -> tuple[str, ...]:
        """Return a sentence when the inverse is missing."""
        if not self.inverse:
            return (*super().faults(), "`inverse` must name the to-one field that leads here.")
        return super().faults()


@dataclass(frozen=True, kw_only=True)
class Lineage(ToManyType):
    """The records above or below in a tree; the engine declares it, modules do not."""

    name = "Lineage"


@dataclass(frozen=True, kw_only=True)
class Attached(ToManyType):
    """The records of another model that name this one; the engine declares it, modules do not."""

    name = "Attached"


@dataclass(frozen=True, kw_only=True)
class ManyToMany(ToManyType):
    """Links to several records of another model, kept in a table between.

    Example:
        tags: {type: ManyToMany, to: CrmTag, inverse: leads}
    """

    name = "ManyToMany"

    inverse: str = ""
    """Name of the field of the other model that shows the same links; empty: none."""
    via: str = ""
    """Name of the table between; default: by rule."""
