"""A YAML mapping becomes a dataclass, by the dataclass's own attributes and type hints.

Nothing is raised: every mistake is added to a list, so that one run shows all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from graphql_erp.declarations.mistakes import Mistakes
from graphql_erp.declarations.names import refuse_name
from graphql_erp.declarations.reading import UNIONS, Reading
from graphql_erp.declarations.shape import Role, Shape, shape_of
from graphql_erp.declarations.source import Located, Source
from graphql_erp.declarations.text import Text
from graphql_erp.errors import Problem
from graphql_erp.naming import did_you_mean, nearest

T = TypeVar("T")

_SCALARS: Mapping[type, tuple[type, ...]] = {
    str: (str,),
    Text: (str,),
    bool: (bool,),
    int: (int,),
    float: (int, float),
    Decimal: (int, float),
}


def read_options(
    cls: type[T],
    options: Mapping[str, Located],
    source: Source,
    problems: list[Problem],
    *,
    what: str = "",
) -> T | None:
    """Return a dataclass filled from a mapping; None when that gave a problem.

    Args:
        cls: The dataclass; class variables and engine attributes are no keys.
        options: The mapping.
        source: Where the whole mapping belongs to; missing keys are reported there.
        problems: Mistakes are added to it.
        what: What the messages call it, such as `field "name" of CrmLead`.
    """
    mistakes = Mistakes()
    read = read_body(cls, options, source, what or _noun(cls), Reading(mistakes))
    problems.extend(mistakes.problems)
    return None if mistakes.problems else read


def read_body(
    cls: type[T],
    options: Mapping[str, Located],
    source: Source,
    what: str,
    reading: Reading,
    **given: Any,
) -> T | None:
    """Return a dataclass from its YAML keys and the values given beside them.

    A wrong value of an attribute that has a default leaves the default; None is returned when an
    attribute without one is wrong or missing.
    """
    declared: Any = cls
    hints = _hints(declared)
    values: dict[str, Any] = dict(given)
    rest = dict(options)
    missing: list[str] = []
    is_lost = False
    for attribute in _attributes(cls):
        name, shape = attribute.name, shape_of(attribute)
        if name in given:
            continue
        if shape.role is Role.ENGINE:
            values.update(_engine_value(name, source, reading))
        elif name in rest and shape.role in {Role.OPTION, Role.BARE}:
            before = len(reading.problems)
            label = f'"{name}" of {what}'
            value = read_value(hints[name], rest.pop(name), label, reading, shape)
            if len(reading.problems) == before or (value and _holds_declarations(hints[name])):
                values[name] = value
            else:
                is_lost = is_lost or shape.role is Role.BARE or _is_required(attribute)
        elif shape.role is not Role.REST and _is_required(attribute):
            missing.append(name)
    meant = _take_rest(cls, rest, values, what, reading)
    reading.problems.extend(
        source.problem("missing_key", f'{what} needs "{name}".')
        for name in missing
        if name not in meant
    )
    if missing or is_lost:
        return None
    try:
        return cls(**values)
    except ValueError as error:
        reading.problems.append(source.problem("invalid_option", f"{what}: {error}"))
        return None


def read_keyed(cls: type[T], item: Located, what: str, reading: Reading) -> tuple[T, ...]:
    """Return the declarations of a mapping whose keys are their names.

    Args:
        cls: The dataclass; each attribute with the role KEY is one level of the mapping.
        item: The mapping.
        what: What the messages call the mapping.
        reading: What the file is read with.
    """
    keys = [attribute for attribute in _attributes(cls) if shape_of(attribute).role is Role.KEY]
    belonging = f" of {reading.owner}" if reading.owner else ""
    found: list[T] = []
    for names, body in _entries(cls, keys, item, what, reading):
        label = f'{_noun(cls)} "{".".join(names.values())}"{belonging}'
        bodies = _bodies(cls, body, label, reading)
        read = [read_body(cls, item, body.place, label, reading, **names) for item in bodies]
        if not bodies or None in read:
            _lose(cls, body, reading, *names.values())
        found.extend(item for item in read if item is not None)
    return tuple(found)


def read_value(
    hint: Any, item: Located, what: str, reading: Reading, shape: Shape | None = None
) -> Any:
    """Return a value as a type hint wants it; a problem is added when it does not fit."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Any:
        return item.plain()
    if hint is Located:
        return item
    if origin in UNIONS:
        return _read_union(hint, item, what, reading)
    if item.value is None:
        return reading.refuse(hint, item, what)
    if origin is Literal:
        return _read_choice({str(value): value for value in arguments}, item, what, reading)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _read_choice({str(member.value): member for member in hint}, item, what, reading)
    if origin is tuple:
        return _read_tuple(arguments, item, what, reading, shape)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _read_mapping(arguments, item, what, reading)
    if is_dataclass(hint):
        return _read_nested(hint, item, what, reading)
    return _read_scalar(hint, item, what, reading)


