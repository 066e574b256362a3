"""The reference pages, made from the source: `python -m graphql_erp.cli.reference`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from graphql_erp.cli.reference_commands import commands_reference
from graphql_erp.cli.reference_declarations import (
    field_types_reference,
    lookups_reference,
    yaml_keys_reference,
)
from graphql_erp.cli.reference_errors import errors_reference
from graphql_erp.cli.reference_settings import settings_reference
from graphql_erp.config import REPOSITORY

REFERENCE_FOLDER = REPOSITORY / "docs" / "reference"
COMMAND = "python -m graphql_erp.cli.reference"

PAGES: Mapping[str, Callable[[], str]] = {
    "commands.md": commands_reference,
    "errors.md": errors_reference,
    "field-types.md": field_types_reference,
    "lookups.md": lookups_reference,
    "settings.md": settings_reference,
    "yaml-keys.md": yaml_keys_reference,
}
"""The function that gives the text of each page."""


def page_text(name: str) -> str:
    """Return the text of a page as it is kept."""
    return f"<!-- Made by `{COMMAND}`; change the source instead. -->\n\n{PAGES[name]()}"


def write_pages(folder: Path = REFERENCE_FOLDER) -> list[Path]:
    """Bring the pages in a folder up to date and return those that changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name in PAGES:
        path, text = folder / name, page_text(name)
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed


def main() -> int:
    """Write the pages, say which changed, and return the exit status."""
    changed = write_pages()
    names = ", ".join(path.name for path in changed)
    sys.stdout.write(f"Wrote {names}.\n" if names else "Up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
