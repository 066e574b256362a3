"""Errors as data: the type of each and what its fields show."""

from __future__ import annotations

from typing import Any

from graphql_erp.errors import UserProblem

CONFLICT = "ConflictError"
"""Type of the errors that speak of a record's present state."""
ERROR_TYPES = ("ValidationError", "BusinessError", CONFLICT)
"""Object types behind the interface UserError."""
_BY_CODE = {"BUSINESS_RULE": "BusinessError", "CONFLICT": CONFLICT}


def error_type(problem: UserProblem) -> str:
    """Return the object type of an error."""
    return _BY_CODE.get(problem.code, "ValidationError")


def error_values(problem: UserProblem) -> dict[str, Any]:
    """Return the values of an error by field, those of all types together."""
    return {
        "code": problem.code,
        "message": problem.message,
        "path": list(problem.path) if problem.path else None,
        "index": problem.index,
        "__typename": error_type(problem),
        "reason": problem.message,
        "details": problem.details or None,
        "expectedVersion": problem.details.get("expectedVersion"),
        "currentVersion": problem.details.get("currentVersion"),
    }
