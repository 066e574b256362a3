"""SQL text, laid out for people."""

from __future__ import annotations

import sqlparse


def pretty_sql(sql: str) -> str:
    """Return a statement with its clauses on lines of their own, the same for the same text."""
    text: str = sqlparse.format(sql, reindent=True)
    lines = (line.rstrip() for line in text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"
