"""One node against a model: names canonical, constants in the type they are compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from graphql_erp.expressions.coerce import coerce_value, is_date_text
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import LIST, MIDNIGHT
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.lookup import Operand
from graphql_erp.expressions.paths import member_of
from graphql_erp.expressions.scope import FieldInfo, Models
from graphql_erp.expressions.tree import (
    Aggregate,
    Call,
    Compare,
    Condition,
    Counted,
    Kind,
    Literal,
    Lookup,
    Name,
    Node,
    Parameter,
    Path,
    Related,
    Scalar,
    ValueType,
)
from graphql_erp.expressions.types import (
    INTEGER,
    NUMBERS,
    ORDERED,
    TEXT,
    described,
    fits,
    is_null,
    type_of,
)
from graphql_erp.naming import did_you_mean

RELATION_LOOKUPS: Final = frozenset({"eq", "neq", "in", "nin", "isnull", "isnotnull"})
COUNT_LOOKUPS: Final = RELATION_LOOKUPS - {"isnull", "isnotnull"} | {
    "gt",
    "gte",
    "lt",
    "lte",
    "between",
}
MAX_RELATED: Final = 12
"""Deepest nesting of conditions and aggregates over related records."""
REGEX: Final = "regex"
PATTERNS: Final = frozenset({"like", "ilike", REGEX})


@dataclass(frozen=True, slots=True)
class Written:
    """The operand of a lookup before its type is known: one node, or the nodes of a list."""

    nodes: tuple[Node, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the words of an expression mean: models and lookups."""

    models: Models
    lookups: Mapping[str, LookupRow]

    def type_of(self, node: Node, model: str) -> ValueType:
        """Return the type of a value seen from a model."""
        return type_of(node, model, self.models)

    def allowed(self, value: Node, model: str) -> frozenset[str]:
        """Return the names of the lookups a value may be compared by."""
        kind = self.type_of(value, model).kind
        if isinstance(value, Path):
            member = member_of(self.models, model, value.names)
            if not isinstance(member, FieldInfo):
                return RELATION_LOOKUPS & self.lookups.keys()
            _require_sql(member, model)
            return member.lookups & self.lookups.keys()
        return frozenset(row.name for row in self.lookups.values() if kind in row.kinds)

    def lookup(self, value: Node, name: str, operand: Written, model: str) -> Condition:
        """Return a checked lookup.

        Raises:
            ExpressionError: The lookup does not suit the value, or the operand the lookup.
        """
        allowed = self.allowed(value, model)
        known = self.type_of(value, model)
        if name not in allowed:
            raise ExpressionError(
                f'The lookup "{name}" does not suit {_subject(value, known)}.',
                hint=did_you_mean(name, allowed),
            )
        return _normal(value, name, self.operand(self.lookups[name], operand, known, model))

    def counted(
        self, relation: tuple[str, ...], where: Condition, name: str, operand: Written, model: str
    ) -> Counted:
        """Return a checked lookup on a number of related records.

        Raises:
            ExpressionError: The lookup does not suit a number, or the operand the lookup.
        """
        allowed = COUNT_LOOKUPS & self.lookups.keys()
        if name not in allowed:
            raise ExpressionError(
                f'The lookup "{name}" does not suit a count.', hint=did_you_mean(name, allowed)
            )
        node = self.operand(self.lookups[name], operand, INTEGER, model)
        return Counted(relation, where, name, node)

    def operand(self, row: LookupRow, written: Written, value: ValueType, model: str) -> Node:
        """Return the operand of a lookup on a value, in the type the lookup needs."""
        expected = replace(operand_type(row, value), nullable=False)
        if not expected.many:
            if written.is_list:
                raise ExpressionError(
                    f'The lookup "{row.name}" takes one value, not a list.',
                    hint='Use the lookup "in".',
                )
            return self.fitted(written.nodes[0], expected, model)
        if not written.is_list:
            return self.fitted(written.nodes[0], expected, model)
        pair = 2
        if row.operand is Operand.PAIR and len(written.nodes) != pair:
            raise ExpressionError(
                f'The lookup "{row.name}" takes a list of two values.',
                hint="Write [from, to]; both belong to it.",
            )
        one = replace(expected, many=False)
        return listed(tuple(self.fitted(node, one, model) for node in written.nodes))

    def fitted(self, node: Node, expected: ValueType, model: str) -> Node:
        """Return a node as a value of the expected type: constants coerced, dates as moments.

        Raises:
            ExpressionError: It does not fit.
        """
        if isinstance(node, Parameter):
            return Parameter(node.key, expected)
        if isinstance(node, Literal):
            return _fitted_literal(node, expected)
        known = self.type_of(node, model)
        if known.kind is Kind.DATE and expected.kind is Kind.DATETIME and not known.many:
            return Call(MIDNIGHT, (node,))
        if fits(known, expected):
            return node
        hint = 'Use the lookup "in".' if known.many and not expected.many else ""
        raise ExpressionError(
            f"{described(known).capitalize()} does not fit: {described(expected)} is expected.",
            hint=hint,
        )

    def compare(self, operator: str, left: Node, right: Node, model: str) -> Compare:
        """Return a checked comparison of two values.

        Raises:
            ExpressionError: They cannot be compared.
        """
        if is_null(left) or is_null(right):
            raise ExpressionError(
                "null cannot be compared with.",
                hint="Use the lookup isnull: Q(field__isnull=True).",
            )
        if isinstance(left, Literal):
            left = self._beside(left, right, model)
        known = self.type_of(left, model)
        if known.kind is Kind.DATE and self.type_of(right, model).kind is Kind.DATETIME:
            left = Call(MIDNIGHT, (left,))
            known = self.type_of(left, model)
        right = self._beside(right, left, model)
        if known.many or (operator not in {"==", "!="} and known.kind not in ORDERED):
            raise ExpressionError(
                f"{described(known).capitalize()} cannot be compared by {operator}."
            )
        return Compare(operator, left, right)

    def _beside(self, node: Node, other: Node, model: str) -> Node:
        """Return a node fit to be compared with another; numbers need not be of one kind."""
        expected = self.type_of(other, model)
        if (
            expected.kind in NUMBERS
            and isinstance(node, Literal)
            and isinstance(node.value, int | float | Decimal)
            and not isinstance(node.value, bool)
        ):
            return exact(node)
        return self.fitted(node, expected, model)


