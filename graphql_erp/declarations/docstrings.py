"""What the source says about a class and its attributes, for schemas and reference pages."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import lru_cache
from itertools import pairwise


@lru_cache(maxsize=512)
def attribute_docs(cls: type) -> Mapping[str, str]:
    """Return the string under each attribute of a class, those of its bases included."""
    docs: dict[str, str] = {}
    for owner in reversed(cls.__mro__):
        if owner is not object:
            docs.update(_own_docs(owner))
    return docs


def summary(cls: type) -> str:
    """Return the first line of a class's docstring."""
    return (inspect.getdoc(cls) or "").partition("\n")[0]


def _own_docs(cls: type) -> Mapping[str, str]:
    body = _body(cls)
    docs: dict[str, str] = {}
    for before, after in pairwise(body):
        text = _text(after)
        if text and isinstance(before, ast.AnnAssign) and isinstance(before.target, ast.Name):
            docs[before.target.id] = " ".join(text.split())
    return docs


def _body(cls: type) -> list[ast.stmt]:
    try:
        source = inspect.getsource(cls)
    except (OSError, TypeError):
        return []
    found = ast.parse(textwrap.dedent(source)).body[0]
    return found.body if isinstance(found, ast.ClassDef) else []


def _text(statement: ast.stmt) -> str:
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Constant):
        return ""
    value = statement.value.value
    return value if isinstance(value, str) else ""
