"""The whole application over a real database, and what one hostile request did to it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import orjson
from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.execution import Engine
from graphql_erp.api.schema import introspection_bytes
from graphql_erp.environment.environment import Environment
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.http.service import Service

MOST_CPU = 1.0
"""Seconds. Refusals take less than a tenth of it on an idle machine; what these requests cost
without their limits was 1.2 seconds to minutes."""
MODELS = """
    model: Stage
    order_by: [sequence]
    fields:
      name: {type: Char, required: true, max_length: 80, unique: true}
      sequence: {type: Integer, required: true, default: 10}
    ---
    model: Lead
    search: [name]
    fields:
      name: {type: Char, required: true, max_length: 120}
      stage: {type: ManyToOne, to: Stage, required: true, inverse: leads, on_delete: restrict}
      parent: {type: ManyToOne, to: Lead, inverse: children}
      revenue: {type: Decimal, digits: [8, 2], required: true, default: 0}
      seats: Integer
      big: BigInteger
      rate: Float
      due: Date
      at: Datetime
      notes: Text
      extra: Json
      open: {type: Boolean, required: true, default: true}
      mood: {type: Selection, options: {good: Good, bad: Bad}}
    checks:
      revenue_not_negative:
        where: Q(revenue__gte=0)
        message: Revenue must not be negative.
"""
FILL = """mutation {
  stageCreateMany(data: [{name: "New", sequence: 1}, {name: "Won", sequence: 2}]) { affected }
  leadCreateMany(data: [
    {name: "a", stage: {id: "1"}, revenue: "10.50", seats: 3, mood: GOOD, due: "2026-06-15"}
    {name: "b", stage: {id: "1"}, open: false}
    {name: "c", stage: {id: "2"}, revenue: "7", at: "2026-06-30T22:30:00Z", notes: "x"}
  ]) { affected }
}"""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one request."""

    status: int
    body: bytes
    cpu: float
    """Seconds of CPU this process spent on it."""

    @property
    def members(self) -> dict[str, Any]:
        members: dict[str, Any] = orjson.loads(self.body)
        return members

    @property
    def data(self) -> Any:
        return self.members.get("data")

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.members.get("errors", [])]


@dataclass(frozen=True, slots=True)
class Target:
    """The application under attack."""

    engine: Engine
    client: httpx2.AsyncClient

    async def send(self, body: bytes, **headers: str) -> Reply:
        """POST bytes as they are."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        started = time.process_time()
        response = await self.client.post(
            "/graphql", content=body, headers={"content-type": "application/json", **named}
        )
        return Reply(response.status_code, response.content, time.process_time() - started)

    async def ask(self, document: str, variables: Mapping[str, Any] | None = None) -> Reply:
        """POST a document."""
        body = json.dumps({"query": document, "variables": variables})
        return await self.send(body.encode())

    async def counts(self) -> tuple[int, int]:
        """Return the number of stages and of leads."""
        reply = await self.ask("{ stages { totalCount } leads { totalCount } }")
        return reply.data["stages"]["totalCount"], reply.data["leads"]["totalCount"]


def service_of(engine: Engine, environment: Environment, **options: Any) -> Service:
    """Return what the HTTP application serves."""
    files = SchemaFiles.of(
        sdl=engine.schema.sdl.encode(),
        introspection=introspection_bytes(engine.schema),
        schema_hash=engine.registry.fingerprint[:16],
    )

    async def execute(call: Call, scope: Scope) -> Answer:
        del scope
        return await engine.execute(call, environment)

    async def nothing() -> None:
        return None

    async def ready() -> str:
        return ""

    return Service(
        execute=execute,
        schema=lambda: files,
        ready=ready,
        startup=nothing,
        shutdown=nothing,
        **options,
    )
