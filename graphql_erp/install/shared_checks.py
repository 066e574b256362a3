"""What no single module can state: options of a selection, and triggers of an audited model.

Which values are allowed, and which the triggers must know, depends on the whole set of modules
where several extend one model, so that both are kept by the installer and not by revisions, where
the module installed last would win.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from graphql_erp import naming
from graphql_erp.install.sql_text import name_sql
from graphql_erp.registry.registry import Registry
from graphql_erp.tables.audit import AUDIT_TRIGGERS, is_named
from graphql_erp.tables.steps import AddConstraint, AddTrigger, DropConstraint, DropTrigger, Step


@dataclass(frozen=True, slots=True)
class Shared:
    """What the installer keeps."""

    checks: frozenset[str] = frozenset()
    """Names of checks."""
    audited: frozenset[str] = frozenset()
    """Tables whose triggers are its business."""

    def holds(self, step: Step) -> bool:
        """Tell whether a step is the installer's."""
        match step:
            case AddConstraint() | DropConstraint():
                return step.state.name in self.checks
            case AddTrigger() | DropTrigger():
                return step.table in self.audited and step.name in AUDIT_TRIGGERS
        return False


def shared_parts(registry: Registry) -> Shared:
    """Return what no single module of a set can state."""
    return Shared(shared_checks(registry), shared_triggers(registry))


def shared_triggers(registry: Registry) -> frozenset[str]:
    """Return the audited tables whose triggers say something of what another module declares."""
    return frozenset(
        model.table
        for module in registry.modules
        for decl in module.models
        for model in registry.models.values()
        if model.is_audited
        and decl.is_extension
        and decl.name in {model.name, *model.mixins}
        and module.identifier != model.module
        and (
            decl.audit
            or any(
                is_named(model.fields[item.name])
                for item in decl.fields
                if item.name in model.fields
            )
        )
    )


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
    shared = shared_parts(registry) if registry else Shared()
    return tuple(step for step in steps if not shared.holds(step))


async def settle_shared(
    connection: asyncpg.Connection, steps: Sequence[Step], registry: Registry
) -> tuple[Step, ...]:
    """Bring shared parts to what the set of modules says and return the other steps."""
    shared = shared_parts(registry)
    for step in steps:
        if not shared.holds(step):
            continue
        match step:
            case DropConstraint(table, state):
                change = f"DROP CONSTRAINT {name_sql(state.name)}"
                statement = f"ALTER TABLE {name_sql(table)} {change}"
            case AddConstraint(table, state):
                change = f"ADD CONSTRAINT {name_sql(state.name)} {state.definition}"
                statement = f"ALTER TABLE {name_sql(table)} {change}"
            case DropTrigger(table, name):
                statement = f"DROP TRIGGER {name} ON {name_sql(table)}"
            case AddTrigger(_, _, definition):
                statement = definition
        await connection.execute(statement)
    return without_shared(steps, registry)
