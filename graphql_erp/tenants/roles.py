"""The two roles: an owner that owns tenant databases, and an app role that owns nothing."""

import asyncpg

from graphql_erp.errors import SettingsError
from graphql_erp.tenants.address import Login

OLDEST_MAJOR = 16
"""The oldest PostgreSQL we work with."""

_CONNECT_SECONDS = 15
# Any constant of our own; it keeps two processes from making one role at the same time.
_ROLES_LOCK = 7_208_411_905_332


async def connect(dsn: str) -> asyncpg.Connection:
    """Open one connection of our own, outside any pool."""
    return await asyncpg.connect(
        dsn,
        timeout=_CONNECT_SECONDS,
        statement_cache_size=0,
        server_settings={"application_name": "erp"},
    )


def check_major(major: int, where: str) -> None:
    """Refuse a server that is too old.

    Raises:
        SettingsError: It is older than 16.
    """
    if major < OLDEST_MAJOR:
        raise SettingsError(
            f"The server at {where} is PostgreSQL {major}; {OLDEST_MAJOR} or later is needed.",
            hint="Upgrade it, or leave ERP_DATABASE_URL empty to use the embedded one.",
        )


async def make_owner(superuser: asyncpg.Connection, owner: str) -> None:
    """Make the owner role of an embedded server unless it is there; it is no superuser."""
    async with superuser.transaction():
        await superuser.execute("SELECT pg_advisory_xact_lock($1)", _ROLES_LOCK)
        if await superuser.fetchval("SELECT true FROM pg_roles WHERE rolname = $1", owner):
            return
        await _run(superuser, "CREATE ROLE %I LOGIN CREATEDB CREATEROLE", owner)


async def check_owner(connection: asyncpg.Connection) -> None:
    """Refuse an owner role that may not make databases.

    Raises:
        SettingsError: It has neither CREATEDB nor is it a superuser.
    """
    row = await connection.fetchrow(
        "SELECT rolname, rolcreatedb OR rolsuper AS may FROM pg_roles WHERE rolname = current_user"
    )
    if not row["may"]:
        raise SettingsError(
            f"The role {row['rolname']} may not create databases.",
            hint=f'Let a superuser run: ALTER ROLE "{row["rolname"]}" CREATEDB CREATEROLE;',
        )


async def make_app(owner: asyncpg.Connection, app: Login) -> None:
    """Make the app role unless it is there, and let the owner end its sessions.

    Raises:
        SettingsError: It has too many rights, or the owner may not make or use it.
    """
    try:
        async with owner.transaction():
            await owner.execute("SELECT pg_advisory_xact_lock($1)", _ROLES_LOCK)
            if not await _is_restricted(owner, app.role):
                await _create(owner, app)
            if not await owner.fetchval("SELECT pg_has_role(current_user, $1, 'USAGE')", app.role):
                await _run(owner, "GRANT %I TO CURRENT_USER WITH INHERIT TRUE", app.role)
    except asyncpg.InsufficientPrivilegeError as error:
        raise SettingsError(
            f"The role in ERP_DATABASE_URL may not make the role {app.role} or act for it:"
            f" {error}.",
            hint=f'Let a superuser run: ALTER ROLE <owner> CREATEROLE; or CREATE ROLE "{app.role}"'
            f" LOGIN PASSWORD '...'; GRANT \"{app.role}\" TO <owner>;",
        ) from error


async def _is_restricted(owner: asyncpg.Connection, role: str) -> bool:
    row = await owner.fetchrow(
        "SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls OR rolreplication"
        " AS too_much FROM pg_roles WHERE rolname = $1",
        role,
    )
    if row and row["too_much"]:
        raise SettingsError(
            f"The role {role} that the application works as has rights it must not have.",
            hint=f'Let a superuser run: ALTER ROLE "{role}" NOSUPERUSER NOCREATEDB NOCREATEROLE'
            " NOBYPASSRLS NOREPLICATION;",
        )
    return row is not None


async def _create(owner: asyncpg.Connection, app: Login) -> None:
    if app.password:
        await _run(owner, "CREATE ROLE %I LOGIN PASSWORD %L", app.role, app.password)
    else:
        await _run(owner, "CREATE ROLE %I LOGIN", app.role)


async def _run(connection: asyncpg.Connection, pattern: str, *names: str) -> None:
    # Utility statements take no parameters; the server itself quotes the names.
    text = await connection.fetchval("SELECT format($1, VARIADIC $2::text[])", pattern, names)
    await connection.execute(text)
