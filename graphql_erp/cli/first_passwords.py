"""Passwords of the first users of a tenant: generated, shown once, none by default."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from graphql_erp.auth.private_file import replace
from graphql_erp.auth.secrets import new_password
from graphql_erp.cli.console import say
from graphql_erp.config import Settings
from graphql_erp.identity.accounts import workshop
from graphql_erp.identity.gate import Gate, open_gate
from graphql_erp.install.names import tenant_database
from graphql_erp.tenants.pool import TenantPool
from graphql_erp.tenants.server import Server

_SHIPPED = """\
SELECT u.id, u.login, r.name = 'user_admin' AS is_administrator
FROM record_reference r JOIN "user" u ON u.id = r.record_id AND u.active
LEFT JOIN erp_credential c ON c.user_id = u.id
WHERE r.model = 'User' AND c.password IS NULL AND NOT EXISTS (
SELECT FROM record_reference a JOIN erp_credential h ON h.user_id = a.record_id
WHERE a.model = 'User' AND a.name = 'user_admin' AND h.password IS NOT NULL)
ORDER BY u.id"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIns:
    """What was generated just now; empty where there were passwords before."""

    login: str = ""
    password: str = field(default="", repr=False)
    """Of the administrator."""
    others: Path | None = None
    """File that holds those of the demo users."""


@asynccontextmanager
async def opened_gate(server: Server, settings: Settings, tenant: str) -> AsyncIterator[Gate]:
    """Give the accounts of a tenant."""
    dsn = server.app_dsn(tenant_database(settings, tenant))
    pool = await TenantPool.open(dsn, settings)
    try:
        yield open_gate(pool, tenant, workshop(settings))
    finally:
        await pool.close()


async def give_first_passwords(server: Server, settings: Settings, tenant: str) -> SignIns:
    """Give the users a tenant was shipped with passwords, unless its administrator has one."""
    dsn = server.app_dsn(tenant_database(settings, tenant))
    pool = await TenantPool.open(dsn, settings)
    try:
        async with pool.acquire() as connection:
            users = await connection.fetch(_SHIPPED)
        accounts = open_gate(pool, tenant, workshop(settings)).accounts
        lines, first = [], SignIns()
        # The administrator comes last: one who has a password tells that the others have, too.
        for user in sorted(users, key=lambda row: row["is_administrator"]):
            password = new_password()
            if not user["is_administrator"]:
                lines.append(f"{user['login']} {password}\n")
            elif lines:
                # Kept before it counts, so that no password is lost.
                replace(demo_passwords_file(settings, tenant), "".join(lines))
            await accounts.set_password(user["id"], password)
            if user["is_administrator"]:
                others = demo_passwords_file(settings, tenant) if lines else None
                first = SignIns(login=user["login"], password=password, others=others)
    finally:
        await pool.close()
    return first


def demo_passwords_file(settings: Settings, tenant: str) -> Path:
    """Return the file of the passwords of a tenant's demo users."""
    return settings.data_dir / f"demo-passwords-{tenant}"


def say_sign_ins(given: SignIns) -> None:
    """Print how to sign in, where that is new."""
    if not given.login:
        return
    say(f"Sign in as {given.login} with the password {given.password}")
    say("It is shown this once. Another one: erp user password admin")
    if given.others:
        say(f"Passwords of the demo users: {given.others}")
