"""Permission: what an actor may read, as a value that plans can be restricted by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphql_erp.expressions.tree import Condition


@dataclass(frozen=True, slots=True)
class Permission:
    """Conditions per model; a model without one is readable in whole.

    Attributes:
        fingerprint: Equal for two actors exactly when their plans are equal; part of plan keys.
        readable: Condition that records of a model must meet to be read.
    """

    fingerprint: str
    readable: Mapping[str, Condition] = field(default_factory=dict)


UNRESTRICTED = Permission("unrestricted")
"""Everything: until access and rules are enforced, and for elevated code afterwards."""
