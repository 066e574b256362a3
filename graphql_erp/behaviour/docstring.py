"""What a method's docstring tells clients: a sentence, and one per argument."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

_ARGUMENT = re.compile(r"(?P<name>\w+)(?:\s*\([^)]*\))?:\s*(?P<text>.*)")


def first_line(method: Callable[..., Any]) -> str:
    """Return the first line of a docstring, "" without one."""
    return _cleaned(method).partition("\n")[0].strip()


def argument_texts(method: Callable[..., Any]) -> Mapping[str, str]:
    """Return what the section `Args:` says of each argument, on one line."""
    found: dict[str, str] = {}
    name = ""
    for indent, line in _section(_cleaned(method).splitlines(), "Args:"):
        opening = _ARGUMENT.fullmatch(line)
        if opening and indent == _FIRST_LEVEL:
            name = opening["name"]
            found[name] = opening["text"]
        elif name:
            found[name] = f"{found[name]} {line}".strip()
    return found


_FIRST_LEVEL = 4


def _cleaned(method: Callable[..., Any]) -> str:
    return inspect.cleandoc(method.__doc__ or "")


def _section(lines: list[str], title: str) -> Iterator[tuple[int, str]]:
    """Give the indentation and the text of each line beneath a title."""
    if title not in lines:
        return
    for line in lines[lines.index(title) + 1 :]:
        text = line.strip()
        if text and not line.startswith(" "):
            return
        if text:
            yield len(line) - len(line.lstrip()), text
