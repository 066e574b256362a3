"""JSON text of a client -> values, with a clear refusal of everything that is not plain JSON."""

import json
import re
from typing import Any

import orjson

from graphql_erp.errors import BadRequest

MAX_DEPTH = 64
"""Nesting of objects and lists; no filter or nested write comes near it."""

_BEYOND_64_BITS = 2.0**63
_SMALLEST, _LARGEST = -(2**63), 2**64 - 1
_INTEGER_DIGITS = 20
_KEY_END = re.compile(rb'"[ \t\r\n]*:')


def read_json(text: bytes, *, part: str) -> Any:
    """Return the value of a JSON text.

    Args:
        text: The bytes as the client sent them.
        part: How messages call the text: `request body`.

    Raises:
        BadRequest: It is not JSON in UTF-8, an object has one member twice, an integer does not
            fit into 64 bits, or it is nested too deep.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise _refusal(error, text, part) from None
    if type(value) not in {dict, list}:
        _check_numbers(value, text, part)
        return value
    members, has_wide_number = _measure(value, part)
    # A key ends in a quote and a colon, so more of these than members means a member twice, or a
    # text that contains them; only then is the slow reader worth its time.
    if has_wide_number or members != len(_KEY_END.findall(text)):
        _read_strictly(text, part)
    return value


def _measure(value: object, part: str) -> tuple[int, bool]:
    members, depth, has_wide_number = 0, 0, False
    level = [value]
    while level:
        depth += 1
        if depth > MAX_DEPTH:
            raise _too_deep(part)
        deeper: list[object] = []
        for node in level:
            children: Any = node
            if type(node) is dict:
                members += len(node)
                children = node.values()
            for child in children:
                kind = type(child)
                if kind is dict or kind is list:
                    deeper.append(child)
                elif kind is float and abs(child) >= _BEYOND_64_BITS:
                    has_wide_number = True
        level = deeper
    return members, has_wide_number


def _check_numbers(value: object, text: bytes, part: str) -> None:
    if type(value) is float and abs(value) >= _BEYOND_64_BITS:
        _read_strictly(text, part)


def _read_strictly(text: bytes, part: str) -> None:
    def unique(pairs: list[tuple[str, object]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                raise BadRequest(f"The {part} has the member {json.dumps(name)} more than once.")
            seen.add(name)

    def fits(digits: str) -> int:
        if len(digits) > _INTEGER_DIGITS or not _SMALLEST <= int(digits) <= _LARGEST:
            raise _too_wide(part)
        return 0

    json.loads(text, object_pairs_hook=unique, parse_int=fits)


def _refusal(error: orjson.JSONDecodeError, text: bytes, part: str) -> BadRequest:
    if not text.strip():
        return BadRequest(f"The {part} is empty.", hint="Send a JSON object with `query`.")
    if "depth limit" in error.msg:
        return _too_deep(part)
    if "infinity" in error.msg:
        return _too_wide(part)
    if "UTF-8:" in error.msg:
        return BadRequest(f"The {part} is not encoded in UTF-8.")
    return BadRequest(
        f"The {part} is not JSON (line {error.lineno}, column {error.colno}): {error.msg}."
    )


def _too_deep(part: str) -> BadRequest:
    return BadRequest(f"The {part} is nested deeper than {MAX_DEPTH} levels.")


def _too_wide(part: str) -> BadRequest:
    return BadRequest(
        f"The {part} has a number that does not fit into 64 bits.",
        hint="Send long numbers as strings.",
    )
