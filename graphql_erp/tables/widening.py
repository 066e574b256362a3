"""Which changes of a column's type every value survives."""

from __future__ import annotations

import re

_LENGTH = re.compile(r"character varying\((\d+)\)")
_DIGITS = re.compile(r"numeric\((\d+),(\d+)\)")
_WIDER = {
    "smallint": {"integer", "bigint", "numeric", "text"},
    "integer": {"bigint", "numeric", "text"},
    "bigint": {"numeric", "text"},
    "date": {"text"},
    "numeric": {"text"},
}
_FREE = {"text", "character varying"}


def is_widening(before: str, after: str) -> bool:
    """Tell whether every value of a type is one of another; types as PostgreSQL writes them."""
    if before == after:
        return True
    old, new = _LENGTH.fullmatch(before), _LENGTH.fullmatch(after)
    if old or before in _FREE:
        return after in _FREE or bool(old and new and int(new[1]) >= int(old[1]))
    return _is_wider_number(before, after)


def _is_wider_number(before: str, after: str) -> bool:
    old, new = _DIGITS.fullmatch(before), _DIGITS.fullmatch(after)
    if not old:
        return after in _WIDER.get(before, set())
    if not new:
        return after in {"numeric", "text"}
    (precision, scale), (wider, more) = map(int, old.groups()), map(int, new.groups())
    return more >= scale and wider - more >= precision - scale


def is_assignable(before: str, after: str) -> bool:
    """Tell whether PostgreSQL converts by itself, refusing values that do not fit."""
    texts = [bool(_LENGTH.fullmatch(item)) or item in _FREE for item in (before, after)]
    numbers = [
        bool(_DIGITS.fullmatch(item)) or item in {*_WIDER, "double precision"} - {"date"}
        for item in (before, after)
    ]
    return after in {before, "text"} or all(texts) or all(numbers)
