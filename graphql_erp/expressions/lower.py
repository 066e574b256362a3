"""PostgreSQL's lower() in Python, for the built-in C.UTF-8 collation."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _newer() -> dict[int, int]:
    """Return the mappings of Unicode 16, which Python 3.11 does not know yet."""
    garay = {0x10D50 + index: 0x10D70 + index for index in range(22)}
    others = {0x1C89: 0x1C8A, 0xA7CB: 0x0264, 0xA7CC: 0xA7CD, 0xA7DA: 0xA7DB, 0xA7DC: 0x019B}
    return garay | others


_SPECIAL: Final[Mapping[int, int]] = MappingProxyType({0x0130: 0x0069} | _newer())


def lower(text: str) -> str:
    """Return text in lower case: one character for one, whatever stands beside it.

    Python's own `lower()` makes two characters of U+0130 and looks at neighbours of a sigma.
    """
    if text.isascii():
        return text.lower()
    return "".join(
        chr(_SPECIAL[ord(character)]) if ord(character) in _SPECIAL else character.lower()
        for character in text
    )
