"""The reference page of commands."""

from __future__ import annotations

from collections.abc import Iterator

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from graphql_erp.cli.main import app
from graphql_erp.cli.markdown import code, page, section, table

_INTRODUCTION = (
    "The command is `erp`. What an option leaves out is taken from the [settings](settings.md)."
)


def commands_reference() -> str:
    """Return the page, made from the table of commands."""
    root = typer.main.get_command(app)
    sections = [_section(name, command) for name, command in _commands("erp", root)]
    return page("Commands", _INTRODUCTION, *sections)


def _commands(name: str, command: object) -> Iterator[tuple[str, TyperCommand | TyperGroup]]:
    if isinstance(command, TyperCommand):
        yield name, command
    if not isinstance(command, TyperGroup):
        return
    if any(isinstance(item, TyperOption) and item.name != "help" for item in command.params):
        yield name, command
    for key, inner in command.commands.items():
        yield from _commands(f"{name} {key}", inner)


def _section(name: str, command: TyperCommand | TyperGroup) -> str:
    arguments = [item for item in command.params if isinstance(item, TyperArgument)]
    usage = " ".join([name, *(_placeholder(item) for item in arguments)])
    options = [item for item in command.params if isinstance(item, TyperOption)]
    rows = [
        *((code(_metavar(item)), _help(item)) for item in arguments),
        *((code(_form(item)), _help(item)) for item in options if item.name != "help"),
    ]
    text = " ".join((command.help or "").split())
    listing = table(["argument or option", "meaning"], rows) if rows else ""
    return section(usage, f"{text}\n", listing)


def _placeholder(argument: TyperArgument) -> str:
    name = _metavar(argument)
    shown = f"{name}..." if argument.nargs == -1 else name
    return shown if argument.required else f"[{shown}]"


def _metavar(argument: TyperArgument) -> str:
    return (argument.name or "").upper()


def _form(option: TyperOption) -> str:
    names = ", ".join(option.opts)
    return names if option.is_flag else f"{names} {(option.name or '').upper()}"


def _help(item: TyperArgument | TyperOption) -> str:
    return item.help or ""
