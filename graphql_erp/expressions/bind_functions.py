"""Function calls to the tree: how many arguments, of which types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, Protocol

from graphql_erp.expressions.check import Vocabulary, exact, require_number
from graphql_erp.expressions.error import ExpressionError, located
from graphql_erp.expressions.functions import AGGREGATES, DURATIONS, UNITS
from graphql_erp.expressions.paths import walk_path
from graphql_erp.expressions.raw import F, RawCall, RawName, RawNode
from graphql_erp.expressions.scope import FieldInfo
from graphql_erp.expressions.tree import (
    Aggregate,
    Call,
    Case,
    Condition,
    Kind,
    Literal,
    Name,
    Node,
    Path,
)
from graphql_erp.expressions.types import (
    NUMBERS,
    ORDERED,
    common_type,
    described,
    is_null,
    type_of,
)
from graphql_erp.naming import did_you_mean

MAX_ROUND_DIGITS: Final = 20
_MANY: Final = 200
_JOINABLE: Final = frozenset({Kind.TEXT, Kind.INTEGER, Kind.DECIMAL, Kind.DATE})
_MOMENTS: Final = frozenset({Kind.DATE, Kind.DATETIME})


class ArgumentBinder(Protocol):
    """Binds arguments; filled by the binder of whole expressions."""

    @property
    def words(self) -> Vocabulary:
        """Return what the words mean."""

    @property
    def model(self) -> str:
        """Return the model the expression is about."""

    def on(self, model: str) -> ArgumentBinder:
        """Return a binder for another model."""

    def condition(self, raw: RawNode) -> Condition:
        """Return a condition."""

    def value(self, raw: RawNode) -> Node:
        """Return a value."""

    def path(self, names: tuple[str, ...]) -> Path:
        """Return the value of a field."""


def bind_call(binder: ArgumentBinder, raw: RawCall) -> Node:
    """Return a function's call.

    Raises:
        ExpressionError: The arguments do not suit the function.
    """
    name = raw.function
    if name in AGGREGATES:
        return _aggregate(binder, raw)
    for keyword, _ in raw.keywords:
        raise ExpressionError(f"{name} has no argument {keyword}.")
    if name == "case":
        return _case(binder, raw)
    least, most = _COUNTS.get(name, (1, 1))
    _require_count(raw, least, most)
    arguments = tuple(exact(binder.value(item)) for item in raw.arguments)
    match name:
        case "coalesce":
            return Call(name, unified(binder, arguments))
        case "concat":
            return Call(name, tuple(_of(binder, item, _JOINABLE, name) for item in arguments))
        case "round":
            number = _of(binder, arguments[0], NUMBERS, name)
            digits = require_number((*arguments, Literal(0))[1], MAX_ROUND_DIGITS)
            return Call(name, (number, Literal(digits)))
        case "start_of":
            return _start_of(binder, arguments)
        case _ if name in DURATIONS:
            return Call(name, (_of(binder, arguments[0], frozenset({Kind.INTEGER}), name),))
    return Call(name, (_of(binder, arguments[0], _MOMENTS, name),))


_COUNTS: Final = {
    "coalesce": (2, _MANY),
    "concat": (2, _MANY),
    "round": (1, 2),
    "start_of": (1, 2),
}


def unified(binder: ArgumentBinder, nodes: Sequence[Node]) -> tuple[Node, ...]:
    """Return values of one type: constants take the type of the others.

    Raises:
        ExpressionError: They do not fit together.
    """
    models, model = binder.words.models, binder.model
    variable = [node for node in nodes if not isinstance(node, Literal)]
    if variable:
        expected = replace(common_type(variable, model, models), choices=())
        if expected.kind not in NUMBERS:
            nodes = [
                node
                if is_null(node) or not isinstance(node, Literal)
                else binder.words.fitted(node, expected, model)
                for node in nodes
            ]
    common_type(nodes, model, models)
    return tuple(nodes)


def _case(binder: ArgumentBinder, raw: RawCall) -> Case:
    least = 3
    if len(raw.arguments) < least or len(raw.arguments) % 2 == 0:
        raise ExpressionError(
            "case needs pairs of condition and value, then the other value.",
            hint="Write case(Q(...), value, otherwise).",
        )
    conditions = tuple(binder.condition(item) for item in raw.arguments[:-1:2])
    written = (*raw.arguments[1::2], raw.arguments[-1])
    *values, otherwise = unified(binder, [exact(binder.value(item)) for item in written])
    return Case(tuple(zip(conditions, values, strict=True)), otherwise)


def _start_of(binder: ArgumentBinder, arguments: tuple[Node, ...]) -> Call:
    unit = arguments[0]
    if not isinstance(unit, Literal) or unit.value not in UNITS:
        name = unit.value if isinstance(unit, Literal) else ""
        raise ExpressionError("start_of needs a unit first.", hint=did_you_mean(str(name), UNITS))
    moment = (*arguments, Name("today"))[1]
    if isinstance(moment, Literal):
        moment = binder.words.fitted(
            moment, type_of(Name("today"), binder.model, binder.words.models), binder.model
        )
    return Call("start_of", (unit, _of(binder, moment, _MOMENTS, "start_of")))


def _aggregate(binder: ArgumentBinder, raw: RawCall) -> Node:
    _require_count(raw, 1, 1)
    where: RawNode | None = None
    for keyword, condition in raw.keywords:
        if keyword != "where":
            raise ExpressionError(
                f"{raw.function} has no argument {keyword}.", hint="Write where=Q(...)."
            )
        where = condition
    argument = raw.arguments[0]
    match argument:
        case RawName(names):
            pass
        case F():
            names = argument.names
        case _:
            raise ExpressionError(
                f"{raw.function} needs a path through a to-many relation.",
                hint="Write sum(lines.amount); make a field of what is to be added.",
                offset=argument.offset,
            )
    with located(argument.offset):
        return _over(binder, raw.function, names, where)


def _over(
    binder: ArgumentBinder, function: str, names: tuple[str, ...], where: RawNode | None
) -> Aggregate:
    models = binder.words.models
    walk = walk_path(models, binder.model, names)
    if isinstance(walk.end, FieldInfo) or not walk.end.to_many:
        raise ExpressionError(
            f'"{".".join(names)}" does not lead to many records.',
            hint=f"{function} needs a path through a to-many relation.",
        )
    target = binder.on(walk.end.target)
    if not walk.rest:
        if function != "count":
            raise ExpressionError(
                f"{function} needs a field of {walk.end.target}.",
                hint=f"Write {function}({'.'.join(names)}.field).",
            )
        condition = None if where is None else target.condition(where)
        return Aggregate("count", walk.names, None, condition)
    following = walk_path(models, walk.end.target, walk.rest)
    if not isinstance(following.end, FieldInfo) and following.end.to_many:
        inner = _over(target, function, walk.rest, where)
        return Aggregate(_outer(function), walk.names, inner)
    if function == "count":
        raise ExpressionError(
            "count takes a relation, not a field.",
            hint=f"Write count({'.'.join(walk.names)}, where=Q(field__isnull=False)).",
        )
    allowed = NUMBERS if function in {"sum", "avg"} else ORDERED
    value = _of(target, target.path(walk.rest), allowed, function)
    condition = None if where is None else target.condition(where)
    return Aggregate(function, walk.names, value, condition)


def _outer(function: str) -> str:
    if function == "avg":
        raise ExpressionError(
            "avg goes over one to-many relation only.", hint="Divide a sum by a count."
        )
    return "sum" if function == "count" else function


def _of(binder: ArgumentBinder, node: Node, kinds: frozenset[Kind], function: str) -> Node:
    known = binder.words.type_of(node, binder.model)
    if known.kind in kinds and not known.many:
        return node
    raise ExpressionError(
        f"{function} cannot use {described(known)}.",
        hint=f"It takes {', '.join(sorted(kinds))}.",
    )


def _require_count(raw: RawCall, least: int, most: int) -> None:
    count = len(raw.arguments)
    if least <= count <= most:
        return
    wanted = str(least) if least == most else f"{least} to {most}"
    if most == _MANY:
        wanted = f"at least {least}"
    raise ExpressionError(f"{raw.function} takes {wanted} arguments, not {count}.")
