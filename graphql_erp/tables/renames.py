"""Tables that are the same under another name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from graphql_erp.tables.catalogue import Catalogue, ConstraintState, TableState


def renamed_tables(before: Catalogue, after: Catalogue) -> Mapping[str, str]:
    """Return the new name of each table that is gone while one with equal columns appeared.

    Where several would fit, none is taken for the same.
    """
    gone = [state for name, state in before.tables.items() if name not in after.tables]
    new = [state for name, state in after.tables.items() if name not in before.tables]
    found = {}
    for state in gone:
        candidates = [item for item in new if item.columns == state.columns]
        rivals = [item for item in gone if item.columns == state.columns]
        if len(candidates) == len(rivals) == 1:
            found[state.name] = candidates[0].name
    return found


def rename_tables(catalogue: Catalogue, renames: Mapping[str, str]) -> Catalogue:
    """Return the catalogue with tables renamed, as PostgreSQL would show it afterwards."""
    if not renames:
        return catalogue
    tables = (_renamed(state, renames) for state in catalogue.tables.values())
    return replace(catalogue, tables={state.name: state for state in tables})


def _renamed(state: TableState, renames: Mapping[str, str]) -> TableState:
    return replace(
        state,
        name=renames.get(state.name, state.name),
        constraints={name: _led(item, renames) for name, item in state.constraints.items()},
    )


def _led(state: ConstraintState, renames: Mapping[str, str]) -> ConstraintState:
    if state.target not in renames:
        return state
    new = renames[state.target]
    definition = state.definition.replace(f"REFERENCES {state.target}(", f"REFERENCES {new}(")
    return replace(state, target=new, definition=definition)