def operand_type(row: LookupRow, value: ValueType) -> ValueType:
    """Return the type of the operand of a lookup on values of a type."""
    match row.operand:
        case Operand.TEXT:
            return TEXT
        case Operand.INTEGER:
            return INTEGER
        case Operand.FLAG:
            return ValueType(Kind.BOOLEAN, nullable=False)
        case Operand.LIST | Operand.PAIR:
            return replace(value, many=True)
    return replace(value, many=False)


def require_shallow(node: Node, depth: int = 0) -> None:
    """Refuse trees whose SQL would nest too many subselects.

    Raises:
        ExpressionError: Conditions or aggregates over related records are nested too deep.
    """
    depth += isinstance(node, Related | Counted | Aggregate)
    if depth > MAX_RELATED:
        raise ExpressionError(
            f"The expression goes through more than {MAX_RELATED} to-many relations in a row.",
            hint="Compute a part of it in a field of its own.",
        )
    for child in node.children():
        require_shallow(child, depth)


def listed(nodes: tuple[Node, ...]) -> Node:
    """Return nodes as one list: a constant when all are."""
    values: list[Scalar] = []
    for node in nodes:
        if not isinstance(node, Literal) or isinstance(node.value, tuple):
            return Call(LIST, nodes)
        values.append(node.value)
    return Literal(tuple(values))


def exact(node: Node) -> Node:
    """Return a constant of arithmetic without binary fractions."""
    if isinstance(node, Literal) and isinstance(node.value, float):
        return _fitted_literal(node, ValueType(Kind.DECIMAL))
    return node


def _fitted_literal(node: Literal, expected: ValueType) -> Node:
    is_moment = expected.kind is Kind.DATETIME and not expected.many
    if is_moment and is_date_text(node.value):
        return Call(MIDNIGHT, (_fitted_literal(node, ValueType(Kind.DATE)),))
    value = coerce_value(node.value, expected)
    assert isinstance(value, Scalar | tuple)  # noqa: S101 - tells mypy what coercion gives
    return Literal(value)


def _normal(value: Node, name: str, operand: Node) -> Lookup:
    """Say null tests one way, and refuse patterns PostgreSQL would stumble over."""
    if name in {"isnull", "isnotnull"} and operand == Literal(value=False):
        other = "isnotnull" if name == "isnull" else "isnull"
        return Lookup(value, other, Literal(value=True))
    if name in PATTERNS:
        _require_pattern(name, operand)
    return Lookup(value, name, operand)


def _require_pattern(name: str, operand: Node) -> None:
    """Refuse patterns that records hold, and those PostgreSQL would stumble over.

    It stumbles where it meets them: in which records, those one may not read among them, would
    tell of these.
    """
    if not isinstance(operand, Literal):
        raise ExpressionError(
            f'The pattern of "{name}" must be a text that is written there.',
            hint='Use a lookup without patterns, such as "contains", to compare fields.',
        )
    pattern = str(operand.value)
    if name != REGEX and (len(pattern) - len(pattern.rstrip("\\"))) % 2:
        raise ExpressionError(
            "The pattern ends with an escape character.",
            hint="Write a literal backslash twice.",
        )


def _subject(value: Node, known: ValueType) -> str:
    name = f'"{".".join(value.names)}"' if isinstance(value, Path) else "this value"
    return f"{name} ({described(known)})"


def secret_error(name: str, model: str) -> ExpressionError:
    """Return the error that an expression names a secret."""
    return ExpressionError(
        f'"{name}" of {model} is a secret.', hint="Nothing can be asked or computed of it."
    )


def _require_sql(member: FieldInfo, model: str) -> None:
    if member.secret:
        raise secret_error(member.name, model)
    if not member.sql:
        raise ExpressionError(
            f'"{member.name}" of {model} is computed in Python and cannot be filtered by.',
            hint="Store it, or compute it by an expression.",
        )


def require_name(names: tuple[str, ...], known: Mapping[str, ValueType]) -> Name:
    """Return a name of the surroundings.

    Raises:
        ExpressionError: There is no such name.
    """
    name = ".".join(names)
    if name in known:
        return Name(name)
    raise ExpressionError(
        f'There is no name "{name}".',
        hint=did_you_mean(name, known) + f' A field is written F("{"__".join(names)}").',
    )


def require_number(value: Node, limit: int) -> int:
    """Return the whole number of a constant within a bound.

    Raises:
        ExpressionError: It is none.
    """
    match value:
        case Literal(value=int(number)) if not isinstance(number, bool) and abs(number) <= limit:
            return number
    raise ExpressionError(f"A whole number from -{limit} to {limit} is expected.")
