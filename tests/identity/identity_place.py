"""One process that serves a tenant, with users of its own and clocks the test moves."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from graphql_erp.api.call import Call
from graphql_erp.api.execution import Engine
from graphql_erp.config import Settings
from graphql_erp.environment.environment import Environment
from graphql_erp.identity.accounts import ResetRequest, workshop
from graphql_erp.identity.gate import Gate, open_gate
from graphql_erp.security.actor import Actor
from graphql_erp.security.request_facts import RequestFacts
from graphql_erp.tenants.pool import TenantPool

START = datetime(2026, 6, 15, 10, 30, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass
class Place:
    """One process that serves the tenant, its clocks, and what it delivered."""

    settings: Settings
    pool: TenantPool
    engine: Engine
    now: datetime = START
    ticks: float = 1_000.0
    delivered: list[ResetRequest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.gate: Gate = self.process(self.settings)

    def process(self, settings: Settings) -> Gate:
        """Return the gate of one more process."""

        async def deliver(request: ResetRequest) -> None:
            self.delivered.append(request)

        return open_gate(
            self.pool,
            settings.tenant,
            workshop(settings, deliver),
            clock=lambda: self.now,
            monotonic=lambda: self.ticks,
        )

    def later(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)
        self.ticks += timedelta(**span).total_seconds()

    async def user(self, password: str | None = PASSWORD, **values: Any) -> str:
        """Return the login of a new user."""
        login = f"u{secrets.token_hex(6)}"
        async with self.pool.acquire() as connection:
            user = await connection.fetchval(
                'INSERT INTO "user" (name, login, email, active, company_id, time_zone)'
                " SELECT $1, $2, $3, true, min(id), $4 FROM company RETURNING id",
                login.title(),
                login,
                values.get("email"),
                values.get("time_zone", "UTC"),
            )
            await connection.execute(
                "INSERT INTO user_groups_link (user_id, group_id)"
                ' SELECT $1, id FROM "group" WHERE name = ANY ($2)',
                user,
                values.get("groups", ["core_user"]),
            )
        if password is not None:
            await self.gate.accounts.set_password(user, password)
        return login

    async def rows(self, sql: str, *values: Any) -> list[Any]:
        async with self.pool.acquire() as connection:
            return list(await connection.fetch(sql, *values))

    async def ask(
        self,
        document: str,
        *,
        gate: Gate | None = None,
        by: str = "",
        ip: str | None = None,
        **variables: Any,
    ) -> Any:
        """Return the answer to a document of somebody with a token, or of nobody."""
        headers = [(b"authorization", f"Bearer {by}".encode())] if by else []
        environment = await (gate or self.gate).admit(
            Environment(pool=self.pool, actor=Actor(), clock=lambda: self.now),
            self.engine,
            headers,
            RequestFacts(ip=ip),
        )
        answer = await self.engine.execute(Call(document, variables), environment)
        return orjson.loads(answer.body)
