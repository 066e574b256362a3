"""Answers as pages show them: compared with what the server gives, and laid out for reading."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

OPAQUE = "…"
"""What pages write in the place of a text that means nothing to a reader, such as a cursor."""

_OPAQUE_NAMES = frozenset({"cursor", "startCursor", "endCursor", "nodeId"})
_WIDTH = 92


@dataclass(slots=True)
class Opaque:
    """The opaque texts of the answer before, by the name they were selected under."""

    seen: dict[str, str] = field(default_factory=dict)

    def shown(self, value: Any, name: str = "") -> Any:
        """Return an answer as a page shows it; what it hides is remembered."""
        if isinstance(value, dict):
            return {key: self.shown(item, key) for key, item in value.items()}
        if isinstance(value, list):
            return [self.shown(item, name) for item in value]
        if isinstance(value, str) and name in _OPAQUE_NAMES:
            self.seen[name] = value
            return OPAQUE
        return value

    def filled(self, variables: dict[str, Any]) -> dict[str, Any]:
        """Return variables with the text they mean in the place of each opaque one."""
        names = {"after": "endCursor", "before": "startCursor"}
        return {
            key: self.seen[names.get(key, key)] if value == OPAQUE else value
            for key, value in variables.items()
        }


def laid_out(value: Any, indent: int = 0) -> str:
    """Return JSON in which whatever fits stands on one line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or not value or len(line) + indent <= _WIDTH:
        return line
    inner = " " * (indent + 2)
    if isinstance(value, dict):
        parts = [f"{json.dumps(key)}: {laid_out(item, indent + 2)}" for key, item in value.items()]
        opening, closing = "{", "}"
    else:
        parts = [laid_out(item, indent + 2) for item in value]
        opening, closing = "[", "]"
    body = ",\n".join(f"{inner}{part}" for part in parts)
    return f"{opening}\n{body}\n{' ' * indent}{closing}"
