"""`erp types`: stub files from which type checkers know the fields of models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from graphql_erp.behaviour.load import PACKAGE
from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.schema import bring_up_to_date
from graphql_erp.cli.stub_text import stub_text
from graphql_erp.declarations.discover import available_modules, load_modules
from graphql_erp.errors import SettingsError
from graphql_erp.install.registries import module_folders
from graphql_erp.registry.build import build_registry

STUBS = Path("typings")
"""Where type checkers look for stubs."""


def types_command(
    modules: Annotated[
        list[str] | None,
        typer.Argument(help="Modules; all below the current folder by default."),
    ] = None,
    path: Annotated[
        list[Path] | None,
        typer.Option("--path", help="Another folder that holds modules.", file_okay=False),
    ] = None,
    output: Annotated[Path, typer.Option(help="Folder to write to.")] = STUBS,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when a file is not current.")
    ] = False,
) -> None:
    """Write stub files from which type checkers and editors know the fields of models.

    Run it in the folder from which they are run, when models have changed.
    """
    folders = [*module_folders(settings_with()), *(path or [])]
    texts = stubs(folders, modules or [], Path.cwd())
    files = {output / PACKAGE / name: text for name, text in texts.items()}
    bring_up_to_date(files, check=check, command="erp types")


def stubs(folders: Sequence[Path], names: Sequence[str], root: Path) -> Mapping[str, str]:
    """Return the text of each stub file by its name.

    Args:
        folders: Folders that hold modules.
        names: Modules whose stubs are wanted, with those they depend on; none: all below the root.
        root: Folder from which type checkers count the names of Python files.

    Raises:
        DeclarationError: A module is not there, or declarations have mistakes.
        SettingsError: A module that was named is not below the root.
    """
    known = available_modules(folders)
    below = [name for name in known if known[name].is_relative_to(root.resolve())]
    for name in names:
        if name in known and name not in below:
            raise SettingsError(
                f'The module "{name}" is not below {root}.', hint="Go to a folder above it."
            )
    wanted = [module.identifier for module in load_modules(folders, names or below)]
    texts = {
        f"{name}.pyi": stub_text(build_registry(load_modules(folders, [name])), name, root)
        for name in wanted
        if name in below
    }
    return {"__init__.pyi": "", **texts}
