"""Upload: a file a client sends as an argument of a method."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a client sends it.

    Example:
        @mutation
        async def attach(self, file: Upload) -> Self: ...
    """

    name: str
    """Name of the file."""
    content_type: str
    """Its media type, such as `text/csv`."""
    data: bytes
    """Its content."""
