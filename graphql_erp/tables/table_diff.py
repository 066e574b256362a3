"""One table against itself: what changed in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from graphql_erp.tables.catalogue import (
    ColumnState,
    ConstraintState,
    IndexState,
    TableState,
)
from graphql_erp.tables.steps import (
    AddColumn,
    AddConstraint,
    AddIndex,
    AddTrigger,
    AlterColumn,
    DropColumn,
    DropConstraint,
    DropIndex,
    DropTrigger,
    RenameConstraint,
    RenameIndex,
    SetComment,
    Step,
)

Part = TypeVar("Part", ConstraintState, IndexState)


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDiff:
    """The steps of one table, by the phase they belong to."""

    renames: tuple[Step, ...]
    drops: tuple[Step, ...]
    """Constraints, indexes and triggers."""
    column_drops: tuple[Step, ...]
    columns: tuple[Step, ...]
    """Columns added and changed, and the table's comment."""
    additions: tuple[Step, ...]
    """Constraints, indexes and triggers."""


def table_diff(before: TableState, after: TableState) -> TableDiff:
    """Return the steps between two states of a table that keeps its name."""
    anew = _recreated(before.columns, after.columns)
    constraints = _renamed(before.constraints, after.constraints, anew)
    indexes = _renamed(before.indexes, after.indexes, anew)
    name = after.name
    gone_constraints = _gone(before.constraints, after.constraints, anew, constraints)
    new_constraints = _gone(after.constraints, before.constraints, anew, _turned(constraints))
    gone_indexes = _gone(before.indexes, after.indexes, anew, indexes)
    new_indexes = _gone(after.indexes, before.indexes, anew, _turned(indexes))
    triggers = {item for item, text in after.triggers.items() if before.triggers.get(item) != text}
    lost = {item for item, text in before.triggers.items() if after.triggers.get(item) != text}
    return TableDiff(
        renames=(
            *(RenameConstraint(name, old, new) for old, new in constraints.items()),
            *(RenameIndex(old, new) for old, new in indexes.items()),
        ),
        drops=(
            *(DropTrigger(name, item) for item in sorted(lost)),
            *(DropConstraint(name, item) for item in gone_constraints),
            *(DropIndex(name, item.name) for item in gone_indexes),
        ),
        column_drops=tuple(_column_drops(before, after, anew)),
        columns=tuple(_columns(before, after, anew)),
        additions=(
            *(AddConstraint(name, item) for item in new_constraints),
            *(AddIndex(name, item) for item in new_indexes),
            *(AddTrigger(name, item, after.triggers[item]) for item in sorted(triggers)),
        ),
    )


def _recreated(
    before: Mapping[str, ColumnState], after: Mapping[str, ColumnState]
) -> frozenset[str]:
    """Return the columns that are dropped and made anew.

    PostgreSQL 16 cannot change the expression of a generated column, and no version changes the
    type of a column that a generated one reads.
    """
    changed = {
        name
        for name, column in before.items()
        if name in after and (column.type != after[name].type)
    }
    return frozenset(
        name
        for name, column in before.items()
        if name in after
        and after[name].generated
        and (
            column.generated != after[name].generated
            or name in changed
            or not changed.isdisjoint(column.reads)
        )
    )


def _renamed(
    before: Mapping[str, Part], after: Mapping[str, Part], anew: frozenset[str]
) -> Mapping[str, str]:
    """Return the new names of parts that say the same; those that are made anew are no such."""
    gone = [item for name, item in before.items() if name not in after]
    new = [item for name, item in after.items() if name not in before]
    found: dict[str, str] = {}
    for item in gone:
        same = [
            other.name
            for other in new
            if other.definition == item.definition and other.name not in found.values()
        ]
        if same and anew.isdisjoint(item.columns):
            found[item.name] = same[0]
    return found


def _turned(renames: Mapping[str, str]) -> Mapping[str, str]:
    return {new: old for old, new in renames.items()}


def _gone(
    parts: Mapping[str, Part],
    others: Mapping[str, Part],
    anew: frozenset[str],
    renames: Mapping[str, str],
) -> Iterator[Part]:
    """Give the parts that are not in the other state, or are made anew with their columns."""
    for name, item in parts.items():
        if name in renames:
            continue
        other = others.get(name)
        is_same = other is not None and other.definition == item.definition
        if not is_same or not anew.isdisjoint(item.columns):
            yield item


def _column_drops(before: TableState, after: TableState, anew: frozenset[str]) -> Iterator[Step]:
    generated_first = sorted(before.columns.values(), key=lambda item: not item.generated)
    for column in generated_first:
        if column.name in anew or column.name not in after.columns:
            yield DropColumn(after.name, column.name, is_computed=bool(column.generated))


def _columns(before: TableState, after: TableState, anew: frozenset[str]) -> Iterator[Step]:
    if before.comment != after.comment:
        yield SetComment(after.name, after.comment)
    generated_last = sorted(after.columns.values(), key=lambda item: bool(item.generated))
    for column in generated_last:
        old = before.columns.get(column.name)
        if old is None or column.name in anew:
            yield AddColumn(after.name, column)
        elif old != column:
            yield AlterColumn(after.name, old, column)
