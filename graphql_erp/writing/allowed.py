"""What access and rules allow of a write: the operation, the fields, and the new values.

Records that are there already are looked at where they are locked (`lock.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from graphql_erp.behaviour.signature import MethodPlace
from graphql_erp.errors import UserError, UserProblem
from graphql_erp.expressions.tree import Condition
from graphql_erp.planning.restrict import require_field, require_operation
from graphql_erp.reading.scope import Build
from graphql_erp.registry.method import MethodDef
from graphql_erp.registry.model import ModelDef
from graphql_erp.security.permission import Operation, Permission
from graphql_erp.writing.readable import kept_rows
from graphql_erp.writing.rows import Batch
from graphql_erp.writing.work import Work, refuse
from graphql_erp.writing.writer import Writer

_IDS = "@ids"


def is_limited(permission: Permission, model: ModelDef, operation: Operation) -> bool:
    """Tell whether an operation is not allowed on every record of a model that there is."""
    limits = (permission.readable, permission.conditions[operation])
    return any(model.name in conditions for conditions in limits)


def require_fields(writer: Writer, batches: Iterable[Batch]) -> None:
    """Refuse rows that give fields which are limited to other groups.

    Raises:
        ForbiddenField: One does.
    """
    if not writer.permission.hidden:
        return
    for batch in batches:
        for name in dict.fromkeys(name for row in batch.rows for name in row.given):
            require_field(writer.permission, batch.model.fields[name])


def require_batch(work: Work, batch: Batch) -> None:
    """Refuse what nobody granted on any record of a model.

    Raises:
        Forbidden: That is so.
    """
    require_operation(work.writer.permission, batch.model.name, batch.operation)


def note_limited(work: Work, batch: Batch) -> None:
    """Remember a batch whose new values must be allowed when everything is written."""
    limits = work.writer.permission.conditions[batch.operation]
    if batch.operation is not Operation.DELETE and batch.model.name in limits:
        work.limited.append(batch)


async def require_callable(writer: Writer, method: MethodDef, ids: Sequence[int]) -> None:
    """Refuse records one may read but not call a method of.

    Raises:
        UserError: With each of them.
    """
    condition = writer.permission.callable_on(method.model, method.name)
    if condition is None or condition == writer.permission.readable.get(method.model):
        return
    model = writer.model(method.model)
    refused = await kept_rows(writer, _not_callable, (model.name, condition), {_IDS: list(ids)})
    found = {row[0] for row in refused}
    is_one = method.where is MethodPlace.RECORD
    problems = [
        UserProblem(
            "FORBIDDEN",
            f"You may not call {method.graphql_name} of {model.label} {key}.",
            ("id",) if is_one else ("ids",),
            None if is_one else number,
        )
        for number, key in enumerate(ids)
        if key in found
    ]
    if problems:
        raise UserError("", *problems)


def _not_callable(build: Build, model: str, condition: Condition) -> sa.Select[Any]:
    scope = build.open(model)
    wanted = build.bind_input(_IDS, sa.ARRAY(sa.BigInteger()))
    refused = sa.not_(scope.holds(condition, exact=True))
    return scope.select(scope.column("id")).where(scope.column("id") == sa.any_(wanted), refused)


async def check_allowed(work: Work) -> None:
    """Refuse records whose new values access and rules do not allow, one statement per model.

    Raises:
        UserError: With those of all rows.
    """
    for batch in work.limited:
        condition = work.writer.permission.conditions[batch.operation][batch.model.name]
        ids = [row.id for row in batch.rows if row.id is not None]
        key = (batch.model.name, condition)
        broken = {row[0] for row in await kept_rows(work.writer, _broken, key, {_IDS: ids})}
        for row in batch.rows:
            if row.id in broken:
                row.note(_not_allowed(batch))
    refuse(row for batch in work.limited for row in batch.rows)


def _broken(build: Build, model: str, condition: Condition) -> sa.Select[Any]:
    scope = build.open_all(model)
    holds = scope.holds(condition, exact=True)
    wanted = build.bind_input(_IDS, sa.ARRAY(sa.BigInteger()))
    return scope.select(scope.column("id")).where(
        scope.column("id") == sa.any_(wanted), sa.not_(holds)
    )


def _not_allowed(batch: Batch) -> UserProblem:
    doing = {Operation.CREATE: "create a", Operation.UPDATE: "make this of a"}[batch.operation]
    return UserProblem(
        "FORBIDDEN",
        f"You may not {doing} {batch.model.label}: its values are"
        " outside of what your groups and the rules allow.",
    )
