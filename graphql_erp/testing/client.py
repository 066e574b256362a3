"""Client: GraphQL documents answered by the real engine on a real database."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from graphql_erp.api.call import Answer, Call
from graphql_erp.api.execution import Engine
from graphql_erp.environment.environment import Environment


@dataclass(frozen=True, slots=True)
class Result:
    """An answer, read."""

    answer: Answer
    members: Mapping[str, Any]

    @property
    def body(self) -> bytes:
        """The bytes a client gets."""
        return self.answer.body

    @property
    def data(self) -> Any:
        """The `data` member, None when there is none."""
        return self.members.get("data")

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The `errors` member, [] when there is none."""
        errors: list[dict[str, Any]] = self.members.get("errors", [])
        return errors

    @property
    def codes(self) -> list[str]:
        """The codes of the errors."""
        return [error["extensions"]["code"] for error in self.errors]


@dataclass(frozen=True, slots=True)
class Client:
    """Sends documents to an engine on behalf of one actor.

    Example:
        result = await gql("query($id: ID!) { lead(by: {id: $id}) { name } }", id="1")
    """

    engine: Engine
    environment: Environment

    async def __call__(self, document: str, /, **variables: Any) -> Result:
        """Return the answer to a document and its variables."""
        return await self.call(Call(document, variables))

    async def call(self, call: Call) -> Result:
        """Return the answer to a request."""
        answer = await self.engine.execute(call, self.environment)
        # The loggers of queries are called in the next round of the loop.
        await asyncio.sleep(0)
        return Result(answer, orjson.loads(answer.body))
