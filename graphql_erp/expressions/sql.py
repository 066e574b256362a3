"""The tree to SQL: conditions friendly to indexes, arithmetic exact, values bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import array

from graphql_erp.expressions.check import operand_type
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import LIST, TIMEZONE
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.lookup import Operand
from graphql_erp.expressions.paths import require
from graphql_erp.expressions.scope import FieldInfo, Models, SqlScope, SqlSubscope
from graphql_erp.expressions.sql_functions import (
    NUMERIC,
    SqlValue,
    alike,
    arithmetic_sql,
    as_number,
    call_sql,
    local_moment,
    rounded,
)
from graphql_erp.expressions.tree import (
    TRUE,
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
    Condition,
    Counted,
    Kind,
    Literal,
    Lookup,
    Name,
    Negative,
    Node,
    Not,
    Or,
    Parameter,
    Path,
    Related,
    Scalar,
    ValueType,
)
from graphql_erp.expressions.types import INTEGER, literal_type, type_of

Column = sa.ColumnElement[Any]
Truth = sa.ColumnElement[bool]
Bind = Callable[[Literal | Parameter | Name, ValueType], Column]
"""Makes a bound parameter of a value, in the type given; `many` asks for an array."""

_COMPARISONS: Final[Mapping[str, Callable[[Column, Column], Truth]]] = {
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
    "==": lambda left, right: left == right,
}


@dataclass(frozen=True, slots=True)
class SqlContext:
    """What the SQL form needs besides the tree and the tables."""

    models: Models
    lookups: Mapping[str, LookupRow]
    bind: Bind


def condition_sql(
    node: Condition, scope: SqlScope, context: SqlContext, *, exact: bool = False
) -> Truth:
    """Return a condition as SQL.

    Args:
        node: The condition.
        scope: The table its paths start from.
        context: Models, lookups and the maker of bound parameters.
        exact: The result is never null. Without it null may stand for false, which is enough
            in WHERE and keeps comparisons plain, so that indexes serve them.
    """
    return _Writer(scope, context).condition(node, exact=exact)


def value_sql(node: Node, scope: SqlScope, context: SqlContext) -> Column:
    """Return a value as SQL; arithmetic gives NUMERIC, a condition gives a boolean, never null."""
    return _Writer(scope, context).value(node)


def field_sql(name: str, scope: SqlScope, context: SqlContext) -> Column:
    """Return a field of a scope: its column, or its expression rounded to the declared digits."""
    return _Writer(scope, context).field(name)


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes nodes as seen from one scope."""

    scope: SqlScope
    context: SqlContext

    def type_of(self, node: Node) -> ValueType:
        return type_of(node, self.scope.model, self.context.models)

    def at(self, relation: tuple[str, ...]) -> _Writer:
        """Return a writer at the end of to-one hops."""
        scope = self.scope
        for hop in relation:
            scope = scope.to_one(hop)
        return _Writer(scope, self.context)

    # ---- conditions -------------------------------------------------------------------------

    def condition(self, node: Condition, *, exact: bool) -> Truth:
        match node:
            case And(items):
                return sa.and_(sa.true(), *(self.condition(item, exact=exact) for item in items))
            case Or(items):
                return sa.or_(sa.false(), *(self.condition(item, exact=exact) for item in items))
            case Not(item):
                return sa.not_(self.condition(item, exact=True))
            case Lookup(value, name, operand):
                row = self.context.lookups[name]
                return self.lookup(
                    self.value(value), self.type_of(value), row, operand, exact=exact
                )
            case Compare():
                return self.compare(node, exact=exact)
            case Related():
                return self.related(node)
            case Counted(relation, where, name, operand):
                count = self.over(relation, "count", None, where)
                return self.lookup(count, INTEGER, self.context.lookups[name], operand, exact=exact)
        raise ExpressionError(f"{type(node).__name__} is not a condition.")

    def lookup(
        self, column: Column, known: ValueType, row: LookupRow, operand: Node, *, exact: bool
    ) -> Truth:
        plain = not known.nullable and isinstance(operand, Literal)
        if row.operand is Operand.FLAG:
            if isinstance(operand, Literal):
                return row.sql(column)
            return row.sql(column) == self.value(operand, ValueType(Kind.BOOLEAN))
        if row.complement_of and not plain:
            positive = self.context.lookups[row.complement_of]
            return self.lookup(column, known, positive, operand, exact=False).is_not(sa.true())
        if row.date_part and known.kind is Kind.DATETIME:
            column = local_moment(column, self.timezone())
        found = row.sql(column, *self.operands(row, operand, known))
        return found.is_(sa.true()) if exact and not plain else found

    def operands(self, row: LookupRow, operand: Node, known: ValueType) -> list[Column]:
        expected = operand_type(row, known)
        if row.operand is not Operand.PAIR:
            return [self.value(operand, expected)]
        one = ValueType(expected.kind, scale=expected.scale, model=expected.model)
        if isinstance(operand, Literal) and isinstance(operand.value, tuple):
            return [self.value(Literal(item), one) for item in operand.value]
        return [self.value(item, one) for item in operand.children()]

    def compare(self, node: Compare, *, exact: bool) -> Truth:
        left, right = self.value(node.left), self.value(node.right)
        if node.operator == "!=":
            return (left == right).is_not(sa.true())
        found = _COMPARISONS[node.operator](left, right)
        return found.is_(sa.true()) if exact else found

    def related(self, node: Related) -> Truth:
        related = self.subscope(node.relation)
        inner = _Writer(related, self.context)
        match node.quantifier:
            case "every":
                counterexample = inner.condition(node.where, exact=True)
                return sa.not_(related.exists(sa.not_(counterexample)))
            case "none":
                return sa.not_(related.exists(inner.condition(node.where, exact=False)))
        return related.exists(inner.condition(node.where, exact=False))

    def subscope(self, relation: tuple[str, ...]) -> SqlSubscope:
        return self.at(relation[:-1]).scope.to_many(relation[-1])

    # ---- values -----------------------------------------------------------------------------

    def value(self, node: Node, expected: ValueType | None = None) -> Column:
        """Return a value; `expected` is the type constants are bound in."""
        match node:
            case Condition():
                return self.condition(node, exact=True)
            case Literal(value):
                return self.constant(value, expected or literal_type(value))
            case Parameter(type=known):
                return self.context.bind(node, known)
            case Name():
                return self.context.bind(node, self.type_of(node))
            case Path((name,)):
                return self.field(name)
            case Path((*hops, name)):
                return self.at(tuple(hops)).field_of_found(name)
            case Call(function, nodes) if function == LIST:
                one = self.type_of(node) if expected is None else expected
                kind = ValueType(one.kind, scale=one.scale, model=one.model)
                return array([self.value(item, kind) for item in nodes])
        return self.computed(node)

    def constant(self, value: Scalar | tuple[Scalar, ...], known: ValueType) -> Column:
        if known.kind is Kind.DECIMAL and isinstance(value, int):
            value = Decimal(value)
        return self.context.bind(Literal(value), known)

    def number(self, node: Node) -> SqlValue:
        """Return a value for arithmetic, whose constants are exact from the start."""
        if isinstance(node, Literal) and isinstance(node.value, int):
            known = ValueType(Kind.DECIMAL, nullable=False, scale=0)
            return SqlValue(self.constant(node.value, known), known, node)
        return self.typed(node)

    def computed(self, node: Node) -> Column:
        match node:
            case Negative(value):
                return -as_number(self.typed(value))
            case Arithmetic(operator, left, right):
                zone = self.timezone
                return arithmetic_sql(operator, self.number(left), self.number(right), zone)
            case Call("coalesce", nodes):
                known = self.type_of(node)
                values = alike([self.typed(item) for item in nodes], known)
                kinds = [item.type for item in values if not isinstance(item, sa.Null)]
                return sa.func.coalesce(*values, type_=kinds[0])
            case Call(function, nodes):
                return call_sql(function, [self.typed(item) for item in nodes], self.timezone)
            case Case():
                return self.case(node)
            case Aggregate(function, relation, value, where):
                return self.over(relation, function, value, where)
        raise ExpressionError(f"{type(node).__name__} is not a value.")

    def case(self, node: Case) -> Column:
        written = [*(value for _, value in node.branches), node.otherwise]
        *values, otherwise = alike([self.typed(item) for item in written], self.type_of(node))
        conditions = [self.condition(condition, exact=False) for condition, _ in node.branches]
        return sa.case(*zip(conditions, values, strict=True), else_=otherwise)

    def typed(self, node: Node) -> SqlValue:
        """Return a value together with its type, as functions need it."""
        if isinstance(node, Literal) and node.value is None:
            return SqlValue(sa.null(), ValueType(Kind.TEXT), node)
        return SqlValue(self.value(node), self.type_of(node), node)

    def field(self, name: str) -> Column:
        member = require(self.context.models, self.scope.model, name)
        if not isinstance(member, FieldInfo) or member.expression is None:
            return self.scope.column(member.name)
        value = self.value(member.expression)
        return rounded(value, member.type)

    def field_of_found(self, name: str) -> Column:
        """Return a field of a record that may not be there; it then has nothing."""
        value = self.field(name)
        if self.is_null_without_record(name):
            return value
        return sa.case((self.scope.column("id").is_not(None), value))

    def is_null_without_record(self, name: str) -> bool:
        """Tell whether a field gives null when all columns are null."""
        member = require(self.context.models, self.scope.model, name)
        if not isinstance(member, FieldInfo) or member.expression is None:
            return True
        match member.expression:
            case Path((inner,)):
                return self.is_null_without_record(inner)
            case Path():
                return True
        return False

    def over(
        self,
        relation: tuple[str, ...],
        function: str,
        value: Node | None,
        where: Condition | None,
    ) -> Column:
        """Return an aggregate over the records of a to-many relation."""
        related = self.subscope(relation)
        inner = _Writer(related, self.context)
        condition = None
        if where is not None and where != TRUE:
            condition = inner.condition(where, exact=False)
        if value is None:
            return related.scalar(sa.func.count(), condition)
        known = inner.typed(value)
        if function not in {"sum", "avg"}:
            return related.scalar(sa.Function(function, known.sql, type_=known.sql.type), condition)
        aggregate: Column = sa.Function(function, as_number(known), type_=NUMERIC)
        if function == "sum":
            aggregate = sa.func.coalesce(aggregate, sa.literal_column("0"), type_=NUMERIC)
        return related.scalar(aggregate, condition)

    def timezone(self) -> Column:
        return self.context.bind(Name("timezone"), TIMEZONE)
