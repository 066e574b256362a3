"""Plan + permission -> plan: the one place where reading is restricted."""

from __future__ import annotations

from dataclasses import replace

from graphql_erp.planning.plan import Plan
from graphql_erp.security.permission import Permission


def restrict(plan: Plan, permission: Permission) -> Plan:
    """Return the plan with what the permission lets through of each model.

    SQL brings in a table only together with its model's condition, so a condition given here
    holds for pages, relation hops, filters, orderings, counts, aggregates and groups alike.
    """
    return replace(plan, conditions=dict(permission.readable))
