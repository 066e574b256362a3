"""Writer: what one write works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from graphql_erp.errors import UserProblem
from graphql_erp.reading.surroundings import local_day
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.security.actor import Actor
from graphql_erp.tables.build import Tables


class WriteConnection(Protocol):
    """What writing asks of a connection that is in a transaction."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Any]:
        """Return all rows."""

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """Return the first row, None when there is none."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Registry, tables, actor, clock and the transaction of one write."""

    registry: Registry
    tables: Tables
    actor: Actor
    now: datetime
    connection: WriteConnection

    @property
    def today(self) -> date:
        """The day it is for the actor."""
        return local_day(self.actor, self.now)

    def model(self, name: str) -> ModelDef:
        """Return a model."""
        return self.registry.models[name]


@dataclass(frozen=True, slots=True)
class Written:
    """What a write did: ids in the order of the input, or the problems that prevented it."""

    ids: tuple[int, ...] = ()
    problems: tuple[UserProblem, ...] = field(default=())