# ---- parts of a body --------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _hints(cls: type[Any]) -> Mapping[str, Any]:
    return get_type_hints(cls)


def _attributes(cls: Any) -> tuple[Field[Any], ...]:
    return tuple(item for item in fields(cls) if item.init)


def _noun(cls: type) -> str:
    name = cls.__name__
    return name.removesuffix("Decl").lower() if name.endswith("Decl") else name


def _is_required(attribute: Field[Any]) -> bool:
    return attribute.default is MISSING and attribute.default_factory is MISSING


def _engine_value(name: str, source: Source, reading: Reading) -> Mapping[str, Any]:
    if name in reading.engine:
        return {name: reading.engine[name]}
    return {"source": source} if name == "source" else {}


def _take_rest(
    cls: type, rest: Mapping[str, Located], values: dict[str, Any], what: str, reading: Reading
) -> set[str]:
    """Keep or refuse the keys that are left; return the names they were probably meant to be."""
    taking = [item.name for item in _attributes(cls) if shape_of(item).role is Role.REST]
    if taking:
        values[taking[0]] = rest
        return set()
    known = [
        item.name for item in _attributes(cls) if shape_of(item).role in {Role.OPTION, Role.BARE}
    ]
    for name, item in rest.items():
        message = f'unknown key "{name}" in {what}.'
        problem = item.place.problem("unknown_key", message, did_you_mean(name, known))
        reading.problems.append(problem)
    return {nearest(name, known) for name in rest}


def _entries(
    cls: type, keys: list[Field[Any]], item: Located, what: str, reading: Reading
) -> Iterator[tuple[dict[str, str], Located]]:
    """Give every body with the names of the keys that lead to it."""
    if item.value is None or not isinstance(item.value, dict):
        reading.refuse(dict, item, what)
        _lose(cls, item, reading)
        return
    key, *deeper = keys
    kind = shape_of(key).name
    for name, body in item.value.items():
        noun = _noun(cls) if key.name in {"name", "identifier"} else key.name
        if kind and refuse_name(kind, name, noun, body.place, reading.mistakes):
            reading.mistakes.lose(body)
            continue
        if not deeper:
            yield {key.name: name}, body
            continue
        for names, inner in _entries(cls, deeper, body, f'"{name}" in {what}', reading):
            yield {key.name: name, **names}, inner


def _bodies(cls: type, body: Located, what: str, reading: Reading) -> list[dict[str, Located]]:
    if isinstance(body.value, dict):
        return [body.value]
    bare = next((item for item in _attributes(cls) if shape_of(item).role is Role.BARE), None)
    if bare is None or body.value is None:
        reading.refuse(dict, body, what, _keys_needed(cls, body))
        return []
    items = body.value if isinstance(body.value, list) else []
    if shape_of(bare).several and any(isinstance(item.value, dict) for item in items):
        return [inner for item in items for inner in _bodies(cls, item, what, reading)]
    return [{bare.name: body}]


def _lose(cls: type, item: Located, reading: Reading, *names: str) -> None:
    """Note that declarations are lost; of open ones that are no mapping, nothing is known."""
    reading.mistakes.lose(item, *names)
    is_open = any(shape_of(attribute).role is Role.REST for attribute in _attributes(cls))
    if is_open and not isinstance(item.value, dict | list):
        reading.mistakes.anything = True


