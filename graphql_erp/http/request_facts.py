"""ASGI scope -> RequestFacts: who asks, and under which id."""

from __future__ import annotations

import re
import secrets
from contextvars import ContextVar
from dataclasses import replace

from starlette.types import Scope

from graphql_erp.security.request_facts import RequestFacts

REQUEST = "erp.request"
"""Key of the ASGI scope under which the facts are kept: one request has one id."""

TENANT = "erp.tenant"
"""Key of the ASGI scope under which the tenant is kept, once the host has told it."""
served_tenant: ContextVar[str] = ContextVar("served_tenant", default="")
"""The tenant whose request is being answered, for the log."""

TARGET = "erp.target"
"""Key of the ASGI scope under which a target in the request line that is no path is kept."""

_WELL_FORMED = re.compile(rb"[0-9A-Za-z][0-9A-Za-z._:=-]{0,99}")
_LONGEST_AGENT = 300
_ID_BYTES = 16


def request_facts(scope: Scope) -> RequestFacts:
    """Return where a request came from, always the same for one request.

    The id is that of the header `X-Request-ID` when it is well-formed, else a new one.
    """
    known: RequestFacts | None = scope.get(REQUEST)
    tenant: str = scope.get(TENANT, "")
    if known is None:
        known = scope[REQUEST] = _read(scope, tenant)
    elif known.tenant != tenant:
        # The log asks before the host has been looked at.
        known = scope[REQUEST] = replace(known, tenant=tenant)
    return known


def _read(scope: Scope, tenant: str) -> RequestFacts:
    identifier = agent = b""
    for name, value in scope["headers"]:
        if name == b"x-request-id":
            identifier = value
        elif name == b"user-agent":
            agent = value
    client = scope.get("client")
    is_given = _WELL_FORMED.fullmatch(identifier) is not None
    return RequestFacts(
        id=identifier.decode() if is_given else secrets.token_hex(_ID_BYTES),
        ip=client[0] if client else None,
        agent=_text(agent) or None,
        tenant=tenant,
    )


def _text(agent: bytes) -> str:
    """Return the printable part of a header, cut: it is for people, and anybody may send it."""
    return "".join(filter(str.isprintable, agent.decode("latin-1")))[:_LONGEST_AGENT]
