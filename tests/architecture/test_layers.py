"""Imports point downwards, libraries have homes, files and functions stay small."""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from graphql_erp.config import REPOSITORY

PACKAGE = REPOSITORY / "graphql_erp"
RANKS: list[set[str]] = [
    {"errors", "naming"},
    {"config"},
    {"tenants", "auth", "sealing"},
    {"expressions"},
    {"declarations"},
    {"fields", "behaviour"},
    {"registry"},
    {"tables", "security", "computed"},
    {"planning"},
    {"reading"},
    {"writing"},
    {"drafts"},
    {"environment"},
    {"identity"},
    {"install"},
    {"api"},
    {"http"},
    {"cli", "testing"},
]
"""From the lowest layer up; members of one row do not import each other."""
LAYERS = {layer: rank for rank, row in enumerate(RANKS) for layer in row}
HOMES: dict[str, set[str]] = {
    "strawberry": {"api"},
    "graphql": {"api", "testing"},
    "starlette": {"http", "cli"},
    "uvicorn": {"cli"},
    "typer": {"cli"},
    "rich": {"cli"},
    "structlog": {"http", "cli"},
    "alembic": {"install"},
    "cryptography": {"auth", "sealing"},
    "limits": {"api"},
    "pydantic_settings": {"config"},
    "yaml": {"declarations", "testing"},
    "sqlalchemy": {"expressions", "fields", "tables", "reading", "writing", "install"},
    "jwt": {"auth"},
    "argon2": {"auth"},
    "pyotp": {"auth"},
    "aiodataloader": {"reading"},
    "asyncpg": {"tenants", "writing", "environment", "identity", "install", "api", "testing"},
    "pytest": {"testing"},
    "mypy": {"testing"},
}
"""Libraries and the only layers that import them."""
MAX_FILE_LINES = 500
MAX_FUNCTION_LINES = 60

Find = Callable[[Path, ast.AST], Iterator[str]]
Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def layer_of(path: Path) -> str:
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        yield "." * node.level + (node.module or "")


def imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        yield from imported(node)


def arrows_up(path: Path, tree: ast.AST) -> Iterator[str]:
    own = layer_of(path)
    for name in imports(tree):
        parts = name.split(".")
        if parts[0] != "graphql_erp" or len(parts) == 1 or own == "__init__":
            continue
        other = parts[1]
        if other != own and LAYERS[other] >= LAYERS[own]:
            yield f"{path.relative_to(REPOSITORY)} imports {name}"


def strays(path: Path, tree: ast.AST) -> Iterator[str]:
    own = layer_of(path)
    for name in imports(tree):
        if own not in HOMES.get(name.split(".")[0], {own}):
            yield f"{path.relative_to(REPOSITORY)} imports {name}"


def hidden(path: Path, tree: ast.AST) -> Iterator[str]:
    """Give own imports that are not at the top of their file."""
    for block in ast.walk(tree):
        if not isinstance(block, Function | ast.If | ast.Try | ast.With):
            continue
        for node in ast.walk(block):
            for name in imported(node):
                if name.startswith(("graphql_erp", ".")):
                    yield f"{path.relative_to(REPOSITORY)}:{node.lineno} imports {name}"


def relative(path: Path, tree: ast.AST) -> Iterator[str]:
    for name in imports(tree):
        if name.startswith(".") or name == "__future__.annotations":
            yield f"{path.relative_to(REPOSITORY)} imports {name}"


def long_functions(path: Path, tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, Function):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > MAX_FUNCTION_LINES:
                yield f"{path.relative_to(REPOSITORY)} {node.name}: {lines} lines"


def long_files(path: Path, _tree: ast.AST) -> Iterator[str]:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > MAX_FILE_LINES:
        yield f"{path.relative_to(REPOSITORY)}: {lines} lines"


@pytest.mark.parametrize("find", [arrows_up, strays, hidden, relative, long_functions, long_files])
def test_package_has_no(find: Find) -> None:
    found = [
        line
        for path in python_files()
        for line in find(path, ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert found == []


def test_every_part_of_the_package_has_a_layer() -> None:
    assert {layer_of(path) for path in python_files()} - {"__init__"} == set(LAYERS)


def test_every_home_is_lived_in() -> None:
    used = {
        (name.split(".")[0], layer_of(path))
        for path in python_files()
        for name in imports(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert {(library, home) for library, homes in HOMES.items() for home in homes} - used == set()


def test_modules_import_only_what_authors_may() -> None:
    found = [
        f"{path.relative_to(REPOSITORY)} imports {name}"
        for folder in ("modules", "examples")
        for path in sorted((REPOSITORY / folder).rglob("*.py"))
        if "tests" not in path.parts and "migrations" not in path.parts
        for name in imports(ast.parse(path.read_text(encoding="utf-8")))
        if name.split(".")[0] == "graphql_erp"
        and name not in {"graphql_erp", "graphql_erp.testing"}
    ]

    assert found == []


@pytest.mark.parametrize(
    ("place", "source", "find", "problem"),
    [
        ("planning/a.py", "import graphql_erp.reading.page", arrows_up, "graphql_erp.reading.page"),
        (
            "tables/a.py",
            "from graphql_erp.security.actor import Actor",
            arrows_up,
            "security.actor",
        ),
        ("reading/a.py", "from sqlalchemy import select\nimport strawberry", strays, "strawberry"),
        ("api/a.py", "def f():\n    from graphql_erp.errors import ErpError", hidden, "errors"),
        ("api/a.py", "if TYPE_CHECKING:\n    from graphql_erp.errors import E", hidden, "errors"),
        ("api/a.py", "from . import schema", relative, "."),
        ("api/a.py", "def f():\n" + "    pass\n" * 60, long_functions, "f: 61 lines"),
    ],
)
def test_violation_is_found(place: str, source: str, find: Find, problem: str) -> None:
    (found,) = find(PACKAGE / place, ast.parse(source))

    assert found.startswith(f"graphql_erp/{place}")
    assert found.endswith(problem)
