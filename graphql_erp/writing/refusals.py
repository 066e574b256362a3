"""What the database refused -> problems with the field they concern."""

from __future__ import annotations

from collections.abc import Sequence

import asyncpg

from graphql_erp import naming
from graphql_erp.errors import UserProblem
from graphql_erp.registry.model import FieldDef, ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import UNRESTRICTED, Operation, Permission
from graphql_erp.writing.checks import (
    check_problem,
    note_failed_checks,
    note_taken_keys,
    unique_problem,
)
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.targets import check_left
from graphql_erp.writing.writer import Writer


class Refused(Exception):
    """The database refused a statement of a write; its transaction must be undone.

    Attributes:
        batches: What was written, nested ones included.
        error: What the database said.
    """

    def __init__(self, batches: Sequence[Batch], error: asyncpg.PostgresError) -> None:
        super().__init__(str(error))
        self.batches = tuple(batches)
        self.error = error


async def refused_problems(writer: Writer, refused: Refused) -> tuple[UserProblem, ...]:
    """Return the problems behind a refusal, asked for after it was undone.

    The database tells which constraint was broken, not by which rows: targets are looked for, and
    new rows asked for their unique keys and checks.

    Raises:
        asyncpg.PostgresError: The refusal, when no user caused it.
    """
    error = refused.error
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        await check_left(writer, refused.batches)
        missing = tuple(
            item for batch in refused.batches for row in batch.rows for item in row.problems
        )
        if missing:
            return missing
    table = getattr(error, "table_name", None)
    for batch in refused.batches:
        if batch.operation is not Operation.CREATE or batch.model.table != table:
            continue
        await note_taken_keys(writer, batch.model, batch.rows)
        await note_failed_checks(writer, batch.model, batch.rows)
        problems = tuple(problem for row in batch.rows for problem in row.problems)
        if problems:
            return problems
    problem = problem_of(writer.registry, _concerned(writer, refused), error, writer.permission)
    if problem is None:
        raise error
    return (problem,)


def _concerned(writer: Writer, refused: Refused) -> ModelDef:
    """Return the model a refusal speaks of: what was deleted, else whose table refused."""
    deleted = [batch.model for batch in refused.batches if batch.operation is Operation.DELETE]
    if deleted and isinstance(refused.error, asyncpg.ForeignKeyViolationError):
        return deleted[0]
    models = {model.table: model for model in writer.registry.models.values()}
    return models.get(getattr(refused.error, "table_name", None) or "", refused.batches[0].model)


def problem_of(
    registry: Registry,
    model: ModelDef,
    error: asyncpg.PostgresError,
    permission: Permission = UNRESTRICTED,
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
            return _foreign_key(registry, model, error, permission)
        case asyncpg.CheckViolationError():
            return _check(model, constraint)
        case asyncpg.NotNullViolationError():
            return _required(model, error)
        case asyncpg.StringDataRightTruncationError() | asyncpg.NumericValueOutOfRangeError():
            return UserProblem("INVALID", "A value is too long or too large for its field.")
    return None


def _foreign_key(
    registry: Registry, model: ModelDef, error: asyncpg.PostgresError, permission: Permission
) -> UserProblem | None:
    constraint = getattr(error, "constraint_name", None) or ""
    # A record may refer to one of its own model: the text alone tells which of both it is about.
    is_used = str(error).startswith("update or delete")
    for field in model.fields.values():
        if (
            not is_used
            and field.is_to_one
            and constraint == naming.constraint_name("fk", model.table, field.column)
        ):
            return UserProblem(
                "NOT_FOUND", f"{field.label}: there is no such record.", field.input_path
            )
    for other in registry.models.values():
        for field in other.fields.values():
            if field.is_to_one and constraint == naming.constraint_name(
                "fk", other.table, field.column
            ):
                return _restricted(permission, model, other, field)
    return None


def _restricted(
    permission: Permission, model: ModelDef, other: ModelDef, field: FieldDef
) -> UserProblem:
    """Return the problem that a record is used, by whom as far as that may be known."""
    is_seen = permission.sees(other.name, field.name)
    if not (is_seen and permission.grants(other.name, Operation.READ)):
        return UserProblem("RESTRICTED", f"{model.label} is still used by other records.")
    return UserProblem(
        "RESTRICTED",
        f"{model.label} is still used as {field.label} of {other.label} records.",
        details={"model": other.name, "field": field.input_path[0]},
    )


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
