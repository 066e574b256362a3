"""Checks that no single module can state: options of a selection that other modules extend.

Which values are allowed depends on the whole set of modules, so that the check is kept by the
installer and not by revisions, where the module installed last would win.
"""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from graphql_erp import naming
from graphql_erp.install.sql_text import name_sql
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.steps import AddConstraint, DropConstraint, Step


def shared_checks(registry: Registry) -> frozenset[str]:
    """Return the names of the checks of selections whose options are extended."""
    extended = {
        (decl.name, field.name)
        for module in registry.modules
        for decl in module.models
        if decl.is_extension
        for field in decl.fields
        if "options" in field.options
    }
    return frozenset(
        naming.constraint_name("ck", registry.model(model).table, column, "options")
        for model, name in extended
        if (column := registry.model(model).field(name).column)
    )


def without_shared(steps: Sequence[Step], registry: Registry | None) -> tuple[Step, ...]:
    """Return the steps that belong into a revision."""
    shared = shared_checks(registry) if registry else frozenset()
    return tuple(step for step in steps if not _is_shared(step, shared))


async def settle_shared(
    connection: asyncpg.Connection, steps: Sequence[Step], registry: Registry
) -> tuple[Step, ...]:
    """Bring shared checks to what the set of modules says and return the other steps."""
    shared = shared_checks(registry)
    for step in steps:
        if not _is_shared(step, shared):
            continue
        match step:
            case DropConstraint(table, state):
                change = f"DROP CONSTRAINT {name_sql(state.name)}"
            case AddConstraint(table, state):
                change = f"ADD CONSTRAINT {name_sql(state.name)} {state.definition}"
        await connection.execute(f"ALTER TABLE {name_sql(table)} {change}")
    return without_shared(steps, registry)


def _is_shared(step: Step, shared: frozenset[str]) -> bool:
    return isinstance(step, AddConstraint | DropConstraint) and step.state.name in shared
