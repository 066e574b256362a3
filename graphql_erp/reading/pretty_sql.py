"""SQL text, laid out for people: a clause a line, a subquery indented."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_JOIN = r"(?:(?:LEFT|RIGHT|FULL)(?:\s+OUTER)?\s+|CROSS\s+|INNER\s+)?JOIN(?:\s+LATERAL)?"
_CLAUSES = (
    r"SELECT(?:\s+DISTINCT)?|WITH(?!\s+(?:ORDINALITY|TIME))|FROM|WHERE|GROUP\s+BY|HAVING"
    r"|ORDER\s+BY|LIMIT|OFFSET|VALUES|SET|RETURNING|INSERT\s+INTO|(?<!DO )(?<!ON )UPDATE"
    r"|DELETE\s+FROM|ON\s+CONFLICT|FOR\s+(?:NO\s+KEY\s+)?UPDATE|UNION(?:\s+ALL)?"
)
_TOKEN = re.compile(
    rf"""
      (?P<space>\s+)
    | (?P<whole>E'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|IS(?:\s+NOT)?\s+DISTINCT\s+FROM
        |BETWEEN\s+(?:SYMMETRIC\s+)?\S+\s+AND\b)
    | (?P<clause>\b(?:{_JOIN}|{_CLAUSES})\b)
    | (?P<word>[A-Za-z_]\w*)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_SUBQUERY = re.compile(r"\s*(?:SELECT|WITH|INSERT|UPDATE|DELETE|VALUES)\b")
_STEP = "  "


def pretty_sql(sql: str) -> str:
    """Return a statement laid out; nothing but white space differs from the text given.

    Words of SQL are known in capitals alone, as the compiler of our statements writes them.
    """
    layout = _Layout()
    for token in _TOKEN.finditer(sql):
        kind, text = token.lastgroup, token.group()
        if kind == "space":
            layout.space()
        elif kind == "clause":
            layout.clause(" ".join(text.split()))
        elif text == "(":
            layout.enter(is_query=_SUBQUERY.match(sql, token.end()) is not None)
        elif text == ")":
            layout.leave()
        elif text == ",":
            layout.comma()
        elif text in {"AND", "CASE", "END"}:
            layout.word(text)
        else:
            layout.add(text if kind != "whole" or text[0] in "E'\"" else " ".join(text.split()))
    return "\n".join(layout.finished()) + "\n"


@dataclass(slots=True)
class _Level:
    """What is between two parentheses, or the whole."""

    is_query: bool
    depth: int
    clause: str = ""
    cases: int = 0


@dataclass(slots=True)
class _Layout:
    """The lines so far and where we are in the statement."""

    lines: list[str] = field(default_factory=lambda: [""])
    levels: list[_Level] = field(default_factory=lambda: [_Level(is_query=True, depth=0)])

    def add(self, text: str) -> None:
        """Go on in the line."""
        self.lines[-1] += text

    def space(self) -> None:
        """Leave a space, unless the line begins here or there is one."""
        if self.lines[-1].strip() and not self.lines[-1].endswith((" ", "(")):
            self.lines[-1] += " "

    def clause(self, text: str) -> None:
        """Begin a clause, on a line of its own when it is one of a query."""
        level = self.levels[-1]
        if level.is_query:
            level.clause = text
            self._line(level.depth)
        self.add(text)

    def word(self, text: str) -> None:
        """Add a word that may begin a line."""
        level = self.levels[-1]
        level.cases += {"CASE": 1, "END": -1}.get(text, 0)
        if text == "AND" and level.is_query and not level.cases:
            self._line(level.depth + 1)
        self.add(text)

    def comma(self) -> None:
        """End an item; each result of a query has a line of its own."""
        level = self.levels[-1]
        self.add(",")
        if level.is_query and level.clause.startswith("SELECT"):
            self._line(level.depth + 1)

    def enter(self, *, is_query: bool) -> None:
        """Open a parenthesis."""
        self.add("(")
        depth = self.levels[-1].depth + (2 if is_query else 0)
        self.levels.append(_Level(is_query=is_query, depth=depth))

    def leave(self) -> None:
        """Close a parenthesis; that of a query on a line of its own."""
        level = self.levels.pop() if len(self.levels) > 1 else self.levels[0]
        if level.is_query:
            self._line(level.depth - 1)
        self.add(")")

    def finished(self) -> list[str]:
        """Return the lines, without white space at their ends."""
        return [line.rstrip() for line in self.lines if line.strip()]

    def _line(self, depth: int) -> None:
        if self.lines[-1].strip():
            self.lines.append(_STEP * depth)
        else:
            self.lines[-1] = _STEP * depth
