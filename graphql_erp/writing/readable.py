"""What the actor may read, in the statements of a write: the rest is not there for them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from graphql_erp.reading.scope import Build, Scope
from graphql_erp.reading.statement import Statement, compile_statement
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.permission import Conditions
from graphql_erp.tables.build import Tables
from graphql_erp.writing.writer import Writer

Make = Callable[..., sa.sql.Executable]
"""Build, and what else the statement depends on -> the statement."""


def readable_scope(writer: Writer, model: ModelDef) -> Scope:
    """Return a scope over the records of a model that may be read, for a statement of its own."""
    return Build(writer.registry, writer.tables, writer.permission.readable).open(model.name)


async def kept_rows(
    writer: Writer, make: Make, key: tuple[Hashable, ...], inputs: Mapping[str, Any]
) -> Sequence[Any]:
    """Run a statement that is made once for what may be read, and return its rows.

    Args:
        writer: On whose behalf.
        make: Makes the statement; a function of a module.
        key: What it depends on beside the registry and what may be read.
        inputs: Values by the names that `Build.bind_input` was given.
    """
    conditions = writer.permission.readable
    statement = _kept(writer.registry, writer.tables, conditions, make, key)
    values = statement.bind({**surroundings(writer.actor, writer.now), **inputs})
    return await writer.connection.fetch(statement.sql, *values)


@lru_cache(maxsize=2048)
def _kept(
    registry: Registry,
    tables: Tables,
    conditions: Conditions,
    make: Make,
    key: tuple[Hashable, ...],
) -> Statement:
    build = Build(registry, tables, conditions)
    return compile_statement(make(build, *key), build.slots)


async def scope_rows(writer: Writer, scope: Scope, statement: sa.sql.Executable) -> Sequence[Any]:
    """Run a statement made with a scope and return its rows."""
    compiled = compile_statement(statement, scope.build.slots)
    values = compiled.bind(surroundings(writer.actor, writer.now))
    return await writer.connection.fetch(compiled.sql, *values)
