"""The tree as JSON, so that clients evaluate the conditions of views; and back, checked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from graphql_erp.expressions.bind import Binder
from graphql_erp.expressions.check import Vocabulary, require_shallow
from graphql_erp.expressions.error import ExpressionError
from graphql_erp.expressions.functions import FUNCTIONS, LIST, MIDNIGHT, NAMES
from graphql_erp.expressions.lookup import Lookup as LookupRow
from graphql_erp.expressions.q import joined
from graphql_erp.expressions.raw import (
    F,
    RawArithmetic,
    RawCall,
    RawCompare,
    RawCounted,
    RawList,
    RawLiteral,
    RawLookup,
    RawName,
    RawNegative,
    RawNode,
    RawParameter,
    RawRelated,
)
from graphql_erp.expressions.scope import Models
from graphql_erp.expressions.tree import (
    Aggregate,
    And,
    Arithmetic,
    Call,
    Case,
    Compare,
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
from graphql_erp.naming import camel, uncamel

MAX_DEPTH: Final = 100
_EXACT_IN_JSON: Final = 2**53
_OPERATORS: Final = frozenset("+-*/%")
_COMPARISONS: Final = frozenset({"<", "<=", ">", ">=", "==", "!="})


def to_json(node: Node) -> dict[str, Any]:
    """Return a node as JSON: one object per node, its one key says what it is.

    Fields are camelCase. Exact numbers, dates and long integers are tagged text.
    """
    match node:
        case And(items) | Or(items):
            name = "and" if isinstance(node, And) else "or"
            return {name: [to_json(item) for item in items]}
        case Not(item):
            return {"not": to_json(item)}
        case Lookup(value, lookup, operand):
            return {"lookup": [to_json(value), lookup, to_json(operand)]}
        case Compare(operator, left, right):
            return {"compare": [operator, to_json(left), to_json(right)]}
        case Related(relation, quantifier, where):
            return {"related": [_camels(relation), quantifier, to_json(where)]}
        case Counted(relation, where, lookup, operand):
            return {"counted": [_camels(relation), to_json(where), lookup, to_json(operand)]}
    return _value_to_json(node)


def from_json(models: Models, lookups: Mapping[str, LookupRow], model: str, data: object) -> Node:
    """Return the node of a JSON form, checked against the model as text would be.

    Raises:
        ExpressionError: The form is wrong or does not fit the model.
    """
    raw = _decode(data, 0)
    node = Binder(Vocabulary(models, lookups), model).value(raw)
    require_shallow(node)
    return node


# ---- tree to JSON ---------------------------------------------------------------------------


def _value_to_json(node: Node) -> dict[str, Any]:
    match node:
        case Literal(value):
            return _literal_to_json(value)
        case Parameter(key, known):
            return {"parameter": [key, known.kind.value, known.many]}
        case Name(name):
            return {"name": name}
        case Path(names):
            return {"path": _camels(names)}
        case Arithmetic(operator, left, right):
            return {"arithmetic": [operator, to_json(left), to_json(right)]}
        case Negative(value):
            return {"negative": to_json(value)}
        case Call(function, arguments):
            return {"call": [function, *(to_json(item) for item in arguments)]}
        case Case(branches, otherwise):
            pairs = [[to_json(condition), to_json(value)] for condition, value in branches]
            return {"case": [*pairs, to_json(otherwise)]}
        case Aggregate():
            return _aggregate_to_json(node)
    raise ExpressionError(f"{type(node).__name__} has no JSON form.")


def _aggregate_to_json(node: Aggregate) -> dict[str, Any]:
    """Return `[function, path, where]`; aggregates of aggregates are one longer path."""
    names = node.relation
    inner = node
    while isinstance(inner.value, Aggregate):
        inner = inner.value
        names += inner.relation
    if isinstance(inner.value, Path):
        names += inner.value.names
    where = None if inner.where is None else to_json(inner.where)
    return {"aggregate": [inner.function, _camels(names), where]}


def _literal_to_json(value: Scalar | tuple[Scalar, ...]) -> dict[str, Any]:
    match value:
        case tuple():
            return {"list": [_literal_to_json(item) for item in value]}
        case Decimal():
            return {"decimal": format(value, "f")}
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case time():
            return {"time": value.isoformat()}
        case float():
            return {"float": value}
        case int() if abs(value) > _EXACT_IN_JSON:
            return {"integer": str(value)}
        case None | bool() | int() | str():
            return {"literal": value}
    raise ExpressionError(f"A {type(value).__name__} has no JSON form.")


def _camels(names: tuple[str, ...]) -> list[str]:
    return [camel(name) for name in names]


# ---- JSON to what was written ---------------------------------------------------------------


def _decode(data: object, depth: int) -> RawNode:
    if depth > MAX_DEPTH:
        raise ExpressionError(f"The expression is nested deeper than {MAX_DEPTH} levels.")
    match data:
        case {**entries} if len(entries) == 1:
            ((key, body),) = entries.items()
            if isinstance(key, str):
                return _decode_one(key, body, depth + 1)
    raise _malformed(data)


def _decode_one(key: str, body: object, depth: int) -> RawNode:
    match key, body:
        case (("and" | "or"), [*items]):
            decoded = tuple(_decode(item, depth) for item in items)
            return joined("and" if key == "and" else "or", decoded)
        case "not", _:
            return joined("not", (_decode(body, depth),))
        case "lookup", [value, str(lookup), operand]:
            return RawLookup(_decode(value, depth), lookup, _decode(operand, depth))
        case "compare", [str(operator), left, right] if operator in _COMPARISONS:
            return RawCompare(operator, _decode(left, depth), _decode(right, depth))
        case "related", [relation, ("some" | "every" | "none") as quantifier, where]:
            return RawRelated(_snakes(relation), quantifier, _decode(where, depth))
        case "counted", [relation, where, str(lookup), operand]:
            condition = _decode(where, depth)
            return RawCounted(_snakes(relation), condition, lookup, _decode(operand, depth))
    return _decode_value(key, body, depth)


def _decode_value(key: str, body: object, depth: int) -> RawNode:
    match key, body:
        case "parameter", [str(name), str(kind), bool(many)] if kind in set(Kind):
            return RawParameter(Parameter(name, ValueType(Kind(kind), many=many)))
        case "name", str(name) if name in NAMES:
            return RawName((name,))
        case "path", _:
            return F("__".join(_snakes(body)))
        case "arithmetic", [str(operator), left, right] if operator in _OPERATORS:
            return RawArithmetic(operator, _decode(left, depth), _decode(right, depth))
        case "negative", _:
            return RawNegative(_decode(body, depth))
        case "call", [str(function), *arguments]:
            return _decode_call(function, tuple(_decode(item, depth) for item in arguments))
        case "case", [*branches, otherwise]:
            pairs = [_decode(part, depth) for branch in branches for part in _pair(branch)]
            return RawCall("case", (*pairs, _decode(otherwise, depth)))
        case "aggregate", [str(function), path, where]:
            given = () if where is None else (("where", _decode(where, depth)),)
            return RawCall(function, (F("__".join(_snakes(path))),), given)
    return RawLiteral(_decode_literal(key, body)) if key != "list" else _decode_list(body, depth)


def _decode_call(function: str, arguments: tuple[RawNode, ...]) -> RawNode:
    if function == LIST:
        return RawList(arguments)
    if function == MIDNIGHT and len(arguments) == 1:
        return arguments[0]
    if function in FUNCTIONS:
        return RawCall(function, arguments)
    raise ExpressionError(f'There is no function "{function}".')


def _decode_list(body: object, depth: int) -> RawNode:
    if isinstance(body, list):
        return RawList(tuple(_decode(item, depth) for item in body))
    raise _malformed(body)


def _decode_literal(key: str, body: object) -> Scalar:
    try:
        match key, body:
            case "literal", None | bool() | int() | str():
                return body
            case "integer", str() if len(body) <= MAX_DEPTH:
                return int(body)
            case "decimal", str() if len(body) <= 2 * MAX_DEPTH:
                return Decimal(body)
            case "float", int() | float():
                return float(body)
            case "date", str():
                return date.fromisoformat(body)
            case "datetime", str():
                return datetime.fromisoformat(body)
            case "time", str():
                return time.fromisoformat(body)
    except (ValueError, ArithmeticError):
        pass
    raise _malformed({key: body})


def _pair(branch: object) -> list[object]:
    match branch:
        case [condition, value]:
            return [condition, value]
    raise _malformed(branch)


def _snakes(names: object) -> tuple[str, ...]:
    if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
        return tuple(uncamel(name) for name in names)
    raise _malformed(names)


def _malformed(data: object) -> ExpressionError:
    shortest = 80
    text = repr(data)
    text = text if len(text) <= shortest else text[:shortest] + "…"
    return ExpressionError(
        f"This is not the JSON form of an expression: {text}.",
        hint="Use what the view's JSON gives.",
    )
