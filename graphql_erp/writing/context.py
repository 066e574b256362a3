"""Context: what a transaction tells the database of who is at work, for its audit entries."""

from __future__ import annotations

from typing import Any, Protocol

import orjson

from graphql_erp.security.actor import Actor
from graphql_erp.security.request_facts import RequestFacts

CONTEXT = "@context"
"""Name of a context among the inputs of a statement."""
_ENTER = "SELECT set_config('erp.context', $1, true)"


class ContextConnection(Protocol):
    """What entering a context asks of a connection that is in a transaction."""

    async def fetchval(self, query: str, *args: Any) -> Any:
        """Return the first column of the first row."""


def context_json(actor: Actor, request: RequestFacts) -> str:
    """Return the context of a transaction as the triggers read it; what is unknown is left out."""
    members = {
        "user": actor.user,
        "request": request.id,
        "ip": request.ip,
        "agent": request.agent,
    }
    known = {name: value for name, value in members.items() if value is not None}
    return orjson.dumps(known).decode()


async def enter(connection: ContextConnection, text: str) -> None:
    """Tell the transaction who is at work; forgotten when it ends.

    Args:
        connection: In a transaction.
        text: What `context_json` gives.
    """
    await connection.fetchval(_ENTER, text)
