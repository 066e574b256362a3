"""What the endpoint hands to the engine and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Told:
    """What the log tells of a call; filled in as far as the call gets."""

    operation: str = ""
    """Name of the operation."""
    document: str = ""
    """SHA-256 of the document's text."""
    user: int | None = None
    """Id of the user."""
    cost: int | None = None
    """Cost units; None when it was refused before it was planned."""
    code: str = ""
    """Of the first error of the whole request."""


@dataclass(frozen=True, slots=True)
class Call:
    """One GraphQL request, already well-formed."""

    document: str
    """Text of the document; empty when it is named by its id alone."""
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    read_only: bool = False
    """True on GET: an operation that is not a query is refused with MethodNotAllowed."""
    document_id: str | None = None
    """Id of a registered document that is meant."""
    size: int = field(default=0, compare=False)
    """Bytes of the request."""
    is_ours: bool = False
    """Whether the server asks itself, so that the document need not be a registered one."""
    told: Told = field(default_factory=Told, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The response body, written by PostgreSQL for the most part."""

    body: bytes
    has_data: bool
    """False when the request failed before execution, so that no `data` member exists."""
    status: int = 200
    """HTTP status under `application/graphql-response+json`; under `application/json` every
    well-formed request is answered with 200."""
    code: str = ""
    """Of the first error when the whole request failed."""
    retry_after: int | None = None
    """Seconds after which a request that came too often may be sent again."""
