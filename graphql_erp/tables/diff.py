"""Catalogue against catalogue: the steps from one to the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from graphql_erp.tables.catalogue import Catalogue, ConstraintState, TableState
from graphql_erp.tables.renames import rename_tables, renamed_tables
from graphql_erp.tables.steps import (
    AddConstraint,
    AddExtension,
    AddTable,
    AddTrigger,
    DropConstraint,
    DropFunction,
    DropTable,
    RenameTable,
    SetFunction,
    Step,
)
from graphql_erp.tables.table_diff import TableDiff, table_diff


def differences(before: Catalogue, after: Catalogue) -> tuple[Step, ...]:
    """Return the steps that bring a database from one catalogue to another, in their order.

    Nothing is dropped before what needs it, and nothing is made before what it needs.
    """
    renames = renamed_tables(before, after)
    before = rename_tables(before, renames)
    dropped = [state for name, state in before.tables.items() if name not in after.tables]
    added = [state for name, state in after.tables.items() if name not in before.tables]
    changes = [
        table_diff(state, after.tables[name])
        for name, state in before.tables.items()
        if name in after.tables
    ]
    return (
        *(AddExtension(name) for name in sorted(after.extensions - before.extensions)),
        *_set_functions(before.functions, after.functions),
        *(RenameTable(old, new) for old, new in renames.items()),
        *_drops(changes, dropped),
        *(AddTable(state.name) for state in added),
        *_additions(changes, added),
        *(DropFunction(name) for name in before.functions if name not in after.functions),
    )


def _set_functions(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Step]:
    for name, definition in after.items():
        if before.get(name) != definition:
            yield SetFunction(name, definition)


def _drops(changes: list[TableDiff], dropped: list[TableState]) -> Iterator[Step]:
    for change in changes:
        yield from change.renames
    for state in dropped:
        for key in _foreign_keys(state, {item.name for item in dropped}):
            yield DropConstraint(state.name, key)
    foreign_first = sorted(
        (step for change in changes for step in change.drops),
        key=lambda step: not (isinstance(step, DropConstraint) and step.state.kind == "f"),
    )
    yield from foreign_first
    for change in changes:
        yield from change.column_drops
    for state in dropped:
        yield DropTable(state)


def _foreign_keys(state: TableState, targets: set[str]) -> list[ConstraintState]:
    return [
        key
        for key in state.constraints.values()
        if key.kind == "f" and key.target in targets and key.target != state.name
    ]


def _additions(changes: list[TableDiff], added: list[TableState]) -> Iterator[Step]:
    for change in changes:
        yield from change.columns
    keys: list[Step] = []
    for change in changes:
        for step in change.additions:
            is_foreign = isinstance(step, AddConstraint) and step.state.kind == "f"
            if is_foreign:
                keys.append(step)
            else:
                yield step
    for state in added:
        foreign = (key for key in state.constraints.values() if key.kind == "f")
        keys.extend(AddConstraint(state.name, key) for key in foreign)
    yield from keys
    for state in added:
        for name, definition in state.triggers.items():
            yield AddTrigger(state.name, name, definition)
