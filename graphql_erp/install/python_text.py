"""Python source for people: calls laid out as the formatter of this project lays them out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

WIDTH = 100
"""Columns a line may have."""

_INDENT = 4
_PIECES = re.compile(r" *[^ \n]*\n| *[^ \n]+| +$")


@dataclass(frozen=True, slots=True)
class Word:
    """Source that stays on one line: a name, a number, a constant."""

    source: str


@dataclass(frozen=True, slots=True)
class Text:
    """A string, cut between words where it is too long for a line."""

    value: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword argument."""

    name: str
    value: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A call, or a list when it has no function."""

    function: str
    arguments: tuple[Node, ...]

    @property
    def brackets(self) -> tuple[str, str]:
        """What encloses the arguments."""
        return ("(", ")") if self.function else ("[", "]")


Node = Word | Text | Keyword | Call


def call(function: str, *arguments: Node, **keywords: Node) -> Call:
    """Return a call."""
    named = (Keyword(name, value) for name, value in keywords.items())
    return Call(function, (*arguments, *named))


def statement(node: Node, indent: int = _INDENT) -> list[str]:
    """Return the lines of a statement."""
    return list(_lines(node, indent, "", ""))


def quoted(text: str) -> str:
    """Return a string literal, in double quotes unless that takes more backslashes."""
    shown = "".join(
        item if item.isprintable() and item != "\\" else item.encode("unicode_escape").decode()
        for item in text
    )
    if shown.count('"') > shown.count("'"):
        return "'" + shown.replace("'", "\\'") + "'"
    return '"' + shown.replace('"', '\\"') + '"'


def _inline(node: Node) -> str:
    match node:
        case Word(source):
            return source
        case Text(value):
            return quoted(value)
        case Keyword(name, value):
            return f"{name}={_inline(value)}"
        case Call(function, arguments):
            opening, closing = node.brackets
            return f"{function}{opening}{', '.join(map(_inline, arguments))}{closing}"


def _lines(node: Node, indent: int, before: str, after: str) -> Iterator[str]:
    whole = " " * indent + before + _inline(node) + after
    if len(whole) <= WIDTH:
        yield whole
        return
    match node:
        case Word():
            yield whole
        case Text(value):
            yield from _long_text(value, indent, before, after)
        case Keyword(name, value):
            yield from _lines(value, indent, f"{before}{name}=", after)
        case Call(function, arguments):
            opening, closing = node.brackets
            yield " " * indent + before + function + opening
            for argument in arguments:
                yield from _lines(argument, indent + _INDENT, "", ",")
            yield " " * indent + closing + after


def _long_text(value: str, indent: int, before: str, after: str) -> Iterator[str]:
    if not before:
        parts = _parts(value, WIDTH - indent - len(after))
        for number, part in enumerate(parts, start=1):
            yield " " * indent + part + (after if number == len(parts) else "")
        return
    yield " " * indent + before + "("
    for part in _parts(value, WIDTH - indent - _INDENT):
        yield " " * (indent + _INDENT) + part
    yield " " * indent + ")" + after


def _parts(value: str, width: int) -> list[str]:
    """Return literals that together are the text, each as long as fits."""
    parts: list[str] = []
    current = ""
    for piece in _PIECES.findall(value):
        if current and (current.endswith("\n") or len(quoted(current + piece)) > width):
            parts.append(quoted(current))
            current = ""
        current += piece
    return [*parts, quoted(current)]
