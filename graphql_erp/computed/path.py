"""Path: relations one after the other, from the record of a kept field to what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from graphql_erp.registry.model import Relation


@dataclass(frozen=True, slots=True)
class Hop:
    """One relation of a path."""

    model: str
    """Where it starts."""
    name: str
    """Name of the field."""
    relation: Relation


Path = tuple[Hop, ...]
