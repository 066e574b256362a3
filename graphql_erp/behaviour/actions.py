"""What a method can tell the client to do next: close, reload, open, download, notify."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType

RecordId = NewType("RecordId", int)
"""Id of a record, a string to clients."""


class NoticeLevel(StrEnum):
    """How a notification looks."""

    INFO = "info"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Close:
    """Close the dialogue or form from which the method was called."""

    close: bool = True
    """Always true; it is there because a type needs a field."""


@dataclass(frozen=True, slots=True)
class Reload:
    """Read what is shown again."""

    reload: bool = True
    """Always true; it is there because a type needs a field."""


@dataclass(frozen=True, slots=True)
class OpenAction:
    """Open an action of the menus, on certain records where ids are given."""

    name: str
    """Identifier of the action, such as `crm_leads`."""
    ids: list[RecordId] = field(default_factory=list)
    """Ids of the records it is about; empty for those the action shows by itself."""


@dataclass(frozen=True, slots=True)
class OpenUrl:
    """Open an address in the browser."""

    url: str
    """The address."""
    new_tab: bool = True
    """Whether it opens beside what is shown."""


@dataclass(frozen=True, slots=True)
class Download:
    """Save a file."""

    name: str
    """Name under which it is saved."""
    content_type: str
    """Its media type, such as `text/csv`."""
    data: bytes
    """Its content."""


@dataclass(frozen=True, slots=True)
class Notification:
    """Show a message."""

    message: str
    """The message."""
    level: NoticeLevel = NoticeLevel.INFO
    """How it looks."""


ActionResult = Close | Reload | OpenAction | OpenUrl | Download | Notification
"""Any of them, as the annotation of a method that may give several."""

ACTIONS = (Close, Reload, OpenAction, OpenUrl, Download, Notification)
"""All of them, in the order of the union."""
