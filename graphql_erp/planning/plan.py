"""Plan: how a request will be answered, as a frozen, printable value without SQL.

A plan depends on the registry, the document, the shape of its variables and the permissions of
the actor; values of scalar variables stay `Parameter` leaves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from graphql_erp.errors import PathItem
from graphql_erp.expressions.tree import TRUE, Condition, Node
from graphql_erp.registry.model import OrderKey
from graphql_erp.security.permission import NO_CONDITIONS, Conditions, Operation


class Strategy(StrEnum):
    """Who builds the answer of an object."""

    SQL = "sql"
    """PostgreSQL builds the JSON of the whole subtree."""
    ROWS = "rows"
    """Rows come to Python, one statement per level."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an answer object: its name and the value under it."""

    key: str
    value: Value


@dataclass(frozen=True, slots=True)
class Value:
    """Base of what a member can hold."""


# ---- members of records ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TypeName(Value):
    """`__typename`, known when planning."""

    name: str


@dataclass(frozen=True, slots=True)
class FieldValue(Value):
    """A stored or computed field of the record; a to-one field gives its id."""

    field: str


@dataclass(frozen=True, slots=True)
class Translations(Value):
    """`translations`: the values of these fields in all languages."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MethodValue(Value):
    """What a query method of the record gives; the record then has its own columns loaded."""

    name: str
    """Name in Python."""
    arguments: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Values and leaves by GraphQL name."""
    load: tuple[str, ...] = ()
    """Dotted paths loaded for it besides."""
    result: Value | None = None
    """What is selected of its result: one of the values of `planning.results`."""
    path: tuple[PathItem, ...] = ()
    """Place in the answer, for errors."""


@dataclass(frozen=True, slots=True)
class NodeId(Value):
    """The global opaque id of the record."""

    model: str


@dataclass(frozen=True, slots=True)
class ObjectPlan:
    """A record's answer object."""

    model: str
    members: tuple[Member, ...]
    strategy: Strategy = Strategy.SQL


@dataclass(frozen=True, slots=True)
class ToOne(Value):
    """The record a to-one field leads to; null when there is none to see."""

    field: str
    object: ObjectPlan


@dataclass(frozen=True, slots=True)
class OneOf(Value):
    """The record a Reference leads to; null when there is none to see."""

    members: tuple[Member, ...]
    """ToOne under the name of each model, of which one at most leads somewhere."""


@dataclass(frozen=True, slots=True)
class ToMany(Value):
    """The records a to-many field leads to, as a connection."""

    field: str
    page: PagePlan


# ---- what may be done -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccessValue(Value):
    """`_access` of a record or of a connection: members are Granted, UsableFields, TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Granted(Value):
    """`create`, `read`, `update` or `delete`: whether the actor may do it."""

    operation: Operation
    where: Condition = TRUE
    """What must hold of the record; of a connection it is always or never true."""


@dataclass(frozen=True, slots=True)
class UsableFields(Value):
    """`fields`: GraphQL names of the fields the actor may use."""

    names: tuple[str, ...]


# ---- connections ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PagePlan:
    """A filtered, ordered page of one model's records and what is told about it."""

    model: str
    members: tuple[Member, ...]
    """Nodes, Edges, PageInfo, TotalCount, CountValue, AggregateValue, Groups, AccessValue,
    TypeName."""
    where: Condition | None = None
    order: tuple[OrderKey, ...] = ()
    limit: int = 50
    is_backward: bool = False
    """`last`: the page is cut from the end."""
    after: Node | None = None
    before: Node | None = None
    offset: Node | None = None
    keeps_matches: bool = False
    """All matching records are found once and kept for both the page and the total."""


@dataclass(frozen=True, slots=True)
class Nodes(Value):
    """`nodes`: the page's records."""

    object: ObjectPlan


