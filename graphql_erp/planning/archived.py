"""Which lists show archived records."""

from __future__ import annotations

from enum import StrEnum

from graphql_erp.expressions.tree import Condition, Literal, Lookup, Path
from graphql_erp.registry.model import ModelDef


class Archived(StrEnum):
    """What a list does with archived records; the values are those of the argument `archived`."""

    EXCLUDE = "EXCLUDE"
    """Leave them out."""
    INCLUDE = "INCLUDE"
    """Show them among the others."""
    ONLY = "ONLY"
    """Show nothing else."""


def plan_archived(definition: ModelDef, asked: str | None) -> Condition | None:
    """Return the condition of `archived`; None when all records are shown.

    Args:
        definition: The model; where none of its records can be archived, all are shown.
        asked: The argument, None when it is not given.
    """
    archived = Archived(asked or Archived.EXCLUDE)
    if not definition.archive or archived is Archived.INCLUDE:
        return None
    return Lookup(Path((definition.archive,)), "eq", Literal(archived is Archived.EXCLUDE))
