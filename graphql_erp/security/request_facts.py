"""RequestFacts: where a request came from, as audit entries and the log tell it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What is known of a request beside its actor; None where there is none, as in a job."""

    id: str | None = None
    """The name under which the log speaks of it."""
    ip: str | None = None
    """Address of the peer."""
    agent: str | None = None
    """User agent: what the client says it is."""
    tenant: str = ""
    """Name of the tenant whose host was asked; "" where there was none."""


NO_REQUEST = RequestFacts()
"""Work that nobody asked for over the network."""
