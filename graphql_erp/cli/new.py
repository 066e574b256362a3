"""`erp new`: a small complete module to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from graphql_erp.cli.choices import settings_with
from graphql_erp.cli.console import say
from graphql_erp.cli.skeleton import skeleton
from graphql_erp.config import REPOSITORY, Settings
from graphql_erp.declarations.discover import available_modules
from graphql_erp.declarations.names import is_identifier
from graphql_erp.errors import SettingsError
from graphql_erp.install.registries import module_folders


def new_command(
    module: Annotated[str, typer.Argument(help="Identifier of the module, such as library.")],
    path: Annotated[
        Path | None,
        typer.Option(help="Folder to put it in; by default the current one, or modules/ in ours."),
    ] = None,
) -> None:
    """Write a new module: a manifest, a model, security, records and a test."""
    settings = settings_with()
    folder = (path or default_folder(Path.cwd())) / module
    _check_name(settings, module, folder)
    for name, text in skeleton(module, folder).items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        say(f"Wrote {file}")
    say(f"The module is in {folder.resolve()}")
    known = [item.resolve() for item in module_folders(settings)]
    is_known = folder.parent.resolve() in known
    where = "" if is_known else f"ERP_MODULE_PATHS={settings.module_paths}:{folder.parent} "
    say("Next:")
    say(f"  {where}erp module check {module}")
    say(f"  {where}erp module makemigration {module}")
    say(f"  {where}erp module install {module}")


def default_folder(current: Path) -> Path:
    """Return where a new module goes: the current folder, in the repository's own its modules."""
    return current / "modules" if current.resolve() == REPOSITORY else current


def _check_name(settings: Settings, module: str, folder: Path) -> None:
    if not is_identifier(module):
        raise SettingsError(
            f'"{module}" cannot be the identifier of a module.',
            hint="Start with a lower-case letter; lower-case letters, digits and _ follow.",
        )
    if module in available_modules(module_folders(settings)):
        raise SettingsError(
            f'There is a module "{module}" already.', hint="Choose another identifier."
        )
    if folder.exists():
        raise SettingsError(f"{folder} exists already.", hint="Choose another identifier.")