@dataclass(frozen=True, slots=True)
class Edges(Value):
    """`edges`: members are Cursor, EdgeNode, TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Cursor(Value):
    """`cursor` of an edge."""


@dataclass(frozen=True, slots=True)
class EdgeNode(Value):
    """`node` of an edge."""

    object: ObjectPlan


@dataclass(frozen=True, slots=True)
class PageInfo(Value):
    """`pageInfo`: members are PageFact, TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class PageFact(Value):
    """hasNextPage, hasPreviousPage, startCursor or endCursor."""

    name: str


@dataclass(frozen=True, slots=True)
class TotalCount(Value):
    """`totalCount`: records that match, paging ignored."""


@dataclass(frozen=True, slots=True)
class CountValue(Value):
    """`count(mode:)`: members are CountFact, TypeName; counting stops at `cap` when given."""

    cap: int | None
    members: tuple[Member, ...]
    is_estimated: bool = False
    """The whole of a table is not counted: PostgreSQL's statistics are taken, where it has any."""


@dataclass(frozen=True, slots=True)
class CountFact(Value):
    """`value` or `exact`."""

    name: str


# ---- aggregates and groups ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AggregateValue(Value):
    """`aggregate`: members are AggregateCount, CountDistinct, AggregateFields, TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class AggregateCount(Value):
    """`count` of an aggregate or a group."""


@dataclass(frozen=True, slots=True)
class CountDistinct(Value):
    """`countDistinct(field:)`."""

    field: str


@dataclass(frozen=True, slots=True)
class AggregateFields(Value):
    """`sum`, `avg`, `min` or `max`: members are FieldValue, TypeName."""

    function: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class GroupKey:
    """One item of `by`: a path of to-one hops and a field, cut to a period where asked."""

    path: tuple[str, ...]
    name: str
    """Its name in `values`: the alias, else the path joined by dots."""
    granularity: str = ""
    """day, week, month, quarter or year."""


@dataclass(frozen=True, slots=True)
class GroupOrder:
    """One item of a group ordering: by a key's number, by the count or by a sum."""

    descending: bool
    key: int | None = None
    sum: str = ""


@dataclass(frozen=True, slots=True)
class Groups(Value):
    """`groups(by:)`: members are GroupNodes, GroupPageInfo, GroupCount, TypeName."""

    by: tuple[GroupKey, ...]
    members: tuple[Member, ...]
    order: tuple[GroupOrder, ...] = ()
    limit: int = 50
    after: Node | None = None
    offset: Node | None = None


@dataclass(frozen=True, slots=True)
class GroupNodes(Value):
    """`nodes`: one object per group."""

    members: tuple[Member, ...]
    """GroupKeyValue, GroupValues, AggregateCount, AggregateValue, GroupRecords, Groups,
    TypeName."""


@dataclass(frozen=True, slots=True)
class GroupKeyValue(Value):
    """`key`: members are FieldValue, ToOne (an own relation grouped by), TypeName."""

    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class GroupValues(Value):
    """`values`: every grouping item under its name."""


@dataclass(frozen=True, slots=True)
class GroupRecords(Value):
    """`records`: the records of the group, as a connection."""

    page: PagePlan


@dataclass(frozen=True, slots=True)
class GroupTotal(Value):
    """`totalCount`: number of groups."""


# ---- roots ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OnePlan:
    """One record by its key, or null."""

    object: ObjectPlan
    where: Condition


@dataclass(frozen=True, slots=True)
class Root:
    """One root field: its name in the answer and its plan."""

    key: str
    plan: OnePlan | PagePlan


@dataclass(frozen=True, slots=True)
class Plan:
    """The data fields of one operation.

    `conditions` holds, per model, what the actor may read of it. SQL is made so that a table can
    only be brought into a statement together with its condition.
    """

    roots: tuple[Root, ...]
    conditions: Conditions = NO_CONDITIONS
    nodes: int = 0
    """Records asked for at most, by multiplying page sizes."""
