"""`erp schema`: the GraphQL schema and the JSON Schemas of YAML files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import orjson
import typer

from graphql_erp.api.schema import build_schema
from graphql_erp.cli.choices import module_names, settings_with
from graphql_erp.cli.console import say
from graphql_erp.declarations import json_schema
from graphql_erp.errors import SettingsError
from graphql_erp.fields import FIELD_TYPES
from graphql_erp.install.registries import registry_of

SCHEMAS_FOLDER = Path(json_schema.__file__).parent / "schemas"

schema_app = typer.Typer(no_args_is_help=True, help="Write the schemas that tools read.")


@schema_app.command("graphql")
def graphql(
    modules: Annotated[
        str, typer.Option(help="Modules, separated by commas; all by default.")
    ] = "",
    output: Annotated[Path, typer.Option(help="File to write; - for standard output.")] = Path(
        "schema.graphql"
    ),
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when the file is not current.")
    ] = False,
) -> None:
    """Write the GraphQL schema of modules as SDL."""
    settings = settings_with()
    sdl = build_schema(registry_of(settings, module_names(settings, [modules]))).sdl
    if str(output) == "-":
        typer.echo(sdl, nl=False)
        return
    bring_up_to_date({output: sdl}, check=check, command="erp schema graphql")


@schema_app.command("yaml")
def yaml(
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = SCHEMAS_FOLDER,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when a file is not current.")
    ] = False,
) -> None:
    """Write the JSON Schemas from which editors complete and check YAML files."""
    texts = {output / name: text for name, text in yaml_schemas().items()}
    bring_up_to_date(texts, check=check, command="erp schema yaml")


def yaml_schemas() -> Mapping[str, str]:
    """Return the text of each JSON Schema by the name of its file."""
    return {
        name: orjson.dumps(schema, option=orjson.OPT_INDENT_2).decode() + "\n"
        for name, schema in json_schema.schemas(FIELD_TYPES).items()
    }


def bring_up_to_date(texts: Mapping[Path, str], *, check: bool, command: str) -> None:
    """Write the files that differ from their texts, or refuse them.

    Args:
        texts: What the files must hold.
        check: Whether a file that differs is refused rather than written.
        command: What brings them up to date.

    Raises:
        SettingsError: Files differ and `check` is set.
    """
    stale = [path for path, text in texts.items() if _content(path) != text]
    if check and stale:
        shown = ", ".join(str(path) for path in stale)
        raise SettingsError(f"Not current: {shown}.", hint=f"Run: {command}")
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
        say(f"Wrote {path}.")
    if not stale:
        say("Up to date.")


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
