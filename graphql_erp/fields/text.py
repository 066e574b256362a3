"""Char, Text, Email, Url."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from graphql_erp.expressions.tree import Kind
from graphql_erp.fields.base import EQUALITY, ORDERING, TEXTUAL, FieldType, InvalidValue
from graphql_erp.fields.numbering import Numbering
from graphql_erp.fields.parse import parse_text
from graphql_erp.fields.varies_by import VariesBy

MAX_LENGTH = 10_000_000
"""Longest limit a text can have; PostgreSQL's own is a little higher."""


@dataclass(frozen=True, kw_only=True)
class Text(FieldType):
    """Text of any length.

    Example:
        notes: Text
    """

    name = "Text"
    kind = Kind.TEXT
    graphql_type = "String"
    lookups = EQUALITY | ORDERING | TEXTUAL

    translate: bool = False
    """Whether the text has a value per language."""

    @property
    def varies_by(self) -> VariesBy | None:
        """What the value depends on besides the record, None when on nothing."""
        return VariesBy.LANGUAGE if self.translate else super().varies_by

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return TEXT."""
        return sa.Text()

    def clean(self, value: Any) -> str:
        """Return the text in Unicode's composed form (NFC)."""
        return parse_text(value)


@dataclass(frozen=True, kw_only=True)
class Line(Text):
    """Base of texts of one line."""

    max_length: int | None = None
    """Most characters a value may have; default: no limit."""

    def faults(self) -> tuple[str, ...]:
        """Return a sentence when the length makes no sense."""
        if self.max_length is not None and not 1 <= self.max_length <= MAX_LENGTH:
            return (f"`max_length` must be between 1 and {MAX_LENGTH}.",)
        return ()

    def column_type(self) -> sa.types.TypeEngine[Any]:
        """Return VARCHAR, with a length when there is a limit."""
        return sa.Text() if self.max_length is None else sa.String(self.max_length)

    def clean(self, value: Any) -> str:
        """Return the text in Unicode's composed form (NFC), at most `max_length` long."""
        text = parse_text(value)
        if self.max_length is not None and len(text) > self.max_length:
            raise InvalidValue(f"must not be longer than {self.max_length} characters.")
        return text


@dataclass(frozen=True, kw_only=True)
class Char(Line):
    """Text of one line.

    Example:
        name: {type: Char, required: true, max_length: 120}
    """

    name = "Char"

    sequence: Numbering | None = None
    """Numbers records; clients then only read the field. See the keys below."""

    def __post_init__(self) -> None:
        if self.sequence is not None:
            object.__setattr__(self, "readonly", True)


@dataclass(frozen=True, kw_only=True)
class Email(Line):
    """An e-mail address.

    Example:
        email: Email
    """

    name = "Email"

    max_length: int | None = 254
    """Most characters a value may have; 254 is the longest address there can be."""

    def clean(self, value: Any) -> str:
        """Return the address, its domain in lower case."""
        text = super().clean(value)
        try:
            # Whether mail arrives there is not known before one is sent, and demo data and
            # intranets use names that do not exist outside.
            checked = validate_email(text, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError:
            raise InvalidValue("must be an e-mail address such as ada@example.com.") from None
        return super().clean(checked.normalized)


@dataclass(frozen=True, kw_only=True)
class Url(Line):
    """An address on the web; `http` and `https` only, so that a link is safe to show.

    Example:
        website: Url
    """

    name = "Url"

    max_length: int | None = 2000
    """Most characters a value may have."""

    def clean(self, value: Any) -> str:
        """Return the address as written."""
        text = super().clean(value)
        if not _is_web_address(text):
            raise InvalidValue("must be a web address such as https://example.com/page.")
        return text


def _is_web_address(text: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
