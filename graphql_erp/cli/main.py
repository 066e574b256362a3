"""The table of commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer

from graphql_erp.cli.console import say, say_error
from graphql_erp.cli.demo import demo_command
from graphql_erp.cli.documents import documents_app
from graphql_erp.cli.explain import explain_command
from graphql_erp.cli.module import module_app
from graphql_erp.cli.new import new_command
from graphql_erp.cli.schema import schema_app
from graphql_erp.cli.secrets import secrets_app
from graphql_erp.cli.serve import serve_command
from graphql_erp.cli.tenant import tenant_app
from graphql_erp.cli.types import types_command
from graphql_erp.cli.user import user_app
from graphql_erp.errors import ErpError
from graphql_erp.registry.registry import ENGINE_VERSION

app = typer.Typer(
    name="erp",
    no_args_is_help=True,
    # Ours are messages already; others are shown by Python, which prints no local variables.
    pretty_exceptions_enable=False,
)
app.command("demo")(demo_command)
app.command("serve")(serve_command)
app.add_typer(tenant_app, name="tenant")
app.add_typer(user_app, name="user")
app.add_typer(module_app, name="module")
app.add_typer(schema_app, name="schema")
app.add_typer(secrets_app, name="secrets")
app.add_typer(documents_app, name="documents")
app.command("explain")(explain_command)
app.command("types")(types_command)
app.command("new")(new_command)


def _show_version(asked: bool) -> None:
    if not asked:
        return
    say(f"erp {installed_version()}")
    raise typer.Exit


def installed_version() -> str:
    """Return the version of the installed package, else that of the source."""
    try:
        return version("graphql-erp")
    except PackageNotFoundError:
        return ENGINE_VERSION


@app.callback()
def erp(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """A modular business application server whose only data surface is GraphQL."""
    del version


def main(arguments: Sequence[str] | None = None) -> None:
    """Run a command; errors that are expected are shown as a message and what to do about it.

    Args:
        arguments: What was typed after the name of the program; None: those of this process.
    """
    try:
        app(args=arguments)
    except ErpError as error:
        say_error(error)
        sys.exit(1)


if __name__ == "__main__":
    main()
