"""Environment: on whose behalf and where one request is answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from graphql_erp.behaviour.identity import Identity, NoIdentity
from graphql_erp.environment.documents import KnownDocuments
from graphql_erp.environment.serving import NOT_SERVED, Serving
from graphql_erp.sealing.sealer import NO_SEALER, Sealer
from graphql_erp.security.actor import Actor
from graphql_erp.security.permission import UNRESTRICTED, Permission
from graphql_erp.security.request_facts import NO_REQUEST, RequestFacts
from graphql_erp.tenants.pool import TenantPool


def _clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A tenant's connections, the actor, what they may read, and the clock."""

    pool: TenantPool
    actor: Actor
    tenant: str = ""
    """Name of the tenant; "" where only its database is known."""
    permission: Permission = UNRESTRICTED
    sealer: Sealer = NO_SEALER
    """What seals and opens the tenant's secrets."""
    request: RequestFacts = NO_REQUEST
    """Where the request came from."""
    serving: Serving = NOT_SERVED
    """The server that answers with the tenant's schema."""
    identity: Identity = field(default_factory=NoIdentity)
    """The accounts of the tenant, on behalf of who sent the request."""
    is_read_only: bool = False
    """Whether nothing may be written, whatever the actor may do."""
    documents: KnownDocuments = field(default_factory=KnownDocuments)
    """The tenant's registered documents, as far as this process knows them."""
    clock: Callable[[], datetime] = _clock
