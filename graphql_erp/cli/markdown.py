"""Pieces of Markdown pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a bar within a cell is shown as a bar."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(_cell(cell) for cell in line)} |\n" for line in lines)


def code(text: object) -> str:
    """Return text as code, "" when there is none."""
    shown = str(text)
    return f"`{shown}`" if shown else ""


def page(title: str, introduction: str, *sections: str) -> str:
    """Return a page: a title, what it is about, and its sections."""
    parts = [f"# {title}\n", f"{introduction}\n", *sections]
    return "\n".join(part for part in parts if part)


def section(title: str, *parts: str, level: int = 2) -> str:
    """Return a section; empty parts are left out."""
    heading = f"{'#' * level} {title}\n"
    return "\n".join([heading, *(part for part in parts if part)])


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
