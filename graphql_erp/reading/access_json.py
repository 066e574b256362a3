"""`_access` as JSON: what may be done with a record is told by the conditions writing asks."""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSON

from graphql_erp.expressions.tree import FALSE, TRUE
from graphql_erp.planning.plan import Granted, Member, TypeName, UsableFields
from graphql_erp.reading.pieces import Column, froms, json_object, json_text, labelled
from graphql_erp.reading.scope import Build, Scope


def record_access(scope: Scope, members: Sequence[Member]) -> Column:
    """Return the object of a record."""
    columns = [labelled(_value(member, scope), member.key) for member in members]
    return json_object(scope.build, columns, *froms(scope))


def model_access(build: Build, members: Sequence[Member]) -> Column:
    """Return the object of a model, which is known without any record."""
    columns = [labelled(_value(member, None), member.key) for member in members]
    return json_object(build, columns)


def _value(member: Member, scope: Scope | None) -> Column:
    match member.value:
        case TypeName(name):
            return json_text(name)
        case UsableFields(names):
            return sa.literal_column(f"'{orjson.dumps(names).decode()}'::json", JSON)
        case Granted(where=where) if where in (TRUE, FALSE):
            return sa.literal_column("true" if where == TRUE else "false")
        case Granted(where=where) if scope is not None:
            return scope.holds(where, exact=True)
        case other:
            raise TypeError(f"{type(other).__name__} is not a member of _access.")
