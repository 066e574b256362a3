"""Why somebody may or may not do something: what `accessExplain` answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class AccessOperation(StrEnum):
    """What is asked about."""

    READ = "read"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedAccess:
    """Access to the model that grants the operation, whoever's it is."""

    name: str
    """How it is spoken of."""
    group: str
    """The group whose members have it."""
    is_given: bool
    """Whether the user is in the group."""
    where: str | None = None
    """The condition it is limited by."""
    holds: bool | None = None
    """Whether the condition holds for the record; null without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedRule:
    """A rule that narrows the model for everybody."""

    name: str
    """Its name."""
    where: str
    """Its condition."""
    holds: bool | None = None
    """Whether it holds for the record; null without one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessExplanation:
    """What decides whether a user may do something; it shows no value of the record."""

    allowed: bool
    """Whether the user may do it; without a record, on some records at least."""
    reason: str
    """What decides, in a sentence."""
    groups: list[str] = field(default_factory=list)
    """Names of the user's groups, those that these imply among them."""
    access: list[ExplainedAccess] = field(default_factory=list)
    """What grants the operation, first that of the user's groups, then what others have."""
    rules: list[ExplainedRule] = field(default_factory=list)
    """What must hold besides."""
