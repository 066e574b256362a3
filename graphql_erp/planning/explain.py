"""Plan -> text, used by `erp explain` and in golden files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from graphql_erp.expressions.tree import Literal, Name, Node, Parameter, Path
from graphql_erp.planning.plan import Member, Plan
from graphql_erp.registry.model import OrderKey


def explain(plan: Plan) -> str:
    """Return a plan as indented text, one node a line."""
    lines: list[str] = []
    for root in plan.roots:
        lines.extend(_lines(root.key, root.plan, 0))
    for model, condition in sorted(plan.conditions.items()):
        lines.append(f"readable {model}: {_expression(condition)}")
    return "\n".join(lines) + "\n"


def _lines(label: str, value: Any, depth: int) -> Iterator[str]:
    inline, nested = [], []
    for item in fields(value):
        content = getattr(value, item.name)
        if content is None or content is False or content in ((), {}, item.default):
            continue
        if _is_nested(content):
            nested.append((item.name, content))
        else:
            inline.append(f"{item.name}={_inline(content)}")
    name = type(value).__name__
    yield "  " * depth + " ".join([f"{label}: {name}" if label else name, *inline])
    for key, content in nested:
        if isinstance(content, tuple):
            for member in content:
                yield from _lines(member.key, member.value, depth + 1)
        else:
            yield from _lines(key, content, depth + 1)


def _is_nested(content: Any) -> bool:
    if isinstance(content, tuple):
        return bool(content) and isinstance(content[0], Member)
    return is_dataclass(content) and not isinstance(content, Node | OrderKey)


def _inline(content: Any) -> str:
    if isinstance(content, Node):
        return _expression(content)
    if isinstance(content, OrderKey):
        return ("-" if content.descending else "") + ".".join(content.path)
    if isinstance(content, Mapping):
        members = (f"{name}: {_inline(item)}" for name, item in content.items())
        return f"{{{', '.join(members)}}}"
    if isinstance(content, tuple):
        return "[" + ", ".join(_inline(item) for item in content) + "]"
    if is_dataclass(content):
        parts = (f"{item.name}={getattr(content, item.name)!r}" for item in fields(content))
        return f"({', '.join(parts)})"
    return str(content)


def _expression(node: Node) -> str:
    match node:
        case Path(names):
            return ".".join(names)
        case Literal(value):
            return repr(value)
        case Parameter(key):
            return f"${key}"
        case Name(name):
            return f"@{name}"
    parts = []
    for item in fields(node):
        content = getattr(node, item.name)
        if isinstance(content, Node):
            parts.append(_expression(content))
        elif isinstance(content, tuple):
            parts.extend(
                _expression(part) if isinstance(part, Node) else str(part) for part in content
            )
        elif content is not None:
            parts.append(str(content))
    return f"{type(node).__name__}({', '.join(parts)})"
