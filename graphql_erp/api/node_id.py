"""Global ids: base64 of `Model:id`, unique across models."""

from __future__ import annotations

import base64
import binascii
from typing import Any

_MAX_CHARACTERS = 200
_MAX_DIGITS = 18
NOBODY = ("", 0)


def read_node_id(text: Any) -> tuple[str, int]:
    """Return the model and the id in a global id; ("", 0) when it is none."""
    if not isinstance(text, str) or len(text) > _MAX_CHARACTERS:
        return NOBODY
    try:
        model, _, record_id = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return NOBODY
    if record_id.isascii() and record_id.isdigit() and len(record_id) <= _MAX_DIGITS:
        return (model, int(record_id))
    return NOBODY


def node_input(variable: str) -> str:
    """Return the name under which the id in a global id is given to a statement."""
    return f"@node {variable}"
