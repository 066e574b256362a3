"""The PostgreSQL server that holds the tenants, embedded or given by URL."""

import asyncio
import atexit
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import asyncpg

from graphql_erp.config import Settings
from graphql_erp.errors import SettingsError
from graphql_erp.tenants.address import Address, Login, read_url
from graphql_erp.tenants.embedded import Lease, join
from graphql_erp.tenants.password import app_password, password_file
from graphql_erp.tenants.postmaster import SUPERUSER
from graphql_erp.tenants.roles import check_major, check_owner, connect, make_app, make_owner

_Result = TypeVar("_Result")
_SQLALCHEMY = "postgresql+asyncpg"


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and the two roles we have on it."""

    address: Address
    owner: Login
    """Owns the tenant databases and migrates them."""
    app: Login
    """Reads and writes records; owns nothing."""
    major: int
    """Major version of PostgreSQL."""
    prefix: str
    """What the names of tenant databases begin with, before an underscore."""
    maintenance: str = "postgres"
    """Database to connect to for making and dropping others."""
    lease: Lease | None = field(default=None, repr=False)
    """Our right to the embedded server; none for a server given by URL."""

    def owner_dsn(self, database: str) -> str:
        """Return the connection string of the owner, for asyncpg and psql."""
        return self.address.dsn(self.owner, database)

    def app_dsn(self, database: str) -> str:
        """Return the connection string of the app role, for asyncpg and psql."""
        return self.address.dsn(self.app, database)

    def owner_url(self, database: str) -> str:
        """Return the URL of the owner for SQLAlchemy's asyncpg dialect."""
        return self.address.dsn(self.owner, database, scheme=_SQLALCHEMY)

    def close(self) -> None:
        """Leave the server; an embedded one stops when nobody else uses it."""
        if self.lease is not None:
            atexit.unregister(self.lease.close)
            self.lease.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def open_server(settings: Settings) -> Server:
    """Return the server of the settings, up and with its roles; blocks until then.

    Close it, or use it as a context manager; a process that ends in order closes it by itself.

    Raises:
        SettingsError: There is no usable server; the message says why, the hint what to do.
    """
    if settings.database_url:
        return _given(settings)
    return _embedded(settings)


def _embedded(settings: Settings) -> Server:
    lease = join(settings.data_dir)
    # Registered before anything else can fail, so that no server is left behind.
    atexit.register(lease.close)
    server = Server(
        address=Address.of_socket(lease.sockets),
        owner=Login(f"{settings.database_prefix}_owner"),
        app=Login(f"{settings.database_prefix}_app"),
        major=lease.major,
        prefix=settings.database_prefix,
        lease=lease,
    )
    try:
        _wait_for(_prepare_embedded(server))
    except BaseException:
        server.close()
        raise
    return server


async def _prepare_embedded(server: Server) -> None:
    try:
        owner = await connect(server.owner_dsn(server.maintenance))
    except asyncpg.InvalidAuthorizationSpecificationError:
        # The role does not exist: this is the first start with this prefix.
        superuser = await connect(server.address.dsn(Login(SUPERUSER), server.maintenance))
        try:
            await make_owner(superuser, server.owner.role)
        finally:
            await superuser.close()
        owner = await connect(server.owner_dsn(server.maintenance))
    try:
        await make_app(owner, server.app)
    finally:
        await owner.close()


def _given(settings: Settings) -> Server:
    address, owner, maintenance = read_url(settings.database_url)
    role = f"{settings.database_prefix}_app"
    try:
        password = app_password(settings.data_dir, str(address), role)
    except OSError as error:
        raise SettingsError(
            f"The password of the role {role} cannot be kept in {settings.data_dir}: {error}",
            hint="Set ERP_DATA_DIR to a folder of your own.",
        ) from error
    kept = password_file(settings.data_dir, str(address), role)
    app = Login(role, password)
    major = _wait_for(_prepare_given(address, owner, app, maintenance, kept))
    return Server(
        address=address,
        owner=owner,
        app=app,
        major=major,
        prefix=settings.database_prefix,
        maintenance=maintenance,
    )


async def _prepare_given(
    address: Address, owner: Login, app: Login, maintenance: str, kept: Path
) -> int:
    try:
        connection = await connect(address.dsn(owner, maintenance))
    except (OSError, TimeoutError, ValueError, asyncpg.PostgresError, asyncpg.InterfaceError) as e:
        raise SettingsError(
            f"The server in ERP_DATABASE_URL ({address}) cannot be used: {e}",
            hint="Check host, port, role and password, and that the server runs.",
        ) from e
    try:
        major: int = connection.get_server_version().major
        check_major(major, str(address))
        await check_owner(connection)
        await make_app(connection, app)
    finally:
        await connection.close()
    await _check_login(address, app, maintenance, kept)
    return major


async def _check_login(address: Address, app: Login, maintenance: str, kept: Path) -> None:
    try:
        connection = await connect(address.dsn(app, maintenance))
    except asyncpg.InvalidAuthorizationSpecificationError as error:
        raise SettingsError(
            f"The server at {address} refuses the role {app.role}: {error}",
            hint=f"Put its password into {kept}, or let the owner run ALTER ROLE with the one"
            " that is there.",
        ) from error
    except asyncpg.InsufficientPrivilegeError:
        # Known and authenticated, only not welcome in the maintenance database.
        return
    await connection.close()


def _wait_for(work: Coroutine[Any, Any, _Result]) -> _Result:
    # In a thread of its own, since the caller may be inside a running event loop.
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, work).result()
