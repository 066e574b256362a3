"""Text to the tree as written, through Python's grammar and a whitelist; nothing is evaluated."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import FUNCTIONS
from graphql_erp.expressions.q import Q, joined
from graphql_erp.expressions.raw import (
    F,
    RawArithmetic,
    RawCall,
    RawCompare,
    RawCondition,
    RawItem,
    RawList,
    RawLiteral,
    RawName,
    RawNegative,
    RawNode,
    RawValue,
)
from graphql_erp.expressions.scan import MAX_NESTING, scanned
from graphql_erp.expressions.tree import Scalar
from graphql_erp.naming import did_you_mean

MAX_NODES: Final = 2_000
MAX_TEXT: Final = 10_000

_ARITHMETIC: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Mod: "%",
}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def parse_condition(text: str) -> RawCondition:
    """Return the condition written in a text, such as `Q(name="a") & ~Q(stage__is_won=True)`.

    Raises:
        ExpressionError: The text is no condition; `offset` says where.
    """
    node = _parse(text)
    if isinstance(node, RawCondition):
        return node
    raise ExpressionError(
        "This is a value, not a condition.",
        hint="Write Q(field__lookup=value), joined by & | ~.",
        offset=node.offset,
    )


def parse_value(text: str) -> RawNode:
    """Return the value written in a text, such as `expected_revenue * probability / 100`.

    Bare and dotted names are fields; a condition is a value that is true or false.

    Raises:
        ExpressionError: The text is no expression; `offset` says where.
    """
    return _parse(text)


def _parse(text: str) -> RawNode:
    line = scanned(text)
    start = len(line) - len(line.lstrip())
    line = line.strip()
    if not line:
        raise ExpressionError("The expression is empty.", offset=0)
    try:
        tree = ast.parse(line, mode="eval")
    except SyntaxError as error:
        place = min(max((error.offset or 1) - 1, 0), len(line))
        raise ExpressionError(f"Not an expression: {error.msg}.", offset=start + place) from None
    except (ValueError, MemoryError, RecursionError):
        raise _too_deep(0) from None
    return _Reader(line, start).read(tree.body, 0)


def _too_deep(offset: int) -> ExpressionError:
    return ExpressionError(
        f"The expression is nested deeper than {MAX_NESTING} levels.",
        hint="Compute a part of it in a field of its own.",
        offset=offset,
    )


@dataclass(slots=True)
class _Reader:
    """Walks Python's tree; everything not named here is refused."""

    line: str
    start: int
    count: int = 0

    def offset(self, node: ast.AST) -> int:
        """Return the character where a node begins (Python counts UTF-8 bytes)."""
        column: int = getattr(node, "col_offset", 0)
        if self.line.isascii():
            return self.start + column
        return self.start + len(self.line.encode()[:column].decode(errors="ignore"))

    def read(self, node: ast.expr, depth: int) -> RawNode:
        """Return a node as written."""
        offset = self.offset(node)
        self.count += 1
        if self.count > MAX_NODES:
            raise ExpressionError(
                f"The expression has more than {MAX_NODES} parts.",
                hint="Use __in with a list, or compute a part of it in a field of its own.",
                offset=offset,
            )
        if depth > MAX_NESTING:
            raise _too_deep(offset)
        return self.node(node, offset, depth)

    def node(self, node: ast.expr, offset: int, depth: int) -> RawNode:
        """Return a node by what it is."""
        match node:
            case ast.Constant():
                return RawLiteral(self.constant(node), offset=offset)
            case ast.Name() | ast.Attribute():
                return RawName(self.dotted(node), offset=offset)
            case ast.List() | ast.Tuple():
                return self.items(node, depth)
            case ast.Call():
                return self.call(node, depth)
            case ast.UnaryOp():
                return self.unary(node, depth)
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr()):
                return self.joined(node, depth)
            case ast.BinOp():
                return self.arithmetic(node, depth)
            case ast.Compare():
                return self.compare(node, depth)
            case _:
                raise self.refused(node)

    def value(self, node: ast.expr, depth: int) -> RawValue:
        """Return a node that must be a value."""
        value = self.read(node, depth)
        if isinstance(value, RawValue):
            return value
        raise ExpressionError(
            "A condition stands where a value is expected.",
            hint="Use case(Q(...), value, otherwise) to make a value of a condition.",
            offset=value.offset,
        )

    def condition(self, node: ast.expr, depth: int) -> RawNode:
        """Return a node that must be a condition; a bare name may be a boolean field."""
        condition = self.read(node, depth)
        if isinstance(condition, RawCondition | RawName):
            return condition
        raise ExpressionError(
            "A value stands where a condition is expected.",
            hint="Write Q(field__lookup=value); put comparisons beside & and | in parentheses.",
            offset=condition.offset,
        )

    def constant(self, node: ast.Constant) -> Scalar:
        """Return a constant; numbers with a point are exact."""
        value = node.value
        if isinstance(value, float):
            return Decimal(ast.get_source_segment(self.line, node) or "")
        if isinstance(value, str):
            return self.text(value, node)
        if value is None or isinstance(value, bool | int):
            return value
        raise self.refused(node)

    def text(self, value: str, node: ast.expr) -> str:
        """Return text that PostgreSQL can hold."""
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ExpressionError(
                "The text has a character that cannot be stored.", offset=self.offset(node)
            )
        return value

    def dotted(self, node: ast.expr) -> tuple[str, ...]:
        """Return the parts of `a` or `a.b.c`."""
        names: list[str] = []
        while isinstance(node, ast.Attribute) and len(names) <= MAX_NESTING:
            names.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name):
            raise self.refused(node)
        return (node.id, *reversed(names))

    def items(self, node: ast.List | ast.Tuple, depth: int) -> RawList:
        """Return a list."""
        values = tuple(self.value(item, depth + 1) for item in node.elts)
        return RawList(values, offset=self.offset(node))

    def unary(self, node: ast.UnaryOp, depth: int) -> RawNode:
        """Return `~condition`, `-value` or `+value`."""
        offset = self.offset(node)
        match node.op:
            case ast.Invert():
                return joined("not", (self.condition(node.operand, depth + 1),), offset)
            case ast.Not():
                raise ExpressionError(
                    'Conditions are negated by ~, not by "not".',
                    hint="Write ~Q(...).",
                    offset=offset,
                )
        value = self.value(node.operand, depth + 1)
        if isinstance(node.op, ast.UAdd):
            return value
        if isinstance(value, RawLiteral) and isinstance(value.value, int | Decimal):
            return RawLiteral(-value.value, offset=offset)
        return RawNegative(value, offset=offset)

    def joined(self, node: ast.BinOp, depth: int) -> RawNode:
        """Return `a & b & c`; a long chain is not a deep one."""
        connector = type(node.op)
        operands: list[ast.expr] = []
        inner: ast.expr = node
        while isinstance(inner, ast.BinOp) and isinstance(inner.op, connector):
            operands.append(inner.right)
            inner = inner.left
        conditions = tuple(self.condition(item, depth + 1) for item in (inner, *reversed(operands)))
        return joined("and" if connector is ast.BitAnd else "or", conditions, self.offset(node))

    def arithmetic(self, node: ast.BinOp, depth: int) -> RawNode:
        """Return `a + b`."""
        operator = _ARITHMETIC.get(type(node.op))
        if operator is None:
            raise self.refused(node)
        left, right = self.value(node.left, depth + 1), self.value(node.right, depth + 1)
        return RawArithmetic(operator, left, right, offset=self.offset(node))

    def compare(self, node: ast.Compare, depth: int) -> RawNode:
        """Return `a < b`."""
        operator = _COMPARISONS.get(type(node.ops[0]))
        if operator is None:
            raise ExpressionError(
                "Only < <= > >= == != compare values.",
                hint="Write Q(field__in=[...]) or Q(field__isnull=True).",
                offset=self.offset(node),
            )
        if len(node.ops) > 1:
            raise ExpressionError(
                "Only two values can be compared at a time.",
                hint="Write (a < b) & (b < c).",
                offset=self.offset(node),
            )
        left = self.value(node.left, depth + 1)
        right = self.value(node.comparators[0], depth + 1)
        return RawCompare(operator, left, right, offset=self.offset(node))

    def call(self, node: ast.Call, depth: int) -> RawNode:
        """Return `Q(...)`, `F("...")` or a function's call."""
        offset = self.offset(node)
        if not isinstance(node.func, ast.Name):
            raise ExpressionError(
                "Expressions have no methods.",
                hint=f"Functions are {', '.join(sorted(FUNCTIONS))}.",
                offset=offset,
            )
        name = node.func.id
        for item in node.args:
            if isinstance(item, ast.Starred):
                raise self.refused(item)
        if name == "Q":
            return self.q(node, depth)
        if name == "F":
            return self.f(node)
        if name not in FUNCTIONS:
            raise ExpressionError(
                f'There is no function "{name}".',
                hint=did_you_mean(name, ("Q", "F", *FUNCTIONS)),
                offset=offset,
            )
        keywords = tuple(
            (keyword, self.condition(value, depth + 1)) for keyword, value in self.keywords(node)
        )
        arguments = tuple(self.read(item, depth + 1) for item in node.args)
        return RawCall(name, arguments, keywords, offset=offset)

    def q(self, node: ast.Call, depth: int) -> Q:
        """Return one `Q(...)`."""
        conditions = [self.condition(item, depth + 1) for item in node.args]
        places = {keyword.arg: self.offset(keyword) for keyword in node.keywords}
        items = [
            RawItem(path, self.value(value, depth + 1), offset=places[path])
            for path, value in self.keywords(node)
        ]
        return joined("call", (*conditions, *items), self.offset(node))

    def f(self, node: ast.Call) -> F:
        """Return `F("path")`."""
        match node:
            case ast.Call(args=[ast.Constant(value=str(path))], keywords=[]):
                return F(path, offset=self.offset(node))
        raise ExpressionError(
            "F takes one path in quotes.", hint='Write F("stage__name").', offset=self.offset(node)
        )

    def keywords(self, node: ast.Call) -> list[tuple[str, ast.expr]]:
        """Return keyword arguments; each may be there once."""
        found: dict[str, ast.expr] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.refused(keyword.value)
            if keyword.arg in found:
                raise ExpressionError(
                    f"{keyword.arg} is given twice.",
                    hint=f"Write Q({keyword.arg}=...) & Q({keyword.arg}=...).",
                    offset=self.offset(keyword),
                )
            found[keyword.arg] = keyword.value
        return list(found.items())

    def refused(self, node: ast.expr) -> ExpressionError:
        """Return the error of what expressions do not have."""
        offset = self.offset(node)
        match node:
            case ast.BoolOp():
                return ExpressionError(
                    'Conditions are joined by & and |, not by "and" and "or".',
                    hint="Write Q(...) & Q(...); put comparisons in parentheses.",
                    offset=offset,
                )
            case ast.IfExp():
                return ExpressionError(
                    'Expressions have no "if".',
                    hint="Write case(Q(...), value, otherwise).",
                    offset=offset,
                )
            case ast.BinOp():
                message = "Only + - * / % compute with values."
            case _:
                message = f"{type(node).__name__} cannot be part of an expression."
        return ExpressionError(message, offset=offset)
