"""Permissions for tests: everything is granted but for some conditions."""

from __future__ import annotations

from collections.abc import Mapping

from graphql_erp.expressions.tree import Condition
from graphql_erp.security.permission import NO_CONDITIONS, Conditions, Operation, Permission


def reading(conditions: Mapping[str, Condition]) -> Permission:
    """Return the permission to do everything with the records that meet conditions by model."""
    limits = dict.fromkeys(Operation, NO_CONDITIONS)
    return Permission(conditions={**limits, Operation.READ: Conditions(conditions)})
