"""The folder of declarations that must be refused, and how one of them is loaded."""

from collections.abc import Iterable
from pathlib import Path

from graphql_erp.declarations.discover import available_modules, read_modules
from graphql_erp.errors import DeclarationError
from graphql_erp.registry.build import build_registry

CORPUS = Path(__file__).parent
EXPECTED = "error.txt"


class Accepted(Exception):
    """The declarations were not refused."""


def cases() -> list[Path]:
    return sorted(path.parent for path in CORPUS.glob("*/module"))


def check(paths: Iterable[Path]) -> DeclarationError:
    """Return the error of building a registry of every module in the search paths."""
    folders = list(paths)
    try:
        build_registry(*read_modules(folders, sorted(available_modules(folders))))
    except DeclarationError as error:
        return error
    raise Accepted(", ".join(str(folder) for folder in folders))


def message(case: Path) -> str:
    return f"{check([case])}\n"
