"""What the commands show: errors, tables and the progress of long work."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from graphql_erp.errors import ErpError


def say(text: str) -> None:
    """Print a line as it is."""
    typer.echo(text)


def say_error(error: ErpError) -> None:
    """Print what went wrong and what to do about it on standard error."""
    typer.secho(error.message, fg="red", err=True)
    if error.hint:
        typer.echo(error.hint, err=True)


def show_table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows under their headings, cut nowhere when the output is not a terminal."""
    console = Console()
    if not console.is_terminal:
        console.width = 1000
    table = Table(*columns, box=None, pad_edge=False, header_style="bold")
    for row in rows:
        table.add_row(*row)
    console.print(table, soft_wrap=not console.is_terminal)


class Steps:
    """Progress of long work: a bar per step on a terminal, a line per step elsewhere.

    Example:
        with Steps() as steps:
            steps.step("Countries", 10, 249)
    """

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            console=self._console,
        )
        self._tasks: dict[str, TaskID] = {}

    def step(self, text: str, done: int, total: int) -> None:
        """Show how far a step is."""
        if text not in self._tasks:
            self._begin(text, total)
        self._bars.update(self._tasks[text], completed=done, total=total)

    def _begin(self, text: str, total: int) -> None:
        if not self._console.is_terminal:
            typer.echo(text, err=True)
        self._tasks[text] = self._bars.add_task(text, total=total)

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._console.is_terminal:
            self._bars.stop()
