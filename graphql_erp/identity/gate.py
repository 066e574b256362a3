"""Gate: a request's headers -> the environment of who sent it; the one way in."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from graphql_erp.auth.keys import TOKEN_KEYS, KeyFile
from graphql_erp.auth.tokens import AccessTokens, Clock
from graphql_erp.environment.environment import Environment
from graphql_erp.identity.accounts import Accounts, Workshop
from graphql_erp.identity.authenticator import Authenticator
from graphql_erp.identity.caller_identity import CallerIdentity
from graphql_erp.identity.callers import Callers
from graphql_erp.identity.grant_reader import GrantReader
from graphql_erp.registry.registry import Registry
from graphql_erp.security.request_facts import RequestFacts
from graphql_erp.tables.build import Tables
from graphql_erp.tenants.pool import TenantPool

Headers = Iterable[tuple[bytes, bytes]]


class Models(Protocol):
    """The models of a tenant and their tables; an engine is such a thing."""

    @property
    def registry(self) -> Registry:
        """The models."""

    @property
    def tables(self) -> Tables:
        """Their tables."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Gate:
    """The accounts of one tenant, and who of them sends a request."""

    accounts: Accounts
    authenticator: Authenticator
    grants: GrantReader
    has_secure_cookies: bool = False
    """Whether cookies are for https alone whatever the request looks like."""

    async def admit(
        self,
        environment: Environment,
        models: Models,
        headers: Headers,
        facts: RequestFacts,
        scheme: str = "http",
    ) -> Environment:
        """Return the environment of a request: who sends it, and what they may see and do.

        Args:
            environment: Of the tenant.
            models: What the tenant has.
            headers: Of the request, names in lower case.
            facts: Where it came from.
            scheme: How it came.

        Raises:
            Unauthenticated: What it shows is malformed, expired, or not good any more.
            ForeignPage: It has the cookie of a session without what the page must send beside it.
        """
        caller = await self.authenticator.caller(headers, is_secure=self.is_secure(scheme))
        grants = await self.grants.get(models.registry, models.tables)
        groups = grants.closed(caller.actor.groups)
        return replace(
            environment,
            actor=replace(caller.actor, groups=groups),
            permission=grants.permission(groups),
            request=facts,
            identity=CallerIdentity(accounts=self.accounts, caller=caller, facts=facts),
            is_read_only=caller.is_read_only,
        )

    def is_secure(self, scheme: str) -> bool:
        """Tell whether cookies are for https alone."""
        return self.has_secure_cookies or scheme == "https"


def open_gate(
    pool: TenantPool,
    tenant: str,
    shared: Workshop,
    *,
    clock: Clock = _now,
    monotonic: Callable[[], float] = time.monotonic,
) -> Gate:
    """Return the gate of a tenant.

    Args:
        pool: Its connections.
        tenant: Its name: tokens of others are refused.
        shared: What the accounts of all tenants of a process share.
        clock: The time of day.
        monotonic: Measures how old what is known of a user is.
    """
    callers = Callers(pool, monotonic=monotonic)
    settings = shared.settings
    keys = KeyFile(settings.data_dir / TOKEN_KEYS, monotonic=monotonic)
    tokens = AccessTokens(keys, tenant=tenant, seconds=settings.access_token_seconds)
    accounts = Accounts(pool, tenant, shared, clock=clock, callers=callers, tokens=tokens)
    return Gate(
        accounts,
        Authenticator(tokens, callers, clock),
        GrantReader(pool, monotonic=monotonic),
        settings.secure_cookies,
    )
