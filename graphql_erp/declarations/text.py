"""Texts of declarations that know where each of their characters stands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Self

from graphql_erp.declarations.source import BUILT_IN, Located, Source

_PIECES = {
    '"': re.compile(r"\\(?:\r?\n|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)|.", re.DOTALL),
    "'": re.compile(r"''|.", re.DOTALL),
}
"""What stands for one character, by the quote around the text."""
_PIECE = re.compile(r".", re.DOTALL)
_SPACE_ESCAPES = frozenset("\r\n ntrvf_NLP")


class Text(str):
    """A text written in YAML, such as an expression."""

    __slots__ = ("raw", "source")

    source: Source
    """Where it begins."""
    raw: str
    """The characters of the file that make it, "" when it is in none."""

    def __new__(cls, value: str = "", source: Source = BUILT_IN, raw: str = "") -> Self:
        """Return a text of a file, or one of the engine's own."""
        text = super().__new__(cls, value)
        text.source = source
        text.raw = raw
        return text

    @classmethod
    def of(cls, item: Located) -> Self:
        """Return the text of a value of a file."""
        return cls(str(item.value), item.source, item.raw)

    def at(self, offset: int | None) -> Source:
        """Return where a character stands in the file; of None, where the text begins.

        YAML changes nothing but the white space of a text and what is escaped in quotes, so that
        counting the other characters finds the place in every style.
        """
        if offset is None or not self.raw:
            return self.source
        before = sum(not character.isspace() for character in self[:offset])
        index = 0
        for number, (start, end) in enumerate(_visible(self.raw)):
            if number == before:
                return self._place(start)
            index = end
        return self._place(index)

    def _place(self, index: int) -> Source:
        line = self.raw.count("\n", 0, index)
        column = index - self.raw.rfind("\n", 0, index) if line else self.source.column + index
        return Source(self.source.path, self.source.line + line, column)


def _visible(raw: str) -> Iterator[tuple[int, int]]:
    """Give beginning and end of each character that is no white space."""
    pieces = _PIECES.get(raw[0], _PIECE)
    begin, end = 0, len(raw)
    if raw[0] in _PIECES:
        begin, end = 1, len(raw) - 1
    elif raw[0] in "|>":
        begin = raw.find("\n") + 1
    for piece in pieces.finditer(raw, begin, end):
        if not _is_space(piece.group()):
            yield piece.span()


def _is_space(piece: str) -> bool:
    if piece.startswith("\\") and len(piece) > 1:
        code = piece[2:] if piece[1] in "xuU" else ""
        return chr(int(code, 16)).isspace() if code else piece[1] in _SPACE_ESCAPES
    return piece.isspace()
