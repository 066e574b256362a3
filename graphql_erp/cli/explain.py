"""`erp explain`: the plan and the SQL of a document."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from graphql_erp.api.execution import Engine
from graphql_erp.cli.choices import module_names, settings_with
from graphql_erp.cli.console import say
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.errors import BadRequest, BadUserInput
from graphql_erp.install.registries import registry_of
from graphql_erp.install.tenants import tenant_state
from graphql_erp.planning.explain import explain
from graphql_erp.reading.pretty_sql import pretty_sql
from graphql_erp.reading.program import RootProgram
from graphql_erp.reading.record_statements import IDS
from graphql_erp.reading.statement import Inputs
from graphql_erp.reading.surroundings import surroundings
from graphql_erp.security.actor import Actor
from graphql_erp.tenants.connection import connect_tenant
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import open_server


def explain_command(
    document: Annotated[
        Path, typer.Argument(help="File that holds the document.", exists=True, dir_okay=False)
    ],
    variables: Annotated[str, typer.Option(help="Variables as a JSON object.")] = "{}",
    operation: Annotated[
        str | None, typer.Option(help="Operation to explain, when there are several.")
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(help="Use the modules installed in this tenant.")
    ] = None,
    modules: Annotated[
        str, typer.Option(help="Use these modules, separated by commas; all by default.")
    ] = "",
) -> None:
    """Show the plan of a query and the SQL of each of its root fields; nothing is run.

    Without --tenant neither a database nor a server is needed.
    """
    settings = settings_with(tenant=tenant, development=True)
    names = _installed(settings) if tenant else module_names(settings, [modules])
    engine = Engine(registry_of(settings, names), settings)
    text = document.read_text(encoding="utf-8")
    say(asyncio.run(explanation(engine, settings, text, _read(variables), operation)))


async def explanation(
    engine: Engine,
    settings: Settings,
    document: str,
    variables: Mapping[str, Any],
    operation_name: str | None = None,
) -> str:
    """Return plan, statements and bound values of a query as text.

    Raises:
        RequestError: The document or a variable cannot be used, or the operation is no query.
    """
    operation = engine.documents.get(document).operation(operation_name)
    if not operation.is_query:
        raise BadRequest("Only queries have a plan.", hint="Explain the query of its payload.")
    coerced = operation.coerce(variables)
    # It opens no connection before somebody takes one, and planning takes none.
    pool = TenantPool(partial(connect_tenant, "", settings), minimum=0, maximum=1)
    environment = Environment(pool=pool, actor=Actor())
    program = await engine.prepare(operation, coerced, environment)
    inputs = {**surroundings(environment.actor, datetime.now(UTC)), **coerced.coerced}
    parts = [explain(program.plan), *_statements(program.statements, inputs)]
    return "\n".join(parts).rstrip("\n")


def _statements(roots: tuple[RootProgram, ...], inputs: Inputs) -> Iterator[str]:
    """Give the text of each statement; those below the first are keyed by the records above."""
    known = {IDS: [], **inputs}
    for root in roots:
        for statement in root.statements:
            values = enumerate(statement.bind(known), start=1)
            bound = "".join(f"-- ${number} = {value!r}\n" for number, value in values)
            yield f"-- {root.key}\n{bound}{pretty_sql(statement.sql)}"


def _installed(settings: Settings) -> list[str]:
    with open_server(settings) as server:
        state = asyncio.run(tenant_state(server, settings, settings.tenant))
    return list(state.modules)


def _read(variables: str) -> Mapping[str, Any]:
    try:
        value = orjson.loads(variables)
    except orjson.JSONDecodeError as error:
        raise BadUserInput(f"The variables are not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise BadUserInput("The variables must be a JSON object.")
    return value
