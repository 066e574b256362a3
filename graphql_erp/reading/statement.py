"""Statement: SQL text and what to send with it, made once per plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.expressions.tree import Literal, Name, Node, ValueType

Read = Callable[[Any], Any]
"""Value given by the client -> value sent to PostgreSQL; raises RequestError."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter of a statement: where its value comes from and how it is read."""

    node: Node
    """Parameter, Literal or Name."""
    type: ValueType
    read: Read


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with $1, $2, ... and the slots behind them.

    Attributes:
        constants: Values of the slots that never change, None elsewhere.
        variable: (position, slot) of the slots to be read at run time.
    """

    sql: str
    slots: tuple[Slot, ...]
    constants: tuple[Any, ...]
    variable: tuple[tuple[int, Slot], ...]


_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def compile_statement(select: sa.sql.Executable, slots: dict[str, Slot]) -> Statement:
    """Return the statement of a select whose bind parameters are named by `slots`."""
    compiled = select.compile(  # type: ignore[attr-defined]
        dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
    )
    ordered: list[Slot] = []
    for name in compiled.positiontup or ():
        slot = slots.get(name)
        ordered.append(slot or constant_slot(compiled.params[name]))
    return Statement(
        sql=str(compiled),
        slots=tuple(ordered),
        constants=tuple(
            slot.read(slot.node.value) if isinstance(slot.node, Literal) else None
            for slot in ordered
        ),
        variable=tuple(
            (number, slot)
            for number, slot in enumerate(ordered)
            if not isinstance(slot.node, Literal)
        ),
    )


def constant_slot(value: Any) -> Slot:
    """Return the slot of a value the engine itself put into a statement."""
    return Slot(Literal(value), _UNTYPED, _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


_UNTYPED = ValueType(kind="text")  # type: ignore[arg-type]


def surroundings_key(node: Node) -> str:
    """Return the name of the surroundings a slot asks for, "" when it asks for none."""
    return node.name if isinstance(node, Name) else ""
