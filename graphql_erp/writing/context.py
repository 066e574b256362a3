"""Context: what a transaction tells the database of who is at work, for its audit entries."""

from __future__ import annotations

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import asyncpg

from graphql_erp.security.actor import Actor
from graphql_erp.security.request_facts import RequestFacts

CONTEXT = "@context"
"""Name of a context among the inputs of a statement."""
_quoted = sa.Text().literal_processor(asyncpg.dialect())  # type: ignore[no-untyped-call]


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


def enter_sql(text: str) -> str:
    """Return the statement that tells a transaction who is at work; forgotten when it ends.

    It takes no parameters, so that it can be sent together with BEGIN.

    Args:
        text: What `context_json` gives.
    """
    return f"SET LOCAL erp.context = {_quoted(text)}"
