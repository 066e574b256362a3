"""The typed GraphQL filter to the tree and back; GRAPHQL.md tells the one-to-one rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from graphql_erp.expressions.bind import QUANTIFIERS, bind_condition
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import MIDNIGHT
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.paths import Member, member_of, relation_of, require
from graphql_erp.expressions.q import Q, joined
from graphql_erp.expressions.raw import (
    F,
    RawCounted,
    RawItem,
    RawList,
    RawLiteral,
    RawLookup,
    RawNode,
    RawRelated,
    RawValue,
    raw_value,
)
from graphql_erp.expressions.scope import FieldInfo, Models, RelationInfo
from graphql_erp.expressions.tree import (
    And,
    Call,
    Condition,
    Counted,
    Kind,
    Literal,
    Lookup,
    Node,
    Not,
    Or,
    Parameter,
    Path,
    Related,
    ValueType,
)
from graphql_erp.expressions.types import INTEGER
from graphql_erp.naming import camel, constant, did_you_mean, uncamel

MAX_DEPTH: Final = 50

_EQUAL: Final = ("eq", "neq", "isnull")
_LISTS: Final = ("eq", "neq", "in", "nin", "isnull")
_ORDER: Final = ("gt", "gte", "lt", "lte")
_TEXT: Final = (
    "contains",
    "icontains",
    "startswith",
    "istartswith",
    "endswith",
    "iendswith",
)
FILTER_LOOKUPS: Final[Mapping[Kind, tuple[str, ...]]] = MappingProxyType(
    {
        Kind.TEXT: (*_LISTS, *_TEXT, *_ORDER),
        Kind.INTEGER: (*_LISTS, *_ORDER),
        Kind.DECIMAL: (*_LISTS, *_ORDER),
        Kind.FLOAT: (*_LISTS, *_ORDER),
        Kind.BOOLEAN: _EQUAL,
        Kind.DATE: (*_LISTS, *_ORDER),
        Kind.DATETIME: (*_EQUAL, *_ORDER),
        Kind.TIME: (*_LISTS, *_ORDER),
        Kind.JSON: ("has", "isnull"),
        Kind.BINARY: ("isnull",),
        Kind.RECORD: _LISTS,
        Kind.DURATION: (),
    }
)
"""Lookups the typed filter offers per kind, in the order of the schema; the others are in `q`."""
CHOICE_LOOKUPS: Final = _LISTS
"""Those it offers for selections."""


def filter_lookups(value: ValueType) -> tuple[str, ...]:
    """Return the lookups the typed filter offers for values of a type."""
    return CHOICE_LOOKUPS if value.choices else FILTER_LOOKUPS[value.kind]


# ---- filter to tree -------------------------------------------------------------------------


def from_filter(
    models: Models, lookups: Mapping[str, LookupRow], model: str, data: Mapping[str, Any]
) -> Condition:
    """Return the condition of a typed filter; an empty one restricts nothing.

    Args:
        models: Fields of models.
        lookups: The table of lookups.
        model: Model whose records are filtered.
        data: Nested mappings with camelCase keys; leaves are `Literal`, `Parameter`, or plain
            values. A `Parameter` gets the type its operand must have.

    Raises:
        ExpressionError: A key, an operator or an operand does not fit.
    """
    return bind_condition(models, lookups, model, _Filter(models, ()).read(model, data, 0))


@dataclass(frozen=True, slots=True)
class _Filter:
    """Reads filter objects beneath to-one hops."""

    models: Models
    hops: tuple[str, ...]

    def read(self, model: str, data: object, depth: int) -> Q:
        if depth > MAX_DEPTH:
            raise ExpressionError(f"The filter is nested deeper than {MAX_DEPTH} levels.")
        items: list[RawNode] = []
        for key, value in _entries(data, "A filter"):
            match key:
                case "AND" | "OR":
                    inner = [self.read(model, item, depth + 1) for item in _list(key, value)]
                    items.append(joined("and" if key == "AND" else "or", tuple(inner)))
                case "NOT":
                    items.append(joined("not", (self.read(model, value, depth + 1),)))
                case _:
                    items.append(self.member(model, key, value, depth + 1))
        return joined("and", tuple(items))

    def member(self, model: str, key: str, value: object, depth: int) -> RawNode:
        """Return the condition of one field."""
        member = require(self.models, model, key)
        names = (*self.hops, member.name)
        if isinstance(member, RelationInfo) and uncamel(key) == member.name:
            if member.to_many:
                return self.to_many(member, names, value, depth)
            return _Filter(self.models, names).read(member.target, value, depth)
        if not isinstance(member, RelationInfo) and member.members:
            return self.chosen(model, member, value, depth)
        conditions = [
            RawLookup(F("__".join(names)), _offered(member, name), _operand(operand))
            for name, operand in _entries(value, f'The filter of "{key}"')
        ]
        return joined("and", tuple(conditions))

    def chosen(self, model: str, field: FieldInfo, data: object, depth: int) -> RawNode:
        """Return the condition of a field that leads to one of several models."""
        conditions: list[RawNode] = []
        for key, value in _entries(data, f'The filter of "{field.name}"'):
            member = field.member(uncamel(key))
            if member:
                conditions.append(self.member(model, member, value, depth))
            else:
                path = "__".join((*self.hops, field.name, key))
                conditions.append(joined("call", (RawItem(path, _operand(value)),)))
        return joined("and", tuple(conditions))

    def to_many(
        self, relation: RelationInfo, names: tuple[str, ...], data: object, depth: int
    ) -> RawNode:
        """Return the condition of `{some every none count}`."""
        conditions: list[RawNode] = []
        for key, value in _entries(data, f'The filter of "{relation.name}"'):
            if key == "count":
                conditions += [
                    RawCounted(names, joined("and", ()), name, _operand(operand))
                    for name, operand in _entries(value, 'The filter "count"')
                ]
            elif key in QUANTIFIERS:
                where = _Filter(self.models, ()).read(relation.target, value, depth)
                conditions.append(RawRelated(names, key, where))
            else:
                raise ExpressionError(
                    f'A filter of many records has no key "{key}".',
                    hint=did_you_mean(key, (*QUANTIFIERS, "count")),
                )
        return joined("and", tuple(conditions))


def _entries(data: object, what: str) -> list[tuple[str, Any]]:
    if isinstance(data, Literal):
        data = data.value
    if data is None:
        raise ExpressionError(
            f"{what} is null.", hint="Leave it out, or use {isnull: true} on a field."
        )
    if not isinstance(data, Mapping):
        raise ExpressionError(f"{what} must be an object.", hint="Write {eq: ...}.")
    return list(data.items())


def _list(key: str, value: object) -> Sequence[object]:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, Mapping):
        return [value]
    raise ExpressionError(f"{key} takes a list of filters.", hint="Leave it out if it is null.")


def _operand(value: object) -> RawValue:
    if isinstance(value, list | tuple):
        return RawList(tuple(_operand(item) for item in value))
    if isinstance(value, Literal):
        return _operand(value.value) if isinstance(value.value, tuple) else RawLiteral(value.value)
    return raw_value(value)


def _offered(member: Member, name: str) -> str:
    known = (
        filter_lookups(member.type)
        if not isinstance(member, RelationInfo)
        else FILTER_LOOKUPS[Kind.RECORD]
    )
    # Only what no filter knows is refused here; the field's own lookups decide the rest.
    every = {lookup for offered in FILTER_LOOKUPS.values() for lookup in offered}
    if name in every:
        return name
    raise ExpressionError(
        f'The filter of "{member.name}" has no operator "{name}".', hint=did_you_mean(name, known)
    )


# ---- tree to filter -------------------------------------------------------------------------


def to_filter(models: Models, model: str, node: Condition) -> dict[str, Any]:
    """Return a condition as typed filter.

    Raises:
        ExpressionError: The condition says what only `q` can say.
    """
    match node:
        case And(items):
            return _all([to_filter(models, model, item) for item in items])
        case Or(items):
            return {"OR": [to_filter(models, model, item) for item in items]}
        case Not(item):
            return {"NOT": to_filter(models, model, item)}
        case Lookup(Path(names), lookup, operand):
            return _leaf(models, model, names, lookup, operand)
        case Related(relation, quantifier, where):
            target = relation_of(models, model, relation).target
            inner = {quantifier: to_filter(models, target, where)}
            return _nested(_shown(models, model, relation), inner)
        case Counted(relation, And(()), lookup, operand):
            inner = {"count": _operator(lookup, operand, INTEGER)}
            return _nested(_shown(models, model, relation), inner)
    raise ExpressionError(
        f"{type(node).__name__} on a computed value cannot be said in a filter.",
        hint="Use the argument q.",
    )


def _all(parts: list[dict[str, Any]]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for part in parts:
        if merged.keys() & part.keys():
            return {"AND": parts}
        merged |= part
    return merged


def _leaf(
    models: Models, model: str, names: tuple[str, ...], lookup: str, operand: Node
) -> dict[str, Any]:
    member = member_of(models, model, names)
    names = _shown(models, model, names)
    if isinstance(member, RelationInfo):
        operator = _operator(lookup, operand, ValueType(Kind.RECORD))
        shown = (*names[:-1], f"{member.name}_id") if member.has_column else (*names, "id")
        return _nested(shown, operator)
    return _nested(names, _operator(lookup, operand, member.type))


def _shown(models: Models, model: str, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of a path as the typed filter nests them."""
    shown: list[str] = []
    for name in names:
        member = require(models, model, name)
        if isinstance(member, RelationInfo):
            shown += member.shown
            model = member.target
        else:
            shown.append(member.name)
    return tuple(shown)


def _nested(names: tuple[str, ...], inner: dict[str, Any]) -> dict[str, Any]:
    for name in reversed(names):
        inner = {camel(name): inner}
    return inner


def _operator(lookup: str, operand: Node, known: ValueType) -> dict[str, Any]:
    if lookup == "isnotnull" and operand == Literal(value=True):
        return {"isnull": False}
    if lookup not in filter_lookups(known):
        raise ExpressionError(
            f'The lookup "{lookup}" cannot be said in a filter.', hint="Use the argument q."
        )
    match operand:
        case Literal(value=tuple(values)):
            return {lookup: [_plain(value, known) for value in values]}
        case Literal(value) | Call(arguments=(Literal(value),)) if _is_constant(operand):
            return {lookup: _plain(value, known)}
        case Parameter():
            return {lookup: operand}
    raise ExpressionError(
        "Only constants and variables can be operands of a filter.", hint="Use the argument q."
    )


def _is_constant(operand: Node) -> bool:
    return isinstance(operand, Literal) or (
        isinstance(operand, Call) and operand.function == MIDNIGHT
    )


def _plain(value: object, known: ValueType) -> object:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and known.choices:
        return constant(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if known.kind is Kind.RECORD:
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return value
