"""Steps -> a name for the revision that takes them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import IntEnum

from graphql_erp.tables.steps import (
    AddColumn,
    AddConstraint,
    AddIndex,
    AddTable,
    AddTrigger,
    AlterColumn,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTable,
    DropTrigger,
    RenameConstraint,
    RenameIndex,
    RenameTable,
    Step,
)

_LONGEST = 60


class _Weight(IntEnum):
    """What a reader wants to know first."""

    TABLE = 0
    COLUMN = 1
    PART = 2
    OTHER = 3


def file_name(words: str) -> str:
    """Return words as they stand in the name of a file."""
    return re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_")[:_LONGEST].rstrip("_")


def revision_name(steps: Sequence[Step], *, is_first: bool) -> str:
    """Return a name that says the weightiest of what a revision does.

    What is dropped and made anew is changed.
    """
    if is_first:
        return "initial"
    described = [_described(step) for step in steps]
    weight = min(item[0] for item in described)
    verbs: dict[str, set[str]] = {}
    for item_weight, verb, subject in described:
        if item_weight == weight:
            verbs.setdefault(subject, set()).add(verb)
    subject, found = next(iter(verbs.items()))
    verb = found.pop() if len(found) == 1 else "change"
    rest = " and more" if len(verbs) > 1 else ""
    return file_name(f"{verb} {subject}"[: _LONGEST - len(rest)] + rest)


def _described(step: Step) -> tuple[_Weight, str, str]:
    match step:
        case AddTable(table):
            return _Weight.TABLE, "add", table
        case DropTable(state):
            return _Weight.TABLE, "drop", state.name
        case RenameTable(_, new):
            return _Weight.TABLE, "rename", new
        case AddColumn(table, column) | AlterColumn(table, _, column):
            verb = "add" if isinstance(step, AddColumn) else "change"
            return _Weight.COLUMN, verb, f"{table} {column.name}"
        case DropColumn(table, name):
            return _Weight.COLUMN, "drop", f"{table} {name}"
    return _described_part(step)


def _described_part(step: Step) -> tuple[_Weight, str, str]:
    match step:
        case AddConstraint() | AddIndex():
            return _Weight.PART, "add", step.state.name
        case DropConstraint(_, part):
            return _Weight.PART, "drop", part.name
        case AddTrigger(table) | DropTrigger(table):
            verb = "add" if isinstance(step, AddTrigger) else "drop"
            return _Weight.PART, verb, f"triggers of {table}"
        case DropIndex(_, name):
            return _Weight.PART, "drop", name
        case RenameConstraint(_, _, new) | RenameIndex(_, new):
            return _Weight.PART, "rename", new
    verb, _, subject = step.line().partition(" ")
    return _Weight.OTHER, verb, subject
