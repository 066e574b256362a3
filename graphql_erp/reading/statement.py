"""Statement: SQL text and what to send with it, made once per plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.expressions.tree import Literal, Name, Node, Parameter, ValueType

Read = Callable[[Any], Any]
"""Value given by the client -> value sent to PostgreSQL; raises RequestError."""


Inputs = Mapping[str, Any]
"""Coerced variables of the client, and values of the surroundings under `@user`, `@today`, ..."""

Fetch = Callable[[Inputs], Any]


@dataclass(frozen=True, slots=True)
class Slot:
    """One parameter of a statement: where its value comes from and how it is read."""

    node: Node
    """Parameter, Literal or Name."""
    type: ValueType
    read: Read


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with $1, $2, ... and where the values behind them come from."""

    sql: str
    constants: tuple[Any, ...]
    """Values of the parameters that never change, None for the others."""
    variable: tuple[tuple[int, Fetch], ...]
    """(position, function of the inputs) of what is known only at run time."""
    names_surroundings: bool = False
    """Whether one of them is user, company, today, now or the time zone."""

    def bind(self, inputs: Inputs) -> list[Any]:
        """Return the values of the parameters.

        Raises:
            RequestError: A value cannot be sent to PostgreSQL.
        """
        values = list(self.constants)
        for position, fetch in self.variable:
            values[position] = fetch(inputs)
        return values


_DIALECT = asyncpg.dialect()  # type: ignore[no-untyped-call]


def compile_statement(select: sa.sql.Executable, slots: dict[str, Slot]) -> Statement:
    """Return the statement of a select; parameters named in `slots` get their values from there."""
    compiled = select.compile(  # type: ignore[attr-defined]
        dialect=_DIALECT, compile_kwargs={"render_postcompile": True}
    )
    constants: list[Any] = []
    variable: list[tuple[int, Fetch]] = []
    names = False
    for position, name in enumerate(compiled.positiontup or ()):
        slot = slots.get(name)
        if slot is None:
            constants.append(compiled.params[name])
        elif isinstance(slot.node, Literal):
            constants.append(slot.read(slot.node.value))
        else:
            constants.append(None)
            variable.append((position, fetcher(slot)))
            names = names or isinstance(slot.node, Name)
    return Statement(str(compiled), tuple(constants), tuple(variable), names)


def fetcher(slot: Slot) -> Fetch:
    """Return the function that takes a slot's value out of the inputs and reads it."""
    read = slot.read
    if isinstance(slot.node, Name):
        name = f"@{slot.node.name}"
        return lambda inputs: read(inputs[name])
    if not isinstance(slot.node, Parameter):
        raise TypeError(f"{slot.node} has no value at run time.")
    first, *rest = slot.node.key.split(".")
    if not rest:
        return lambda inputs: read(inputs[first])

    def fetch(inputs: Inputs) -> Any:
        value: Any = inputs[first]
        for step in rest:
            value = value[int(step)] if isinstance(value, list) else value[step]
        return read(value)

    return fetch
