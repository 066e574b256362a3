"""What the HTTP layer needs of the server behind it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from starlette.types import Scope

from graphql_erp.api.call import Answer, Call
from graphql_erp.http.oidc import Provider
from graphql_erp.http.schema import SchemaFiles
from graphql_erp.identity.gate import Gate

Execute = Callable[[Call, Scope], Awaitable[Answer]]
QueriesByGet = Literal["open", "documents", "off"]
Hook = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """The server as the HTTP layer sees it."""

    execute: Execute
    """Answers one call; gets the ASGI scope beside it for headers and client address."""
    schema: Callable[[], SchemaFiles]
    """The schema that is current; the same object until a module changes it."""
    ready: Callable[[], Awaitable[str]]
    """An empty string when requests can be answered, else a reason code."""
    startup: Hook
    """Runs before the first request; a failure ends the process."""
    shutdown: Hook
    """Runs after the last request, also when `startup` failed half-way."""
    queries_by_get: QueriesByGet = "documents"
    """What is answered on GET: any query, registered documents, nothing."""
    request_timeout: float = 30.0
    """Seconds a request may take."""
    graphiql: bool = True
    """Whether browsers get GraphiQL at the address of the endpoint."""
    max_body_bytes: int = 1_000_000
    """Longest request body."""
    tenant: str = ""
    """Name of the tenant whose requests these are."""
    gate: Callable[[Scope], Awaitable[Gate]] | None = None
    """Gives the accounts of the tenant a request is for; None: nobody can sign in."""
    oidc: Provider | None = None
    """The provider whose users may sign in."""
    cors_origins: tuple[str, ...] = ()
    """Sites whose pages may use the API, without cookies."""
    example: str = ""
    """Document that GraphiQL shows first; empty: one that lists the root fields."""
