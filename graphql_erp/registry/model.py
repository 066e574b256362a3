"""ModelDef, FieldDef and their parts: the merged and checked declarations, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from graphql_erp.declarations.nodes import ApiLevel
from graphql_erp.declarations.source import Source
from graphql_erp.expressions.tree import Condition, Node
from graphql_erp.fields.base import FieldType


class RelationKind(StrEnum):
    """How the two ends of a relation are stored."""

    TO_ONE = "to-one"
    """A column of the own table holds the target's id."""
    INVERSE = "inverse"
    """A column of the target's table holds the own id (to-many)."""
    LINK = "link"
    """A table between holds both ids (to-many)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a relation leads and how its ends are stored."""

    kind: RelationKind
    target: str
    """Model at the other end."""
    inverse: str = ""
    """Field at the other end, "" when the relation is one-way."""
    column: str = ""
    """TO_ONE: column of the own table; INVERSE: column of the target's table."""
    link_table: str = ""
    link_own: str = ""
    """Column of the link table that holds the own id."""
    link_target: str = ""
    """Column of the link table that holds the target's id."""
    on_delete: str = "restrict"
    """TO_ONE: restrict, cascade or set_null."""

    @property
    def is_to_many(self) -> bool:
        """Whether it leads to several records."""
        return self.kind is not RelationKind.TO_ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDef:
    """One field of a model as everybody above the registry sees it."""

    name: str
    graphql_name: str
    model: str
    module: str
    """Module that declares the field; the model's own for engine fields."""
    type: FieldType
    label: str
    column: str = ""
    """Column that stores it; "" for to-many relations and computed fields that are not stored."""
    relation: Relation | None = None
    expression: Node | None = None
    """Bound tree of a field computed by an expression."""
    inputs: tuple[str, ...] = ()
    """Dotted paths a Python computed field reads."""
    is_system: bool = False
    """Engine field: id, version, created_at, ... display_name; clients never write it."""
    source: Source = field(compare=False)

    @property
    def is_stored(self) -> bool:
        """Whether a column holds the value."""
        return bool(self.column)

    @property
    def is_to_many(self) -> bool:
        """Whether it leads to several records."""
        return self.relation is not None and self.relation.is_to_many

    @property
    def is_to_one(self) -> bool:
        """Whether it leads to one record."""
        return self.relation is not None and not self.relation.is_to_many

    @property
    def is_computed(self) -> bool:
        """Whether the value is made from other fields."""
        return self.expression is not None or bool(self.inputs)

    @property
    def is_sql(self) -> bool:
        """Whether SQL alone can give the value: a column or an expression."""
        return self.is_stored or self.expression is not None

    @property
    def is_writable(self) -> bool:
        """Whether clients may set it."""
        return not (self.is_system or self.is_computed or self.type.readonly)


@dataclass(frozen=True, slots=True)
class OrderKey:
    """One key of an ordering: a path of to-one hops and a field."""

    path: tuple[str, ...]
    descending: bool = False
    nulls_first: bool | None = None
    """None: PostgreSQL's default (last when ascending, first when descending)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckDef:
    """A declared check, bound."""

    name: str
    where: Condition
    message: str
    fields: tuple[str, ...]
    """Own fields it speaks of; the first one is the path of its error."""
    is_database: bool
    """True when it reads own columns only and is a CHECK constraint too."""
    source: Source = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class UniqueDef:
    """Fields whose values together may occur only once; one-field keys come from `unique: true`."""

    name: str
    """Name of the database constraint."""
    fields: tuple[str, ...]
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDef:
    """An index that is not a key: over fields, or a trigram index over one text field."""

    name: str
    fields: tuple[str, ...]
    method: str = "btree"
    """btree, or trigram."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelDef:
    """One model of one set of modules."""

    name: str
    module: str
    label: str
    description: str
    singular: str
    """GraphQL root field of one record: `crmLead`."""
    plural: str
    """GraphQL root field of the list: `crmLeads`."""
    table: str
    api: ApiLevel
    fields: Mapping[str, FieldDef]
    """By YAML name, engine fields first (id, version, created_at, created_by, updated_at,
    updated_by, display_name), then in order of declaration."""
    order_by: tuple[OrderKey, ...]
    """Default order; always ends in the id, so that it is total."""
    search: tuple[str, ...]
    """Text fields the `search:` argument looks in."""
    checks: tuple[CheckDef, ...] = ()
    unique: tuple[UniqueDef, ...] = ()
    indexes: tuple[IndexDef, ...] = ()
    behaviour: type | None = None
    source: Source = field(compare=False)
    by_graphql_name: Mapping[str, FieldDef] = field(
        init=False, compare=False, default_factory=lambda: MappingProxyType({})
    )

    def __post_init__(self) -> None:
        names = {item.graphql_name: item for item in self.fields.values()}
        object.__setattr__(self, "by_graphql_name", MappingProxyType(names))

    def field(self, name: str) -> FieldDef:
        """Return a field by its YAML name.

        Raises:
            KeyError: The model has no such field.
        """
        return self.fields[name]

    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Return the unique keys, the id first."""
        return (("id",), *(item.fields for item in self.unique))
