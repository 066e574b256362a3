"""First look at the text of an expression: what is refused before Python's parser sees it."""

from __future__ import annotations

import re
from typing import Final

from graphql_erp.expressions.error import ExpressionError

MAX_CHARACTERS: Final = 10_000
MAX_DIGITS: Final = 100
MAX_NESTING: Final = 50

_TOKEN: Final = re.compile(
    r"""(?P<string>(?P<prefix>[A-Za-z]*)(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"))"""
    r"""|(?P<word>[^\W\d]\w*)"""
    r"""|(?P<number>\.?\d(?:[.\w]|(?<=[eE])[+-](?=\d))*)"""
    r"""|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<comment>\#)|(?P<line>[\r\n\f])""",
    re.DOTALL,
)
_NUMBER: Final = re.compile(r"(?:\d[\d_]*)(?:\.\d+)?", re.ASCII)
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<known>[\\'\"nrt]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})|(?P<other>.))",
    re.DOTALL,
)


def scanned(text: str) -> str:
    """Return the text on one line, ready for Python's parser, character for character.

    Raises:
        ExpressionError: It is too long or too deep, or has characters, numbers, escapes or
            comments that expressions do not have.
    """
    if len(text) > MAX_CHARACTERS:
        raise ExpressionError(
            f"The expression is longer than {MAX_CHARACTERS} characters.",
            hint="Make it shorter, or compute a part of it in a field of its own.",
            offset=MAX_CHARACTERS,
        )
    _require_characters(text)
    depth = 0
    for token in _TOKEN.finditer(text):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        _require_token(token, depth)
    return re.sub(r"[\r\n\f]", " ", text)


def _require_characters(text: str) -> None:
    for offset, character in enumerate(text):
        if character == "\0" or "\ud800" <= character <= "\udfff":
            raise ExpressionError(
                f"The character U+{ord(character):04X} cannot be part of an expression.",
                hint="Remove it.",
                offset=offset,
            )


def _require_token(token: re.Match[str], depth: int) -> None:
    match token.lastgroup:
        case "open" if depth > MAX_NESTING:
            raise ExpressionError(
                f"The expression is nested deeper than {MAX_NESTING} levels.",
                hint="Compute a part of it in a field of its own.",
                offset=token.start(),
            )
        case "comment":
            raise ExpressionError(
                "Expressions have no comments.",
                hint="Remove the # and what follows, or put it into quotes.",
                offset=token.start(),
            )
        case "number":
            _require_number(token)
        case "string":
            _require_string(token)
        case _:
            pass


def _require_number(token: re.Match[str]) -> None:
    digits = token.group()
    if _NUMBER.fullmatch(digits) is None or digits.endswith("_") or "__" in digits:
        raise ExpressionError(
            f'"{digits[:MAX_DIGITS]}" is not a number.',
            hint="Write digits with at most one point, such as 12 or 0.5.",
            offset=token.start(),
        )
    if len(digits) > MAX_DIGITS:
        raise ExpressionError(
            f"The number is longer than {MAX_DIGITS} digits.", offset=token.start()
        )
    if re.match(r"0_*\d", digits):
        raise ExpressionError(
            f'"{digits}" begins with a zero.',
            hint="Write the number without it, or text in quotes.",
            offset=token.start(),
        )


def _require_string(token: re.Match[str]) -> None:
    prefix = token.group("prefix")
    if prefix not in {"", "r", "R"}:
        raise ExpressionError(
            f"Text cannot have the prefix {prefix}.",
            hint="Write it in quotes only.",
            offset=token.start(),
        )
    if re.search(r"[\r\n\f]", token.group()):
        raise ExpressionError(
            "Text in quotes cannot go over several lines.",
            hint=r"Write \n for a line break.",
            offset=token.start(),
        )
    if prefix:
        return
    for escape in _ESCAPE.finditer(token.group()):
        if escape.group("other") is not None:
            raise ExpressionError(
                f"Unknown escape {escape.group()} in text.",
                hint=r'Write the backslash twice, or the text as r"...".',
                offset=token.start() + escape.start(),
            )
