"""What the endpoint hands to the engine and what it gets back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Call:
    """One GraphQL request, already well-formed."""

    document: str
    variables: Mapping[str, Any] | None = None
    operation_name: str | None = None
    read_only: bool = False
    """True on GET: an operation that is not a query is refused with MethodNotAllowed."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The response body, written by PostgreSQL for the most part."""

    body: bytes
    has_data: bool
    """False when the request failed before execution, so that no `data` member exists."""
    status: int = 200
    """HTTP status under `application/graphql-response+json`; under `application/json` every
    well-formed request is answered with 200."""
