"""Settings with what the command line says in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from graphql_erp.config import Settings, settings
from graphql_erp.declarations.discover import available_modules
from graphql_erp.errors import SettingsError
from graphql_erp.install.registries import module_folders


def settings_with(**given: object) -> Settings:
    """Return the settings of the process with those given on the command line in their place.

    Args:
        **given: Settings by name; None leaves one as it is.

    Raises:
        SettingsError: A value cannot be used.
    """
    base = settings()
    changed = {name: value for name, value in given.items() if value is not None}
    if not changed:
        return base
    try:
        return Settings.model_validate(base.model_dump() | changed)
    except ValidationError as error:
        wrong = "; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise SettingsError(
            f"Unusable settings: {wrong}.", hint="See docs/reference/settings.md."
        ) from error


def as_environment(chosen: Settings) -> Mapping[str, str]:
    """Return the variables from which another process reads the same settings."""
    return {f"ERP_{name.upper()}": str(value) for name, value in chosen.model_dump().items()}


def module_names(chosen: Settings, given: Sequence[str]) -> list[str]:
    """Return the modules that are meant: those given, else all there are.

    Names may be separated by commas as well as by spaces.

    Raises:
        DeclarationError: None is given, and two folders hold a module of one name.
    """
    names = [name for item in given for name in item.split(",") if name]
    return names or list(available_modules(module_folders(chosen)))
