"""Writer: what one write works with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from graphql_erp.behaviour.protocols import Environment
from graphql_erp.reading.records import RecordReader
from graphql_erp.reading.surroundings import local_day
from graphql_erp.registry.model import ModelDef
from graphql_erp.registry.registry import Registry
from graphql_erp.sealing.sealer import NO_SEALER, Sealer
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import UNRESTRICTED, Permission
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.aside import Aside
from graphql_erp.writing.journal import Journal


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
    permission: Permission = UNRESTRICTED
    """What may be read; what may not be read may not be written."""
    sealer: Sealer = NO_SEALER
    """What seals secrets before they leave Python."""
    env: Environment | None = None
    """What hooks and checks see as `self.env`."""
    journal: Journal = field(default_factory=Journal)
    aside: Aside | None = None
    """Where numbers are taken that need not be gapless; without it, in the transaction."""

    @property
    def today(self) -> date:
        """The day it is for the actor."""
        return local_day(self.actor, self.now)

    def record_reader(self) -> RecordReader:
        """Return what reads records for behaviour, in this transaction and for this actor."""
        return RecordReader(
            registry=self.registry,
            tables=self.tables,
            conditions=self.permission.readable,
            actor=self.actor,
            now=self.now,
            connection=self.connection,
            env=self.env,
        )

    def model(self, name: str) -> ModelDef:
        """Return a model."""
        return self.registry.models[name]