def _keys_needed(cls: type, body: Located) -> str:
    """Return the advice to write the keys a declaration cannot do without."""
    needed = [
        item.name
        for item in _attributes(cls)
        if shape_of(item).role is Role.OPTION and _is_required(item)
    ]
    if not needed or isinstance(body.value, list):
        return ""
    return f"Write {' and '.join(f'`{name}:`' for name in needed)} below its name."


# ---- values -----------------------------------------------------------------------------------


def _read_scalar(hint: Any, item: Located, what: str, reading: Reading) -> Any:
    accepted = _SCALARS.get(hint)
    if accepted is None:
        raise TypeError(f"No YAML form for {hint!r} ({what}).")
    value = item.value
    if not isinstance(value, accepted) or (isinstance(value, bool) and hint is not bool):
        return reading.refuse(hint, item, what)
    if hint is Text:
        return Text.of(item)
    return value if hint in {str, bool, int} else hint(str(value))


def _read_choice(choices: Mapping[str, Any], item: Located, what: str, reading: Reading) -> Any:
    value = item.value
    for text, choice in choices.items():
        if value == choice and type(value) is type(choice):
            return choice
        if isinstance(choice, Enum) and str(value) == text:
            return choice
    if not isinstance(value, str | bool | int | float):
        return reading.refuse(str, item, what)
    message = f'{what} cannot be "{value}".'
    hint = did_you_mean(str(value), choices)
    reading.problems.append(item.source.problem("wrong_choice", message, hint))
    return None


def _read_tuple(
    arguments: tuple[Any, ...], item: Located, what: str, reading: Reading, shape: Shape | None
) -> tuple[Any, ...]:
    if _is_keyed(arguments[0]):
        return read_keyed(arguments[0], item, what, reading)
    if shape and shape.word and item.value == shape.word:
        return (Text.of(item),)
    if not isinstance(item.value, list):
        reading.refuse(tuple[str, ...], item, what)
        return ()
    if arguments[-1] is ...:
        return tuple(
            read_value(arguments[0], part, f"item {number} of {what}", reading)
            for number, part in enumerate(item.value, 1)
        )
    if len(arguments) != len(item.value):
        message = f"{what} must have {len(arguments)} items, not {len(item.value)}."
        reading.problems.append(item.source.problem("wrong_type", message))
        return ()
    return tuple(
        read_value(hint, part, f"item {number} of {what}", reading)
        for number, (hint, part) in enumerate(zip(arguments, item.value, strict=True), 1)
    )


def _holds_declarations(hint: Any) -> bool:
    return get_origin(hint) is tuple and _is_keyed(get_args(hint)[0])


def _is_keyed(cls: Any) -> bool:
    return is_dataclass(cls) and any(shape_of(item).role is Role.KEY for item in _attributes(cls))


def _read_mapping(
    arguments: tuple[Any, ...], item: Located, what: str, reading: Reading
) -> Mapping[str, Any]:
    if not isinstance(item.value, dict):
        reading.refuse(dict, item, what)
        return {}
    return {
        name: read_value(arguments[1], part, f'"{name}" in {what}', reading)
        for name, part in item.value.items()
    }


def _read_nested(cls: Any, item: Located, what: str, reading: Reading) -> Any:
    if not isinstance(item.value, dict):
        return reading.refuse(dict, item, what)
    return read_body(cls, item.value, item.source, what, reading)


def _read_union(hint: Any, item: Located, what: str, reading: Reading) -> Any:
    """Take the first member that fits; else report what the one of the right shape says."""
    members = [member for member in get_args(hint) if member is not type(None)]
    if item.value is None and len(members) < len(get_args(hint)):
        return None
    inside: list[Problem] = []
    for member in members:
        attempt = replace(reading, mistakes=Mistakes())
        value = read_value(member, item, what, attempt)
        if not attempt.problems:
            return value
        if not inside and _has_right_kind(attempt.problems[0], item):
            inside = attempt.problems
    if not inside:
        return reading.refuse(hint, item, what)
    reading.problems.extend(inside)
    return None


def _has_right_kind(problem: Problem, item: Located) -> bool:
    is_inside = (problem.line, problem.column) != (item.source.line, item.source.column)
    return is_inside or problem.check not in {"wrong_type", "no_value"}
