"""What the database refused -> problems with the field they concern."""

from __future__ import annotations

import asyncpg

from graphql_erp import naming
from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.writing.checks import check_problem, unique_problem


def problem_of(
    registry: Registry, model: ModelDef, error: asyncpg.PostgresError
) -> UserProblem | None:
    """Return the problem behind a refusal, None when the user did not cause it.

    The constraint's name says which declaration was broken; names are made by `naming` alone.
    """
    constraint = getattr(error, "constraint_name", None) or ""
    match error:
        case asyncpg.UniqueViolationError():
            for key in model.unique:
                if key.name == constraint:
                    return unique_problem(model, key, None)
        case asyncpg.ForeignKeyViolationError():
            return _foreign_key(registry, model, constraint)
        case asyncpg.CheckViolationError():
            return _check(model, constraint)
        case asyncpg.NotNullViolationError():
            return _required(model, error)
        case asyncpg.StringDataRightTruncationError() | asyncpg.NumericValueOutOfRangeError():
            return UserProblem("INVALID", "A value is too long or too large for its field.")
    return None


def _foreign_key(registry: Registry, model: ModelDef, constraint: str) -> UserProblem | None:
    for field in model.fields.values():
        if field.is_to_one and constraint == naming.constraint_name(
            "fk", model.table, field.column
        ):
            return UserProblem(
                "NOT_FOUND", f"{field.label}: there is no such record.", (field.graphql_name,)
            )
    for other in registry.models.values():
        for field in other.fields.values():
            if field.is_to_one and constraint == naming.constraint_name(
                "fk", other.table, field.column
            ):
                return UserProblem(
                    "RESTRICTED",
                    f"{model.label} is still used as {field.label} of {other.label} records.",
                    details={"model": other.name, "field": field.graphql_name},
                )
    return None


def _check(model: ModelDef, constraint: str) -> UserProblem | None:
    for check in model.checks:
        if constraint == naming.constraint_name("ck", model.table, check.name):
            return check_problem(model, check, None)
    return None


def _required(model: ModelDef, error: asyncpg.PostgresError) -> UserProblem | None:
    column = getattr(error, "column_name", None)
    for field in model.fields.values():
        if field.column and field.column == column:
            return UserProblem("REQUIRED", f"{field.label} is required.", (field.graphql_name,))
    return None
