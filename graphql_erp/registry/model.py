"""ModelDef, FieldDef and their parts: the merged and checked declarations, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from graphql_erp import naming
from graphql_erp.declarations.nodes import ApiLevel, Locking
from graphql_erp.declarations.source import Source
from graphql_erp.expressions.scope import RelationInfo
from graphql_erp.expressions.tree import Condition, Node
from graphql_erp.fields.base import FieldType
from graphql_erp.registry.logic import NO_LOGIC, Logic
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.sequence import SequenceDef


class RelationKind(StrEnum):
    """How the two ends of a relation are stored."""

    TO_ONE = "to-one"
    """A column of the own table holds the target's id."""
    INVERSE = "inverse"
    """A column of the target's table holds the own id (to-many)."""
    INVERSE_ONE = "inverse-one"
    """A column of the target's table holds the own id, at most once (to-one)."""
    LINK = "link"
    """A table between holds both ids (to-many)."""
    ATTACHED = "attached"
    """Two columns of the target's table hold the own model's name and the own id (to-many)."""
    ANCESTORS = "ancestors"
    """A column of the own table holds the parent's id; its parents, and theirs (to-many)."""
    DESCENDANTS = "descendants"
    """The same column, followed downwards: children, and theirs (to-many)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """Where a relation leads and how its ends are stored."""

    kind: RelationKind
    target: str
    """Model at the other end."""
    inverse: str = ""
    """Field at the other end, "" when the relation is one-way."""
    column: str = ""
    """TO_ONE: column of the own table; INVERSE, INVERSE_ONE: of the target's table; ANCESTORS and
    DESCENDANTS: column of both, which are one, that holds the parent's id."""
    model_column: str = ""
    """ATTACHED: column of the target's table that holds the own model's name; `column` holds the
    own id."""
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
        return self.kind not in {RelationKind.TO_ONE, RelationKind.INVERSE_ONE}

    def info(self, name: str, *, nullable: bool, member_of: str = "") -> RelationInfo:
        """Return what expressions need to know of a field that is this relation."""
        has_column = self.kind is not RelationKind.INVERSE_ONE and not member_of
        return RelationInfo(name, self.target, self.is_to_many, nullable, has_column, member_of)


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
    is_kept: bool = False
    """Whether the engine makes its column anew when what it is computed from changes."""
    sequence: SequenceDef | None = None
    """What numbers records in this field, once each, at the end of a write."""
    members: tuple[str, ...] = ()
    """Reference: the own to-one fields behind it, of which one at most has a value."""
    member_of: str = ""
    """The Reference behind which it stands, "" for what stands by itself."""
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
    def is_inverse_one(self) -> bool:
        """Whether it leads to the one record whose column holds the own id: it has no column."""
        return self.relation is not None and self.relation.kind is RelationKind.INVERSE_ONE

    @property
    def is_computed(self) -> bool:
        """Whether the value is made from other fields."""
        return self.expression is not None or bool(self.inputs)

    @property
    def is_generated(self) -> bool:
        """Whether PostgreSQL computes its column from others of the row."""
        return self.expression is not None and self.is_stored and not self.is_kept

    @property
    def is_sql(self) -> bool:
        """Whether SQL alone can give the value: a column, an expression or a joined id."""
        return self.is_stored or self.expression is not None or self.is_inverse_one

    @property
    def input_path(self) -> tuple[str, ...]:
        """Where its value stands in an input."""
        if not self.member_of:
            return (self.graphql_name,)
        member = self.name.removeprefix(f"{self.member_of}_")
        return (naming.camel(self.member_of), naming.camel(member))

    @property
    def is_writable(self) -> bool:
        """Whether clients may set it."""
        is_made = self.is_system or self.is_computed or self.is_inverse_one or self.member_of
        return not (is_made or self.type.readonly)


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
    mixins: tuple[str, ...] = ()
    """Abstract models it takes over, in the order in which Python looks for methods."""
    locking: Locking = "optional"
    """Whether an update must say which version of the record it has seen."""
    archive: str = ""
    """Required Boolean field that is false for archived records, "" when there is none."""
    is_tree: bool = False
    """Whether records have `parent`, `children`, `ancestors` and `descendants`."""
    is_audited: bool = False
    """Whether the database records every change of its records."""
    is_transient: bool = False
    """Whether records are needed for a day only."""
    behaviour: type | None = None
    """The finished behaviour class, None without one."""
    logic: Logic = NO_LOGIC
    """What the behaviour class does around writes."""
    methods: Mapping[str, MethodDef] = field(default_factory=lambda: MappingProxyType({}))
    """Methods clients may call, by their Python names."""
    source: Source = field(compare=False)
    by_graphql_name: Mapping[str, FieldDef] = field(
        init=False, compare=False, default_factory=lambda: MappingProxyType({})
    )

    own_values: tuple[FieldDef, ...] = field(init=False, compare=False, default=())
    """Fields with a column that neither the engine nor an expression fills."""
    defaulted: tuple[FieldDef, ...] = field(init=False, compare=False, default=())
    """Those of them with a default that is a value or a name."""
    inputs: Mapping[str, FieldDef] = field(
        init=False, compare=False, default_factory=lambda: MappingProxyType({})
    )
    """By GraphQL and by YAML name: the fields that are set as such."""
    references: tuple[FieldDef, ...] = field(init=False, compare=False, default=())
    """Fields that stand for several others, of which one has a value."""

    def __post_init__(self) -> None:
        names = {item.graphql_name: item for item in self.fields.values()}
        object.__setattr__(self, "by_graphql_name", MappingProxyType(names))
        own = (item for item in self.fields.values() if item.is_stored and not item.is_system)
        object.__setattr__(self, "own_values", tuple(item for item in own if not item.is_computed))
        types = ((item, item.type) for item in self.own_values)
        defaulted = (item for item, kind in types if kind.named_default or kind.default is not None)
        object.__setattr__(self, "defaulted", tuple(defaulted))
        made = {item.name for item in self.fields.values() if item.is_system or item.is_computed}
        settable = [
            item
            for item in self.fields.values()
            if item.name not in made and not (item.member_of or item.is_inverse_one)
        ]
        inputs = {item.name: item for item in settable}
        inputs |= {item.graphql_name: item for item in settable}
        object.__setattr__(self, "inputs", MappingProxyType(inputs))
        references = tuple(item for item in self.fields.values() if item.members)
        object.__setattr__(self, "references", references)

    def field(self, name: str) -> FieldDef:
        """Return a field by its YAML name.

        Raises:
            KeyError: The model has no such field.
        """
        return self.fields[name]

    def method_field(self, graphql_name: str) -> MethodDef | None:
        """Return the query method that is a field of the model's type, None without one."""
        for method in self.methods.values():
            if method.is_field and method.graphql_name == graphql_name:
                return method
        return None

    def keys(self) -> tuple[tuple[str, ...], ...]:
        """Return the unique keys, the id first."""
        return (("id",), *(item.fields for item in self.unique))
