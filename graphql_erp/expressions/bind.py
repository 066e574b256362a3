"""What was written to the tree of a model: paths split, lookups named, operands typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graphql_erp.expressions.bind_functions import bind_call
from graphql_erp.expressions.check import (
    RELATION_LOOKUPS,
    Vocabulary,
    Written,
    exact,
    require_name,
    require_shallow,
    secret_error,
)
from graphql_erp.expressions.coerce import clean_constant
from graphql_erp.expressions.error import ExpressionError, located
from graphql_erp.expressions.functions import DATE_PARTS, NAMES
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.paths import Walk, find, relation_of, walk_path
from graphql_erp.expressions.q import Q
from graphql_erp.expressions.raw import (
    F,
    RawArithmetic,
    RawCall,
    RawCompare,
    RawCondition,
    RawCounted,
    RawItem,
    RawList,
    RawLiteral,
    RawLookup,
    RawName,
    RawNegative,
    RawNode,
    RawParameter,
    RawRelated,
)
from graphql_erp.expressions.scope import FieldInfo, Models, RelationInfo
from graphql_erp.expressions.tree import (
    TRUE,
    And,
    Arithmetic,
    Call,
    Condition,
    Kind,
    Literal,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Path,
    Related,
)
from graphql_erp.expressions.types import type_of
from graphql_erp.naming import did_you_mean

QUANTIFIERS: Final = ("some", "every", "none")


def bind_condition(
    models: Models, lookups: Mapping[str, LookupRow], model: str, raw: RawNode
) -> Condition:
    """Return a condition on records of a model.

    Raises:
        ExpressionError: A name, lookup or operand does not fit.
    """
    node = Binder(Vocabulary(models, lookups), model).condition(raw)
    with located(raw.offset):
        require_shallow(node)
    return node


def bind_value(models: Models, lookups: Mapping[str, LookupRow], model: str, raw: RawNode) -> Node:
    """Return a value of records of a model; bare names are fields.

    Raises:
        ExpressionError: A name or an operand does not fit.
    """
    node = Binder(Vocabulary(models, lookups), model, bare_fields=True).value(raw)
    with located(raw.offset):
        require_shallow(node)
        known = type_of(node, model, models)
        if known.many or known.kind is Kind.DURATION:
            raise ExpressionError("The expression has no single value.")
    return node


def all_of(conditions: Sequence[Condition]) -> Condition:
    """Return one condition that needs all."""
    items: list[Condition] = []
    for condition in conditions:
        items.extend(condition.items if isinstance(condition, And) else [condition])
    return items[0] if len(items) == 1 else And(tuple(items))


def any_of(conditions: Sequence[Condition]) -> Condition:
    """Return one condition that needs one of all."""
    items: list[Condition] = []
    for condition in conditions:
        items.extend(condition.items if isinstance(condition, Or) else [condition])
    return items[0] if len(items) == 1 else Or(tuple(items))


@dataclass(frozen=True, slots=True)
class Item:
    """One keyword of `Q(...)`, split."""

    names: tuple[str, ...]
    operand: RawNode
    offset: int | None


@dataclass(frozen=True, slots=True)
class Binder:
    """Binds what was written about records of one model."""

    words: Vocabulary
    model: str
    bare_fields: bool = False
    """Bare names are fields first; else only names of the surroundings."""

    def on(self, model: str) -> Binder:
        """Return a binder for another model."""
        return Binder(self.words, model, self.bare_fields)

    # ---- conditions -------------------------------------------------------------------------

    def condition(self, raw: RawNode) -> Condition:
        """Return a condition."""
        with located(raw.offset):
            match raw:
                case Q(connector="and", items=items):
                    return all_of([self.condition(item) for item in items])
                case Q(connector="or", items=items):
                    return any_of([self.condition(item) for item in items])
                case Q(connector="not", items=(item,)):
                    return Not(self.condition(item))
                case Q(items=items):
                    return self.call(items)
                case RawCompare(operator, left, right):
                    return self.words.compare(
                        operator, self.value(left), self.value(right), self.model
                    )
            return self.split(raw)

    def split(self, raw: RawNode) -> Condition:
        """Return a condition whose paths were split before, or the truth of a value."""
        match raw:
            case RawLookup(value, lookup, operand):
                written = self.written(operand)
                return self.words.lookup(self.value(value), lookup, written, self.model)
            case RawRelated(relation, quantifier, where):
                target = relation_of(self.words.models, self.model, relation).target
                return Related(relation, quantifier, self.on(target).condition(where))
            case RawCounted(relation, where, lookup, operand):
                target = relation_of(self.words.models, self.model, relation).target
                condition = self.on(target).condition(where)
                written = self.written(operand)
                return self.words.counted(relation, condition, lookup, written, self.model)
        return self.flag(raw)

    def flag(self, raw: RawNode) -> Condition:
        """Return the condition that a boolean value is true."""
        value = self.value(raw)
        if self.words.type_of(value, self.model).kind is not Kind.BOOLEAN:
            raise ExpressionError(
                "A value stands where a condition is expected.",
                hint="Write Q(field__lookup=value), or compare the value.",
            )
        return self.words.lookup(value, "eq", Written((Literal(value=True),)), self.model)

    def call(self, items: Sequence[RawNode]) -> Condition:
        """Return the condition of one `Q(...)`."""
        conditions = [self.condition(item) for item in items if not isinstance(item, RawItem)]
        written = [
            Item(tuple(item.path.split("__")), item.operand, item.offset)
            for item in items
            if isinstance(item, RawItem)
        ]
        return all_of([*conditions, *self.items(written)])

    def items(self, items: Sequence[Item]) -> list[Condition]:
        """Return the conditions of keywords; those over one relation share its record."""
        conditions: list[Condition | tuple[tuple[str, ...], str]] = []
        shared: dict[tuple[tuple[str, ...], str], list[Item]] = {}
        for item in items:
            with located(item.offset):
                walk = walk_path(self.words.models, self.model, item.names)
                if isinstance(walk.end, FieldInfo) or not walk.end.to_many:
                    conditions.append(self.leaf(walk, item))
                    continue
                found = self.to_many(walk, walk.end, item)
                if isinstance(found, Condition):
                    conditions.append(found)
                    continue
                quantifier, rest = found
                key = (walk.names, quantifier)
                if key not in shared:
                    conditions.append(key)
                shared.setdefault(key, []).append(Item(rest, item.operand, item.offset))
        return [
            item if isinstance(item, Condition) else self.related(*item, shared[item])
            for item in conditions
        ]

    def related(
        self, relation: tuple[str, ...], quantifier: str, items: Sequence[Item]
    ) -> Condition:
        """Return a condition on related records."""
        target = relation_of(self.words.models, self.model, relation).target
        where = all_of(self.on(target).items(items))
        return Related(relation, quantifier, where)

    def to_many(
        self, walk: Walk, relation: RelationInfo, item: Item
    ) -> Condition | tuple[str, tuple[str, ...]]:
        """Return quantifier and rest of a path through a to-many relation, or its condition."""
        head, *tail = walk.rest or ("eq",)
        if head == "count":
            lookup, *more = tail or ["eq"]
            _require_end(more, lookup)
            written = self.written(item.operand)
            return self.words.counted(walk.names, TRUE, lookup, written, self.model)
        if head in QUANTIFIERS:
            rest = tuple(tail) or ("id",)
            is_lookup = find(self.words.models, relation.target, rest[0]) is None
            return head, ("id", *rest) if is_lookup and rest[0] in RELATION_LOOKUPS else rest
        if find(self.words.models, relation.target, head) is not None:
            return "some", walk.rest
        if head in {"isnull", "isnotnull"}:
            match item.operand:
                case RawLiteral(value=bool(flag)):
                    is_empty = flag == (head == "isnull")
                    return Related(walk.names, "none" if is_empty else "some", TRUE)
            raise ExpressionError(f"{head} of a to-many relation takes True or False.")
        if head in RELATION_LOOKUPS:
            return "some", ("id", head, *tail)
        known = (*self.words.models.names(relation.target), *QUANTIFIERS, "count")
        raise ExpressionError(
            f'{relation.target} has no field "{head}", and it is no lookup on many records.',
            hint=did_you_mean(head, known),
        )

    def leaf(self, walk: Walk, item: Item) -> Condition:
        """Return a lookup on a value of the record or of one it points to."""
        value: Node = Path(walk.names)
        head, *tail = walk.rest or ("eq",)
        if head in DATE_PARTS and tail and head in self.words.allowed(value, self.model):
            value = Call(head, (value,))
            head, *tail = tail
        if isinstance(walk.end, RelationInfo) and head not in self.words.lookups:
            raise ExpressionError(
                f'{walk.end.target} has no field "{head}".',
                hint=did_you_mean(head, self.words.models.names(walk.end.target)),
            )
        _require_end(tail, head)
        if isinstance(walk.end, FieldInfo) and walk.end.members:
            return self.nothing(walk, walk.end, head, item.operand)
        return self.words.lookup(value, head, self.written(item.operand), self.model)

    def nothing(self, walk: Walk, field: FieldInfo, lookup: str, raw: RawNode) -> Condition:
        """Return whether a field that leads to one of several models leads nowhere."""
        if lookup not in field.lookups:
            known = (*(name.removeprefix(f"{field.name}_") for name in field.members), "isnull")
            message = f'"{field.name}" of {walk.model} has neither a model nor a lookup "{lookup}".'
            raise ExpressionError(message, hint=did_you_mean(lookup, known))
        yes = Written((Literal(value=True),))
        paths = (Path((*walk.hops, name)) for name in field.members)
        empty = all_of([self.words.lookup(path, "isnull", yes, self.model) for path in paths])
        flag = self.value(raw)
        is_same = self.words.compare("==", empty, flag, self.model)
        if not isinstance(flag, Literal):
            return is_same if lookup == "isnull" else Not(is_same)
        return empty if flag.value is (lookup == "isnull") else Not(empty)

    def written(self, raw: RawNode) -> Written:
        """Return an operand; in it bare names are never fields."""
        binder = Binder(self.words, self.model)
        if isinstance(raw, RawList):
            return Written(tuple(binder.value(item) for item in raw.items), is_list=True)
        return Written((binder.value(raw),))

    # ---- values -----------------------------------------------------------------------------

    def value(self, raw: RawNode) -> Node:
        """Return a value."""
        with located(raw.offset):
            match raw:
                case RawCondition():
                    return self.condition(raw)
                case RawLiteral(value):
                    return Literal(clean_constant(value))
                case RawParameter(parameter):
                    return parameter
                case RawName(names):
                    return self.name(names)
                case F():
                    return self.path(raw.names)
                case RawNegative(inner):
                    return self.typed(Negative(exact(self.value(inner))))
                case RawArithmetic(operator, left, right):
                    return self.typed(
                        Arithmetic(operator, exact(self.value(left)), exact(self.value(right)))
                    )
                case RawCall():
                    return bind_call(self, raw)
            raise ExpressionError(
                "A list stands where one value is expected.", hint='Use the lookup "in".'
            )

    def typed(self, node: Node) -> Node:
        """Return a node whose parts fit together."""
        self.words.type_of(node, self.model)
        return node

    def name(self, names: tuple[str, ...]) -> Node:
        """Return a bare or dotted name."""
        if not self.bare_fields:
            return require_name(names, NAMES)
        is_field = find(self.words.models, self.model, names[0]) is not None
        if not is_field and len(names) == 1 and names[0] in NAMES:
            return Name(names[0])
        return self.path(names)

    def path(self, names: tuple[str, ...]) -> Path:
        """Return the value of a field."""
        models = self.words.models
        walk = walk_path(models, self.model, names)
        if isinstance(walk.end, RelationInfo) and walk.end.to_many:
            raise ExpressionError(
                f'"{walk.end.name}" of {walk.model} leads to many records.',
                hint="Use sum, count, min, max or avg over it.",
            )
        if walk.rest:
            target = walk.end.target if isinstance(walk.end, RelationInfo) else walk.model
            raise ExpressionError(
                f'"{walk.end.name}" of {walk.model} has no field "{walk.rest[0]}".',
                hint=did_you_mean(walk.rest[0], models.names(target)),
            )
        if isinstance(walk.end, FieldInfo) and walk.end.members:
            raise ExpressionError(
                f'"{walk.end.name}" of {walk.model} leads to several models.',
                hint=f"Name one of its fields: {', '.join(walk.end.members)}.",
            )
        if isinstance(walk.end, FieldInfo) and walk.end.secret:
            raise secret_error(walk.end.name, walk.model)
        if isinstance(walk.end, FieldInfo) and not walk.end.sql:
            raise ExpressionError(
                f'"{walk.end.name}" of {walk.model} is computed in Python.',
                hint="Store it, or compute it by an expression.",
            )
        return Path(walk.names)


def _require_end(rest: Sequence[str], lookup: str) -> None:
    if rest:
        raise ExpressionError(
            f'Nothing can follow the lookup "{lookup}".', hint=f'Remove "__{"__".join(rest)}".'
        )
